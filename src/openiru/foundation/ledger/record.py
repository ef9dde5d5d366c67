"""record(): what a command tells the ledger, in its own transaction.

The leaf is committed with the change or not at all; its index comes later from the one sequencer. Payload
conventions, read by the projector of the registry (see foundation/registry/projector.py): ``item`` and ``state`` and
``milestones`` when an item took a step, ``unit`` when something is counted by unit, ``label`` for how it is grouped.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from openiru.core.events import EventType
from openiru.core.evidence.leaf import SALT_BYTES, commit, make_leaf
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import as_json, insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.ledger.rows import digest_sql, id_column, known


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: what happened, to what, the payload that the leaf commits to, and the rows it wrote."""

    type: EventType
    subject: UUID
    payload: dict[str, Any] = field(default_factory=dict)
    rows: tuple[tuple[str, UUID], ...] = ()  # (table, id)
    item: UUID | None = None


def record(now: Now, entries: Sequence[Entry]) -> list[UUID]:
    """Write the leaves of a batch of events; ids of the leaves in the order of the entries."""
    if not entries:
        return []
    salts = [os.urandom(SALT_BYTES) for _ in entries]
    digests = _row_digests(now.cursor, entries, salts)
    wall = datetime.now(UTC)
    ids = new_ids(len(entries))
    leaves, openings = [], []
    for leaf_id, entry, salt in zip(ids, entries, salts, strict=True):
        leaf = make_leaf(
            type=entry.type.value,
            environment=Environment(now.environment),
            occurred_at=now.at,
            recorded_at=wall,
            actor=now.pseudonym,
            subject=str(entry.subject),
            commitment=commit(salt, entry.payload),
            rows={f"{table}:{row}": digests[table, row] for table, row in entry.rows},
        )
        leaves.append(
            {"id": leaf_id, "type": entry.type.value, "body": leaf.body.decode(), "hash": leaf.hash}
        )
        openings.append(_opening(now, leaf_id, entry, salt))
    _store(now.cursor, leaves, openings)
    return ids


def _opening(now: Now, leaf_id: UUID, entry: Entry, salt: bytes) -> dict[str, Any]:
    return {
        "id": leaf_id,
        "operation_id": now.by.operation,
        "subject_id": entry.subject,
        "item_id": entry.item,
        "salt": salt,
        "payload": entry.payload,
    }


def _store(cursor: Any, leaves: list[dict[str, Any]], openings: list[dict[str, Any]]) -> None:
    cursor.execute(
        "WITH new AS (SELECT * FROM ROWS FROM (json_to_recordset(%s::json)"
        " AS (id uuid, type text, body text, hash bytea)) WITH ORDINALITY AS x(id, type, body, hash, ordinality)),"
        " numbered AS MATERIALIZED (SELECT nextval('ledger_leaf_seq_seq') AS seq, n.id, n.type, n.body, n.hash"
        "   FROM (SELECT * FROM new ORDER BY ordinality) n),"
        " kept AS (INSERT INTO ledger_leaf (seq, id, type, body, hash)"
        "   SELECT seq, id, type, body, hash FROM numbered)"
        " INSERT INTO ledger_pending (seq) SELECT seq FROM numbered",
        [as_json(leaves)],
    )
    insert(cursor, "ledger_opening", openings)


def _row_digests(
    cursor: Any, entries: Sequence[Entry], salts: Sequence[bytes]
) -> dict[tuple[str, UUID], str]:
    """(table, id) -> digest of the row as it stands now in this transaction, one statement a table."""
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry, salt in zip(entries, salts, strict=True):
        for table, row in entry.rows:
            asked[table].append({"id": row, "salt": salt})
    known(asked)
    found: dict[tuple[str, UUID], str] = {}
    for table, wanted in asked.items():
        column = id_column(table)
        cursor.execute(
            f'SELECT t."{column}", {digest_sql(table, "t", "w.salt")}'
            f' FROM json_to_recordset(%s::json) AS w(id uuid, salt bytea) JOIN {table} t ON t."{column}" = w.id',
            [as_json(wanted)],
        )
        for row, text in cursor.fetchall():
            found[table, row] = text
    missing = [
        pair
        for table, wanted in asked.items()
        for pair in [(table, w["id"]) for w in wanted]
        if pair not in found
    ]
    if missing:
        raise KeyError(f"rows that the command named but did not write or cannot see: {missing[:3]}")
    return found
