"""record(): what a command tells the ledger, in its own transaction.

The leaf is committed with the change or not at all; its index comes later from the one sequencer. Payload
conventions, read by the projector of the registry (see foundation/registry/projector.py): ``item`` and ``state`` and
``milestones`` when an item took a step, ``unit`` when something is counted by unit, ``label`` for how it is grouped.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.conf import settings
from django.utils.module_loading import import_string

from openiru.core.events import EventType
from openiru.core.evidence.jcs import jcs
from openiru.core.evidence.leaf import SALT_BYTES, Events, commit_bytes, make_leaves
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import as_json
from openiru.foundation.database.columns import as_list
from openiru.foundation.database.ids import Id, new_id_texts
from openiru.foundation.ledger.rows import digest_sql, id_column, known

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Entry(NamedTuple):
    """One event: what happened, to what, the payload that the leaf commits to, and the rows it wrote.

    Ids may be UUID objects or their canonical text; large batches use text, which costs a tenth. ``digests``: by
    ``table:id``, those of the rows whose digest the statement that wrote them has answered already, under ``salt`` (hex, one
    of :func:`new_salts`, used for this entry only); the others are looked up.
    """

    type: EventType
    subject: Id
    payload: Mapping[str, Any] = NOTHING
    rows: tuple[tuple[str, Id], ...] = ()  # (table, id)
    item: Id | None = None
    salt: str = ""
    digests: Mapping[str, str] = NOTHING


class Batch(NamedTuple):
    """Leaves that can be stored: their ids, and one JSON list a column."""

    ids: list[str]
    columns: tuple[str, ...]
    types: frozenset[EventType]


def new_salts(count: int) -> list[str]:
    """Salts for so many leaves, in hex."""
    noise, size = os.urandom(SALT_BYTES * count).hex(), 2 * SALT_BYTES
    return [noise[at : at + size] for at in range(0, len(noise), size)]


def record(now: Now, entries: Sequence[Entry]) -> list[UUID]:
    """Write the leaves of a batch of events; ids of the leaves in the order of the entries."""
    return [UUID(text) for text in record_texts(now, entries)]


def record_texts(now: Now, entries: Sequence[Entry]) -> list[str]:
    """As :func:`record`, ids as text."""
    if not entries:
        return []
    salted = [
        entry if entry.salt else entry._replace(salt=salt)
        for entry, salt in zip(entries, new_salts(len(entries)), strict=True)
    ]
    batch = make_batch(now, salted, row_digests(now.cursor, salted))
    store(now, batch)
    return batch.ids


class Columns(NamedTuple):
    """Events of a batch, column by column, all of one length. ``rows``: ``table:id`` -> digest of the row under the salt (hex)."""

    types: Sequence[str]
    subjects: list[str]
    items: list[str | None]
    salts: list[str]
    payloads: list[dict[str, Any]]
    rows: list[Mapping[str, str]]


def make_batch(now: Now, entries: Sequence[Entry], digests: Mapping[str, str] = NOTHING) -> Batch:
    """The leaves of entries that have their salts; needs no database. ``digests``: of rows that the entries do not carry."""
    return batch_of(
        now,
        Columns(
            [entry.type.value for entry in entries],
            [str(entry.subject) for entry in entries],
            [None if entry.item is None else str(entry.item) for entry in entries],
            [entry.salt for entry in entries],
            [dict(entry.payload) for entry in entries],
            [_digests_of(entry, digests) for entry in entries],
        ),
    )


def batch_of(now: Now, events: Columns) -> Batch:
    """The leaves of events; needs no database. The payloads are completed in place."""
    if now.by.operation is not None:
        # The leaf commits to its operation: what opens it cannot be moved to another unnoticed.
        operation = str(now.by.operation)
        for payload in events.payloads:
            payload["operation"] = operation
    payloads = canonical_texts(events.payloads)
    commitments = [
        commit_bytes(salt, payload)
        for salt, payload in zip(map(bytes.fromhex, events.salts), payloads, strict=True)
    ]
    leaves = make_leaves(
        Events(events.types, events.subjects, commitments, events.rows),
        environment=Environment(now.environment),
        occurred_at=now.at,
        recorded_at=datetime.now(UTC),
        actor=now.pseudonym,
    )
    ids = new_id_texts(len(leaves))
    columns: tuple[list[Any], ...] = (
        ids,
        list(events.types),
        [body.decode() for body, _ in leaves],
        ["\\x" + digest.hex() for _, digest in leaves],
        events.subjects,
        events.items,
        ["\\x" + salt for salt in events.salts],
        [payload.decode() for payload in payloads],
    )
    types = frozenset(map(EventType, set(events.types)))
    return Batch(ids, tuple(as_list(column) for column in columns), types)


def store(now: Now, batch: Batch) -> None:
    """Write a batch, in its order: leaves, what opens them, that they wait for their index; and what follows."""
    now.cursor.execute(_STORE, [*batch.columns, now.by.operation])
    _journey()(now, batch.types)


@cache
def _journey() -> Callable[[Now, Collection[EventType]], None]:
    """What follows (setting JOURNEY): named, not imported, since the ledger stands below the stages whose jobs follow."""
    found: Callable[[Now, Collection[EventType]], None] = import_string(settings.JOURNEY)
    return found


def _digests_of(entry: Entry, looked_up: Mapping[str, str]) -> Mapping[str, str]:
    if len(entry.digests) == len(entry.rows):
        return entry.digests
    names = [f"{table}:{row}" for table, row in entry.rows]
    return {name: entry.digests.get(name) or looked_up[name] for name in names}


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The canonical bytes (RFC 8785) of a payload: text, whole numbers, booleans, null, lists and objects."""
    return canonical_texts([payload if isinstance(payload, dict) else dict(payload)])[0]


