"""From what a reader yields to what can be written: addresses made keys, words made terms, flaws said. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from openiru.core.intake.contribution import check, kind_of, language_tag
from openiru.core.vocabulary import Kind, Pap, Tlp
from openiru.engines.addresses import Address, AddressError, try_canonicalise
from openiru.ports.formats import Note, Refused, Row

CHUNK = 5_000
EXCERPT = 80

#: Kinds that say little: there the unit's own word for the kind counts.
VAGUE = frozenset({Kind.PAGE, Kind.FILE, Kind.OTHER, Kind.POST})


TLPS = frozenset(one.value for one in Tlp)
PAPS = frozenset(one.value for one in Pap)


@dataclass(frozen=True, slots=True)
class Prepared:
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
    """Up to CHUNK rows of a file, in order."""

    rows: list[Prepared] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for rows that do not say it themselves."""

    tlp: Tlp = Tlp.GREEN
    pap: Pap = Pap.GREEN
    language: str = ""


def chunks(
    source: Iterable[Row | Refused | Note], *, now: datetime, defaults: Defaults, size: int = CHUNK
) -> Iterator[Chunk]:
    """Prepare a reader's rows chunk by chunk; memory is bounded by one chunk."""
    chunk = Chunk()
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
        if chunk.seen >= size:
            yield chunk
            chunk = Chunk()
    yield chunk


def prepare(row: Row, *, now: datetime, defaults: Defaults) -> Prepared | Refused:
    """One row, checked and keyed, or the reason why it is refused."""
    texts = {
        "reason": row.reason,
        "quote": row.quote,
        "translation": row.translation,
        "title": row.title,
        "account": row.account,
        "restriction": row.restriction,
    }
    flaws = check(address=row.address, seen_at=row.seen_at, texts=texts, now=now)
    if flaws:
        return Refused(row.number, flaws[0].message, f"OIRU-40/{flaws[0].code}", _excerpt(row.address))
    address = try_canonicalise(row.address)
    if isinstance(address, AddressError):
        return Refused(row.number, address.message, address.code, _excerpt(row.address))
    marking = _marking(row, defaults)
    if isinstance(marking, Refused):
        return marking
    written = kind_of(row.kind) if row.kind and address.kind in VAGUE else None
    return Prepared(
        row=row,
        address=address,
        kind=(written or address.kind).value,
        language=language_tag(row.language) if row.language else defaults.language,
        tlp=marking[0],
        pap=marking[1],
        fingerprint=_fingerprint(row),
    )


def _marking(row: Row, defaults: Defaults) -> tuple[str, str] | Refused:
    """TLP and PAP of a row. A marking that is not understood refuses the row: it must not be lost."""
    if not row.tlp and not row.pap:
        return defaults.tlp.value, defaults.pap.value
    tlp, pap = row.tlp.strip().lower().removeprefix("tlp:"), row.pap.strip().lower().removeprefix("pap:")
    tlp = {"white": "clear"}.get(tlp, tlp) or defaults.tlp.value
    pap = {"white": "clear"}.get(pap, pap) or defaults.pap.value
    if tlp not in TLPS or pap not in PAPS:
        wrong = row.tlp if tlp not in TLPS else row.pap
        return Refused(
            row.number,
            f"The marking {_excerpt(wrong)} is not one of TLP 2.0 or PAP.",
            "OIRU-40/marking",
            _excerpt(row.address),
        )
    return tlp, pap


def _excerpt(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:EXCERPT])


def _fingerprint(row: Row) -> str:
    """What makes a repeated row the same: everything it says but its number."""
    parts = [
        row.address,
        row.seen_at.isoformat() if row.seen_at else "",
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
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()
