"""What one event leaves in the log: leaf version 1.

The body is the canonical JSON (RFC 8785) of nine members::

    actor        pseudonym of the person or service that acted
    environment  live, exercise or demo
    occurred_at  business time        } RFC 3339, UTC, microseconds, "Z"
    recorded_at  wall time            }
    payload      HMAC-SHA256(salt, canonical payload), 64 hex digits
    rows         {"table:id": salted SHA-256 of that row version, 64 hex digits}
    subject      id of what it happened to
    type         a member of core.events.EventType
    v            1

and the leaf hash is SHA-256(0x00 ‖ body) (RFC 6962 §2.1). The payload itself stays outside, beside its
salt: whoever destroys the salt makes the leaf unreadable for good and leaves every proof whole. Actor,
subject and row names are held to an alphabet in which an e-mail address, a URL or a written name does not
fit, so that personal data cannot slip in.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple, cast

from openiru.core.errors import InputError, IntegrityError
from openiru.core.evidence.jcs import Json, jcs
from openiru.core.vocabulary import Environment

VERSION: Final = 1
SALT_BYTES: Final = 32

_token = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}").fullmatch
_type = re.compile(r"[a-z][a-z_]{0,31}\.[a-z][a-z_]{0,47}").fullmatch
_row = re.compile(r"[a-z][a-z0-9_.]{0,62}:[A-Za-z0-9][A-Za-z0-9_.:,-]{0,190}").fullmatch
_lines_of_tokens = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}\n)*").fullmatch
_MEMBER: Final = r'"[a-z][a-z0-9_.]{0,62}:[A-Za-z0-9][A-Za-z0-9_.:,-]{0,190}":"[0-9a-f]{64}"'
_lines_of_members = re.compile(rf"(?:(?:{_MEMBER}(?:,{_MEMBER})*)?\n)*").fullmatch
_lines_of_digests = re.compile(r"(?:[0-9a-f]{64}\n)*").fullmatch
_hex64 = re.compile(r"[0-9a-f]{64}").fullmatch
_time = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z").fullmatch
_MEMBERS: Final = frozenset(
    {"actor", "environment", "occurred_at", "payload", "recorded_at", "rows", "subject", "type", "v"}
)


class Leaf(NamedTuple):
    """The bytes that are kept, and their place in the tree's arithmetic (32 bytes)."""

    body: bytes
    hash: bytes


class LeafRecord(NamedTuple):
    """A leaf's body, read again. Times are aware and in UTC."""

    type: str
    environment: Environment
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    subject: str
    payload: str
    rows: Mapping[str, str]


def make_leaf(
    *,
    type: str,  # noqa: A002 - the member's name in the body
    environment: Environment,
    occurred_at: datetime,
    recorded_at: datetime,
    actor: str,
    subject: str,
    commitment: str,
    rows: Mapping[str, str],
) -> Leaf:
    """The leaf of one event. ``commitment`` is :func:`commit` of its payload; ``rows``: see above.

    Every part is checked to be plain ASCII without anything to escape, so the canonical text can be put
    together by hand, in the order of the keys; that it equals :func:`jcs` of the same members is a test.
    Raises :class:`InputError`.
    """
    if not (_token(actor) and _token(subject)):
        raise _not_a_token("actor" if not _token(actor) else "subject")
    if not _hex64(commitment):
        raise InputError("a leaf's payload is 64 hex digits: the commitment, never the payload itself")
    body = (
        f'{{"actor":"{actor}","environment":{_environment(environment)},"occurred_at":"{rfc3339(occurred_at)}",'
        f'"payload":"{commitment}","recorded_at":"{rfc3339(recorded_at)}","rows":{{{members(rows)}}},'
        f'"subject":"{subject}","type":{_event_type(type)},"v":{VERSION}}}'
    ).encode()
    return Leaf(body, sha256(b"\x00" + body).digest())


class Events(NamedTuple):
    """What differs from leaf to leaf in a batch, column by column, all of one length; the parts are those of :func:`make_leaf`.

    ``rows``: as :func:`members` writes them; their order is the caller's word.
    """

    types: Sequence[str]
    subjects: Sequence[str]
    commitments: Sequence[str]
    rows: Sequence[str]


class Leaves(NamedTuple):
    """The leaves of a batch as they are stored: bodies as text, hashes in hex."""

    bodies: list[str]
    hashes: list[str]


def make_leaves(
    events: Events,
    *,
    environment: Environment,
    occurred_at: datetime,
    recorded_at: datetime,
    actor: str,
) -> Leaves:
    """The leaves of a batch that one actor makes at one time: as :func:`make_leaf` of each, at a fifth of the cost.

    The parts of a kind are checked all at once, since a look at each costs ten times that. Raises :class:`InputError`.
    """
    if not (_token(actor) and _lines_of_tokens(_lines(events.subjects))):
        raise _not_a_token("subject" if _token(actor) else "actor")
    if not _lines_of_digests(_lines(events.commitments)):
        raise InputError("a leaf's payload is 64 hex digits: the commitment, never the payload itself")
    if not _lines_of_members(_lines(events.rows)):
        raise InputError("a row is named table:id in plain ASCII, and its digest is 64 lower-case hex digits")
    head = (
        f'{{"actor":"{actor}","environment":{_environment(environment)},"occurred_at":"{rfc3339(occurred_at)}",'
        '"payload":"'
    )
    middle = f'","recorded_at":"{rfc3339(recorded_at)}","rows":{{'
    ends = {kind: f'","type":{_event_type(kind)},"v":{VERSION}}}' for kind in set(events.types)}
    bodies = [
        f'{head}{commitment}{middle}{rows}}},"subject":"{subject}{ends[kind]}'
        for kind, subject, commitment, rows in zip(*events, strict=True)
    ]
    return Leaves(bodies, [sha256(f"\x00{body}".encode()).hexdigest() for body in bodies])


