"""record(): what a command tells the ledger, in its own transaction.

The leaf is committed with the change or not at all; its index comes later from the one sequencer. Payload
conventions, read by the projector of the registry (see foundation/registry/projector.py): ``item`` and ``state`` and
``milestones`` when an item took a step, ``unit`` when something is counted by unit, ``label`` for how it is grouped.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils.module_loading import import_string

from openiru.core.events import EventType
from openiru.core.evidence.jcs import jcs
from openiru.core.evidence.leaf import SALT_BYTES, commit_bytes, make_leaf
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import as_json
from openiru.foundation.database.ids import Id, new_id_texts
from openiru.foundation.ledger.rows import digest_sql, id_column, known


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: what happened, to what, the payload that the leaf commits to, and the rows it wrote.

    Ids may be UUID objects or their canonical text; large batches use text, which costs a tenth.
    """

    type: EventType
    subject: Id
    payload: dict[str, Any] = field(default_factory=dict)
    rows: tuple[tuple[str, Id], ...] = ()  # (table, id)
    item: Id | None = None


def record(now: Now, entries: Sequence[Entry]) -> list[UUID]:
    """Write the leaves of a batch of events; ids of the leaves in the order of the entries."""
    return [UUID(text) for text in record_texts(now, entries)]


def record_texts(now: Now, entries: Sequence[Entry]) -> list[str]:
    """As :func:`record`, ids as text."""
    if not entries:
        return []
    noise = os.urandom(SALT_BYTES * len(entries))
    salts = [noise[at : at + SALT_BYTES] for at in range(0, len(noise), SALT_BYTES)]
    ids = new_id_texts(len(entries))
    digests = _row_digests(now.cursor, entries, salts)
    wall = datetime.now(UTC)
    environment = Environment(now.environment)
    rows = []
    for leaf_id, entry, salt in zip(ids, entries, salts, strict=True):
        payload = canonical(entry.payload)
        leaf = make_leaf(
            type=entry.type.value,
            environment=environment,
            occurred_at=now.at,
            recorded_at=wall,
            actor=now.pseudonym,
            subject=str(entry.subject),
            commitment=commit_bytes(salt, payload),
            rows={name: digests[name] for name in [f"{table}:{row}" for table, row in entry.rows]},
        )
        rows.append(
            {
                "id": leaf_id,
                "type": entry.type.value,
                "body": leaf.body.decode(),
                "hash": leaf.hash,
                "subject_id": entry.subject,
                "item_id": entry.item,
                "salt": salt,
                "payload": orjson.Fragment(payload),
            }
        )
    now.cursor.execute(_STORE, [as_json(rows), now.by.operation])
    _journey()(now, {entry.type for entry in entries})
    return ids


@cache
def _journey() -> Callable[[Now, Collection[EventType]], None]:
    """What follows (setting JOURNEY): named, not imported, since the ledger stands below the stages whose jobs follow."""
    found: Callable[[Now, Collection[EventType]], None] = import_string(settings.JOURNEY)
    return found


def canonical(payload: dict[str, Any]) -> bytes:
    """The canonical bytes (RFC 8785) of a payload: text, whole numbers, booleans, null, lists and objects.

    orjson sorts keys by their UTF-8 bytes, which for ASCII keys is the order of the standard; with anything else in it,
    or a float, the slow and strict :func:`jcs` decides.
    """
    text = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    return text if text.isascii() and b"." not in text else jcs(payload)


_STORE = """
WITH new AS (
  SELECT * FROM ROWS FROM (json_to_recordset(%s::json) AS
    (id uuid, type text, body text, hash bytea, subject_id uuid, item_id uuid, salt bytea, payload jsonb))
    WITH ORDINALITY AS x(id, type, body, hash, subject_id, item_id, salt, payload, ordinality)
), numbered AS MATERIALIZED (
  SELECT nextval('ledger_leaf_seq_seq') AS seq, n.* FROM (SELECT * FROM new ORDER BY ordinality) n
), kept AS (
  INSERT INTO ledger_leaf (seq, id, type, body, hash) SELECT seq, id, type, body, hash FROM numbered
), opened AS (
  INSERT INTO ledger_opening (id, operation_id, subject_id, item_id, salt, payload)
  SELECT id, %s::uuid, subject_id, item_id, salt, payload FROM numbered
)
INSERT INTO ledger_pending (seq) SELECT seq FROM numbered
"""


def _row_digests(cursor: Any, entries: Sequence[Entry], salts: Sequence[bytes]) -> dict[str, str]:
    """``table:id`` -> digest of the row as it stands now in this transaction, one statement a table."""
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry, salt in zip(entries, salts, strict=True):
        for table, row in entry.rows:
            asked[table].append({"id": row, "salt": salt})
    known(asked)
    found: dict[str, str] = {}
    for table, wanted in asked.items():
        column = id_column(table)
        cursor.execute(
            f"SELECT '{table}:' || t.\"{column}\"::text, {digest_sql(table, 't', 'w.salt')}"
            f' FROM json_to_recordset(%s::json) AS w(id uuid, salt bytea) JOIN {table} t ON t."{column}" = w.id',
            [as_json(wanted)],
        )
        found.update(cursor.fetchall())
    if len(found) < sum(len(wanted) for wanted in asked.values()):
        missing = [
            f"{t}:{w['id']}" for t, wanted in asked.items() for w in wanted if f"{t}:{w['id']}" not in found
        ]
        if missing:
            raise KeyError(f"rows that the command named but did not write or cannot see: {missing[:3]}")
    return found
