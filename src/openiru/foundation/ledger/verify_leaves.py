"""One leaf under the eyes of ledger verify: its hash, its form, what opens it, and the rows that it names."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

from openiru.core.errors import InputError
from openiru.core.events import EventType
from openiru.core.evidence.leaf import SALT_BYTES, commit
from openiru.core.evidence.tree import HASH_BYTES

#: (table, row, index in the log or None, what is wrong)
Fail = Callable[[str, object, int | None, str], None]

_body = re.compile(
    r'\{"actor":"[A-Za-z0-9_.:-]+","environment":"([a-z]+)","occurred_at":"[0-9TZ.:-]+","payload":"([0-9a-f]{64})",'
    r'"recorded_at":"[0-9TZ.:-]+","rows":\{([^{}\\]*)\},"subject":"([A-Za-z0-9_.:-]+)","type":"([a-z._]+)","v":1\}'
).fullmatch
_rows = re.compile(r'"([a-z0-9_]+):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})":"([0-9a-f]{64})"').findall

_CLOCK_SET: Final = EventType.CLOCK_SET.value
NO_HASH: Final = bytes(HASH_BYTES)


class Read(NamedTuple):
    """``stored`` and ``computed`` hash of a leaf (equal when it is whole), whether it is, and the rows it names.

    A row is a line for COPY: table, id, seq and index of the leaf, digest and salt in hex; a part that is missing is empty.
    """

    stored: bytes
    computed: bytes
    whole: bool
    rows: list[str]


@dataclass(slots=True)
class Evidence:
    """What is carried from leaf to leaf: the instance's environment, where faults go, the last word about the clock."""

    environment: str
    fail: Fail
    clock: dict[str, Any] = field(default_factory=dict)


def read(row: tuple[Any, ...], evidence: Evidence) -> Read:
    """Check one leaf with its opening, as the queries of verify.py give them."""
    index, _, leaf_id, kind, body, stored = row[:6]
    if leaf_id is None:
        evidence.fail("ledger_leaf", f"index {index}", index, "the leaf of this index is gone")
        return Read(NO_HASH, NO_HASH, whole=False, rows=[])
    stored = bytes(stored)
    computed = sha256(b"\x00" + body.encode()).digest()
    parts = _body(body)
    if computed != stored or parts is None:
        what = (
            "its body does not give its hash" if computed != stored else "its body is not a leaf of version 1"
        )
        evidence.fail("ledger_leaf", leaf_id, index, f"{what}: it was changed")
        return Read(stored, computed, whole=False, rows=[])
    environment, commitment, rows, subject, said_kind = parts.groups()
    if said_kind != kind:
        evidence.fail("ledger_leaf", leaf_id, index, f"its type reads {kind}, its body says {said_kind}")
    if environment != evidence.environment:
        evidence.fail("ledger_leaf", leaf_id, index, f"it comes from a {environment} instance")
    salt = _opening(row, commitment, subject, evidence)
    tail = f"\t{row[1]}\t{'' if index is None else index}\t"
    named = [f"{table}\t{one}{tail}{digest}\t{salt}\n" for table, one, digest in _rows(rows)]
    return Read(stored, computed, whole=True, rows=named)


def _opening(row: tuple[Any, ...], commitment: str, subject: str, evidence: Evidence) -> str:
    """Check what opens the leaf; its salt in hex, or nothing when it does not open it."""
    index, _, leaf_id, kind = row[:4]
    opening, salt, text, subject_id, operation, item = row[6:12]
    if opening is None:
        evidence.fail("ledger_opening", leaf_id, index, "the payload of this leaf is gone")
        return ""
    salt, payload = bytes(salt), orjson.loads(text)
    if not _opens(salt, payload, commitment):
        evidence.fail(
            "ledger_opening", leaf_id, index, "the payload or its salt is not what the leaf committed to"
        )
        return ""
    if subject_id != subject:
        evidence.fail(
            "ledger_opening", leaf_id, index, f"its subject reads {subject_id}, the leaf says {subject}"
        )
    if isinstance(payload, dict):
        for name, column in (("operation", operation), ("item", item)):
            if column is not None and payload.get(name, column) not in (column, ""):
                evidence.fail("ledger_opening", leaf_id, index, f"its {name} is not the one in the payload")
        if kind == _CLOCK_SET:
            evidence.clock = payload
    return salt.hex()


def _opens(salt: bytes, payload: Any, commitment: str) -> bool:
    if len(salt) != SALT_BYTES:
        return False
    # Sorted JSON is the canonical form of nearly every payload and much quicker; the commitment itself says whether it was.
    quick = orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)
    if hmac.digest(salt, quick, "sha256").hex() == commitment:
        return True
    try:
        return commit(salt, payload) == commitment
    except InputError:
        return False
