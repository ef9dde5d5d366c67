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
from openiru.core.evidence.leaf import SALT_BYTES, Events, commit_texts, make_leaves, members
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import as_json
from openiru.foundation.database.columns import cuts, given
from openiru.foundation.database.ids import Id, new_id_texts
from openiru.foundation.ledger.rows import digest_sql, id_column, known

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Entry(NamedTuple):
    """One event: what happened, to what, the payload that the leaf commits to, and the rows it wrote.

    Ids may be UUID objects or their canonical text; large batches use text, which costs a tenth. ``digests``: by
    ``table:id``, those of the rows whose digest the statement that wrote them has answered already, under ``salt`` (one of
    :func:`new_salts`, used for this entry only); the others are looked up.
    """

    type: EventType
    subject: Id
    payload: Mapping[str, Any] = NOTHING
    rows: tuple[tuple[str, Id], ...] = ()  # (table, id)
    item: Id | None = None
    salt: bytes = b""
    digests: Mapping[str, str] = NOTHING


class Batch(NamedTuple):
    """Leaves that can be stored: their ids, and one parameter a column (see database/columns.py)."""

    ids: list[str]
    columns: tuple[object, ...]
    types: frozenset[EventType]


def new_salts(count: int) -> list[bytes]:
    """Salts for so many leaves."""
    noise = os.urandom(SALT_BYTES * count)
    return [noise[at : at + SALT_BYTES] for at in range(0, len(noise), SALT_BYTES)]


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
    """Events of a batch, column by column, all of one length.

    ``payloads``: canonical JSON (:func:`canonical` of :func:`placed`); ``rows``: what the leaves say of the rows under their
    salts (:func:`openiru.core.evidence.leaf.members`).
    """

    types: Sequence[str]
    subjects: list[str]
    items: list[str | None]
    salts: list[bytes]
    payloads: list[str]
    rows: list[str]


def placed(now: Now, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload with its operation: what opens a leaf cannot be moved to another unnoticed."""
    return dict(payload) if now.by.operation is None else {**payload, "operation": str(now.by.operation)}


def make_batch(now: Now, entries: Sequence[Entry], digests: Mapping[str, str] = NOTHING) -> Batch:
    """The leaves of entries that have their salts; needs no database. ``digests``: of rows that the entries do not carry."""
    return batch_of(
        now,
        Columns(
            [entry.type.value for entry in entries],
            [str(entry.subject) for entry in entries],
            [None if entry.item is None else str(entry.item) for entry in entries],
            [entry.salt for entry in entries],
            canonical_texts([placed(now, entry.payload) for entry in entries]),
            [members(_digests_of(entry, digests)) for entry in entries],
        ),
    )


def batch_of(now: Now, events: Columns) -> Batch:
    """The leaves of events; needs no database."""
    leaves = make_leaves(
        Events(events.types, events.subjects, commit_texts(events.salts, events.payloads), events.rows),
        environment=Environment(now.environment),
        occurred_at=now.at,
        recorded_at=datetime.now(UTC),
        actor=now.pseudonym,
    )
    ids = new_id_texts(len(leaves.bodies))
    columns: tuple[list[Any], ...] = (
        ids,
        list(events.types),
        leaves.bodies,
        ["\\x" + digest for digest in leaves.hashes],
        events.subjects,
        events.items,
        ["\\x" + salt.hex() for salt in events.salts],
        events.payloads,
    )
    types = frozenset(map(EventType, set(events.types)))
    return Batch(
        ids, tuple(given(kind, column) for (_, kind), column in zip(_COLUMNS, columns, strict=True)), types
    )


_LEAF = (("id", "uuid"), ("type", "text"), ("body", "text"), ("hash", "bytea"))
_OPENING = (
    ("id", "uuid"),
    ("subject_id", "uuid"),
    ("item_id", "uuid"),
    ("salt", "bytea"),
    ("payload", "jsonb"),
)


_COLUMNS = (*_LEAF, *_OPENING[1:])


def store(now: Now, batch: Batch) -> None:
    """Write a batch, in its order: leaves, what opens them, that they wait for their index; and what follows."""
    leaf, opening = batch.columns[: len(_LEAF)], batch.columns[len(_LEAF) :]
    now.cursor.execute(_STORE, [len(batch.ids), *leaf, now.by.operation, leaf[0], *opening])
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
    return canonical_texts([payload if isinstance(payload, dict) else dict(payload)])[0].encode()


def canonical_texts(payloads: Sequence[dict[str, Any]]) -> list[str]:
    """The canonical JSON of each payload.

    orjson sorts keys by their UTF-8 bytes, which for ASCII keys is the order of the standard; with anything else in it,
    or a float, the slow and strict :func:`jcs` decides.
    """
    texts = [orjson.dumps(payload, option=orjson.OPT_SORT_KEYS) for payload in payloads]
    whole = b"".join(texts)
    if whole.isascii() and b"." not in whole:
        return [text.decode() for text in texts]
    return [
        (text if text.isascii() and b"." not in text else jcs(payload)).decode()
        for text, payload in zip(texts, payloads, strict=True)
    ]


_STORE = f"""
WITH given AS MATERIALIZED (
  SELECT array_agg(nextval('ledger_leaf_seq_seq')) AS seqs FROM generate_series(1, %s)
), kept AS (
  INSERT INTO ledger_leaf (seq, id, type, body, hash)
  SELECT x.* FROM (SELECT unnest((SELECT seqs FROM given)), {cuts(_LEAF)}) x
), opened AS (
  INSERT INTO ledger_opening (id, operation_id, subject_id, item_id, salt, payload)
  SELECT id, %s::uuid, subject_id, item_id, salt, payload FROM (SELECT {cuts(_OPENING)}) x
)
INSERT INTO ledger_pending (seq) SELECT unnest(seqs) FROM given
"""


def row_digests(cursor: Any, entries: Sequence[Entry]) -> dict[str, str]:
    """``table:id`` -> digest of each row that the salted entries do not carry, as it stands now; one statement a table."""
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in entries:
        if len(entry.digests) < len(entry.rows):
            for table, row in entry.rows:
                if f"{table}:{row}" not in entry.digests:
                    asked[table].append({"id": row, "salt": "\\x" + entry.salt.hex()})
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