def _lines(parts: Sequence[str]) -> str:
    """One part a line. A part with a line break in it would be two: then a line is left without an end, which nothing matches."""
    if not parts:
        return ""
    text = "\n".join(parts)
    return f"{text}\n" if text.count("\n") == len(parts) - 1 else f"{text}\x00"


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 ‖ body), 32 bytes (RFC 6962 §2.1)."""
    return sha256(b"\x00" + body).digest()


def commit(salt: bytes, payload: Json) -> str:
    """HMAC-SHA256 over the canonical payload, keyed with its 32-byte salt; 64 hex digits."""
    return commit_bytes(salt, jcs(payload))


def commit_texts(salts: Sequence[bytes], payloads: Sequence[str]) -> list[str]:
    """As :func:`commit` of each, over payloads that are canonical already; HMAC (RFC 2104) written out, at half the cost."""
    if wrong := {*map(len, salts)} - {SALT_BYTES}:
        raise InputError(f"a salt has {SALT_BYTES} bytes, this one has {min(wrong)}")
    return [
        sha256(
            (key := salt + _PADDING).translate(_OUTER)
            + sha256(key.translate(_INNER) + payload.encode()).digest()
        ).hexdigest()
        for salt, payload in zip(salts, payloads, strict=True)
    ]


#: A key of HMAC-SHA256 is filled up to the block of 64 bytes and mixed with two constants.
_PADDING: Final = bytes(64 - SALT_BYTES)
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))


def commit_bytes(salt: bytes, payload: bytes) -> str:
    """As :func:`commit`, over a payload that is canonical already."""
    if len(salt) != SALT_BYTES:
        raise InputError(f"a salt has {SALT_BYTES} bytes, this one has {len(salt)}")
    return hmac.digest(salt, payload, "sha256").hex()


def read_leaf(body: bytes, *, where: str = "") -> LeafRecord:
    """The parts of a leaf's body. :class:`IntegrityError` unless it is a well-formed leaf of version 1."""
    try:
        record = _record(json.loads(body))
        made = _remake(record)  # one text for one leaf: equal bytes are the proof that these are canonical
    except (InputError, ValueError, TypeError, AttributeError, RecursionError) as fault:
        raise _not_a_leaf(where, str(fault)) from None
    if made != body:
        raise _not_a_leaf(where, "its parts do not give these bytes")
    return record


def opens(record: LeafRecord, salt: bytes, payload: Json) -> bool:
    """True when ``payload`` with ``salt`` is what the leaf committed to. Compared in constant time."""
    return hmac.compare_digest(record.payload, commit(salt, payload))


@lru_cache(maxsize=4096)
def rfc3339(moment: datetime) -> str:
    """``2026-01-02T03:04:05.000006Z``. A time without an offset is refused: nobody could say which it is."""
    if moment.tzinfo is None:
        raise InputError("a time in the ledger needs an offset from UTC")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


@lru_cache(maxsize=4096)
def parse_rfc3339(text: str) -> datetime:
    """The inverse of :func:`rfc3339`, and nothing wider: one moment has one spelling."""
    if not _time(text):
        raise InputError("not a time as the ledger writes it (2026-01-02T03:04:05.000006Z)")
    try:
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    except ValueError:
        raise InputError("there is no such time") from None


def _record(value: object) -> LeafRecord:
    if not isinstance(value, dict) or value.keys() != _MEMBERS or value["v"] != VERSION:
        raise InputError("not the members of a leaf of version 1")
    parts = cast("dict[str, str]", value)
    return LeafRecord(
        parts["type"],
        Environment(parts["environment"]),
        parse_rfc3339(parts["occurred_at"]),
        parse_rfc3339(parts["recorded_at"]),
        parts["actor"],
        parts["subject"],
        parts["payload"],
        cast("dict[str, str]", value["rows"]),
    )


def _remake(record: LeafRecord) -> bytes:
    return make_leaf(
        type=record.type,
        environment=record.environment,
        occurred_at=record.occurred_at,
        recorded_at=record.recorded_at,
        actor=record.actor,
        subject=record.subject,
        commitment=record.payload,
        rows=record.rows,
    ).body


@lru_cache(maxsize=1024)
def _event_type(name: str) -> str:
    if not _type(name):
        raise InputError("a leaf's type reads room.happening")
    return f'"{name}"'


@lru_cache(maxsize=16)
def _environment(name: str) -> str:
    return f'"{Environment(name)}"'


def members(rows: Mapping[str, str]) -> str:
    """The rows of a leaf as they stand in its body, in the order of their names. Raises :class:`InputError`."""
    if len(rows) > 1:
        return ",".join([_row_member(name, rows[name]) for name in sorted(rows)])
    return "".join([_row_member(name, digest) for name, digest in rows.items()])


def _row_member(name: str, digest: str) -> str:
    if not _row(name):
        raise InputError("a row is named table:id, in ASCII letters, digits and _ . : , -")
    if not _hex64(digest):
        raise InputError("a row's digest is 64 lower-case hex digits")
    return f'"{name}":"{digest}"'


def _not_a_token(member: str) -> InputError:
    return InputError(
        f"the {member} of a leaf is an id or a pseudonym",
        hint="ASCII letters, digits and _ . : - only, at most 128: no name, no address, no URL.",
    )


def _not_a_leaf(where: str, why: str) -> IntegrityError:
    return IntegrityError(f"not a leaf of version 1: {why}", where=where, saved="Nothing was changed.")