def canonical_texts(payloads: Sequence[dict[str, Any]]) -> list[bytes]:
    """The canonical bytes of each payload.

    orjson sorts keys by their UTF-8 bytes, which for ASCII keys is the order of the standard; with anything else in it,
    or a float, the slow and strict :func:`jcs` decides.
    """
    texts = [orjson.dumps(payload, option=orjson.OPT_SORT_KEYS) for payload in payloads]
    whole = b"".join(texts)
    if whole.isascii() and b"." not in whole:
        return texts
    return [
        text if text.isascii() and b"." not in text else jcs(payload)
        for text, payload in zip(texts, payloads, strict=True)
    ]


_STORE = """
WITH numbered AS MATERIALIZED (
  SELECT nextval('ledger_leaf_seq_seq') AS seq, n.* FROM (
    SELECT id::uuid, type, body, hash::bytea, subject_id::uuid, item_id::uuid, salt::bytea, payload::jsonb
    FROM ROWS FROM (json_array_elements_text(%s::json), json_array_elements_text(%s::json),
      json_array_elements_text(%s::json), json_array_elements_text(%s::json), json_array_elements_text(%s::json),
      json_array_elements_text(%s::json), json_array_elements_text(%s::json), json_array_elements_text(%s::json))
      WITH ORDINALITY AS x(id, type, body, hash, subject_id, item_id, salt, payload, ordinality)
    ORDER BY ordinality) n
), kept AS (
  INSERT INTO ledger_leaf (seq, id, type, body, hash) SELECT seq, id, type, body, hash FROM numbered
), opened AS (
  INSERT INTO ledger_opening (id, operation_id, subject_id, item_id, salt, payload)
  SELECT id, %s::uuid, subject_id, item_id, salt, payload FROM numbered
)
INSERT INTO ledger_pending (seq) SELECT seq FROM numbered
"""


def row_digests(cursor: Any, entries: Sequence[Entry]) -> dict[str, str]:
    """``table:id`` -> digest of each row that the salted entries do not carry, as it stands now; one statement a table."""
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        if len(entry.digests) < len(entry.rows):
            for table, row in entry.rows:
                if f"{table}:{row}" not in entry.digests:
                    asked[table].append({"id": row, "salt": "\\x" + entry.salt})
    known(asked)
    found: dict[str, str] = {}
    for table, wanted in asked.items():
        column = id_column(table)
        # The lateral query is asked once a row, by key: a plan that reads the whole table for each batch is out of reach.
        cursor.execute(
            f"SELECT '{table}:' || t.\"{column}\"::text, {digest_sql(table, 't', 'w.salt')}"
            " FROM json_to_recordset(%s::json) AS w(id uuid, salt bytea),"
            f' LATERAL (SELECT * FROM {table} u WHERE u."{column}" = w.id OFFSET 0) t',
            [as_json(wanted)],
        )
        found.update(cursor.fetchall())
    missing = [name for t, ws in asked.items() for w in ws if (name := f"{t}:{w['id']}") not in found]
    if missing:
        raise KeyError(f"rows that the command named but did not write or cannot see: {missing[:3]}")
    return found
