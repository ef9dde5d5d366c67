"""From what a reader yields to what can be written: addresses made keys, words made terms, flaws said. No database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import orjson

from openiru.core.intake.contribution import (
    EARLIEST_YEAR,
    LONGEST_ADDRESS,
    check,
    kind_of,
    language_tag,
)
from openiru.core.vocabulary import Kind, Pap, Tlp
from openiru.engines.addresses import Address, AddressError, try_canonicalise
from openiru.ports.formats import Note, Refused, Row

#: Rows at a time: few at first, so that the database has something to do soon, then twice as many each time.
FIRST_CHUNK = 1_250
CHUNK = 5_000
EXCERPT = 80
#: Bytes of the longest key that an index of the database takes (a third of a page), an id beside it.
LONGEST_KEY = 2_600

#: Kinds that say little: there the unit's own word for the kind counts.
VAGUE = frozenset({Kind.PAGE, Kind.FILE, Kind.OTHER, Kind.POST})


TLPS = frozenset(one.value for one in Tlp)
PAPS = frozenset(one.value for one in Pap)


class Prepared(NamedTuple):
    """A row that can be written."""

    row: Row
    address: Address
    kind: str
    language: str
    tlp: str
    pap: str
    fingerprint: str


@dataclass(slots=True)
class Chunk:
    """Up to CHUNK rows of a file, in order. ``full``: more may follow."""

    rows: list[Prepared] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    seen: int = 0
    full: bool = False


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for rows that do not say it themselves."""

    tlp: Tlp = Tlp.GREEN
    pap: Pap = Pap.GREEN
    language: str = ""


def chunks(
    source: Iterable[Row | Refused | Note], *, now: datetime, defaults: Defaults, size: int = 0
) -> Iterator[Chunk]:
    """Prepare a reader's rows chunk by chunk; memory is bounded by one chunk."""
    chunk, now_size = Chunk(), size or min(FIRST_CHUNK, CHUNK)
    for one in source:
        if isinstance(one, Row):
            chunk.seen += 1
            prepared = prepare(one, now=now, defaults=defaults)
            if isinstance(prepared, Prepared):
                chunk.rows.append(prepared)
            else:
                chunk.refused.append(prepared)
        elif isinstance(one, Refused):
            chunk.seen += 1
            chunk.refused.append(one)
        else:
            chunk.notes.append(one)
        if chunk.seen >= now_size:
            chunk.full = True
            yield chunk
            chunk, now_size = Chunk(), size or min(2 * now_size, CHUNK)
    yield chunk


def prepare(row: Row, *, now: datetime, defaults: Defaults) -> Prepared | Refused:
    """One row, checked and keyed, or the reason why it is refused."""
    try:
        said = _said(row)
    except TypeError:  # half of a surrogate pair: such text can be written nowhere
        reason = "The row holds characters that are broken beyond reading."
        return Refused(row.number, reason, "OIRU-4005", _excerpt(row.address))
    if not _ordinary(row, said, now):
        flaws = check(address=row.address, seen_at=row.seen_at, texts=_texts(row), now=now)
        if flaws:
            return Refused(row.number, flaws[0].message, f"OIRU-40/{flaws[0].code}", _excerpt(row.address))
    address = try_canonicalise(row.address)
    if isinstance(address, AddressError):
        return Refused(row.number, address.message, address.code, _excerpt(row.address))
    if not fits(address):
        reason = f"The key of the address is longer than {LONGEST_KEY:,} bytes."
        return Refused(row.number, reason, "OIRU-40/address-long", _excerpt(row.address))
    marking = _marking(row.tlp, row.pap, defaults)
    if isinstance(marking, str):
        reason = f"The marking {_excerpt(marking)} is not one of TLP 2.0 or PAP."
        return Refused(row.number, reason, "OIRU-40/marking", _excerpt(row.address))
    written = _kind_of(row.kind) if row.kind and address.kind in VAGUE else None
    return Prepared(
        row,
        address,
        (written or address.kind)._value_,
        _language_tag(row.language) if row.language else defaults.language,
        marking[0],
        marking[1],
        blake2b(said, digest_size=16).hexdigest(),
    )


def fits(address: Address) -> bool:
    """Whether the key of an address can stand in the registry. A longer one would end the whole import."""
    return len(address.key) * 4 <= LONGEST_KEY or len(address.key.encode()) <= LONGEST_KEY


#: The same few words in every row.
_kind_of = lru_cache(maxsize=4096)(kind_of)
_language_tag = lru_cache(maxsize=4096)(language_tag)


def _ordinary(row: Row, said: bytes, now: datetime) -> bool:
    """Whether a row is so short and plain that no check can find a flaw; the bytes are more than the characters."""
    seen = row.seen_at
    return (
        len(said) <= LONGEST_ADDRESS
        and b"\\u0000" not in said
        and bool(row.address)
        and not row.address.isspace()
        and (seen is None or (seen.tzinfo is not None and seen <= now and seen.year >= EARLIEST_YEAR))
    )


def _texts(row: Row) -> dict[str, str]:
    return {
        "reason": row.reason,
        "quote": row.quote,
        "translation": row.translation,
        "title": row.title,
        "account": row.account,
        "restriction": row.restriction,
        "place": row.place,
        "group": row.group,
        "brand": row.brand,
        "digest": row.digest,
        "source_ref": row.source_ref,
        "note": row.note,
        "seen_zone": row.seen_zone,
    }


@lru_cache(maxsize=1024)
def _marking(tlp: str, pap: str, defaults: Defaults) -> tuple[str, str] | str:
    """TLP and PAP of a row, or the word that is not understood. It refuses the row: a marking must not be lost."""
    if not tlp and not pap:
        return defaults.tlp.value, defaults.pap.value
    light, action = tlp.strip().lower().removeprefix("tlp:"), pap.strip().lower().removeprefix("pap:")
    light = {"white": "clear"}.get(light, light) or defaults.tlp.value
    action = {"white": "clear"}.get(action, action) or defaults.pap.value
    if light not in TLPS or action not in PAPS:
        return tlp if light not in TLPS else pap
    return light, action


def _excerpt(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:EXCERPT])


def _said(row: Row) -> bytes:
    """Everything a row says but its number: what makes a repeated row the same. TypeError for broken characters."""
    return orjson.dumps(
        (
            row.address,
            row.seen_at,
            row.reason,
            row.quote,
            row.translation,
            row.place,
            row.title,
            row.language,
            row.kind,
            row.group,
            row.brand,
            row.account,
            row.digest,
            row.source_ref,
            row.restriction,
            row.note,
            row.seen_zone,
        ),
        option=orjson.OPT_UTC_Z,
    )
