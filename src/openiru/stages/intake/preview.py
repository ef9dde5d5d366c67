"""The dry run: what an import would do, by the same preparation and the same questions, without a write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openiru.core.errors import UsageError
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import earlier
from openiru.foundation.registry.queries import items as items_here
from openiru.ports.formats import Note, Refused, Row
from openiru.stages.intake.held import held_keys
from openiru.stages.intake.rows import Chunk, Defaults, Prepared, chunks
from openiru.stages.intake.taking import Tally, fresh_rows, held_items, scope_of

#: So many refused rows and notes are listed, as by the import itself.
LISTED = 10_000
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """One row as it would be taken. ``becomes``: new, known (another has brought it), again (this unit has)."""

    row: int
    key: str
    kind: str
    language: str
    canonical: str
    extent: str
    becomes: str
    held: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What the import would answer, and the first rows as it would take them."""

    counts: dict[str, int]
    refused: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]
    sample: tuple[Sample, ...]
    earlier: tuple[
        dict[str, Any], ...
    ]  # rows that were referred before, in whichever operation, and what became of it


@dataclass(slots=True)
class _Seen:
    """What earlier chunks of the file would have written by now."""

    fingerprints: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    earlier: list[dict[str, Any]] = field(default_factory=list)


def preview(*, by: By, rows: Iterable[Row | Refused | Note], defaults: Defaults | None = None) -> Preview:
    """Prepare a file as the import would, and count; nothing is written.

    The counts are those that ``import_rows`` gives when nobody else writes in between. Raises what it would raise.
    """
    if by.operation is None:
        raise UsageError("an import needs an operation", where="--operation")
    tally, refused, notes, sample = Tally(), list[tuple[int, str]](), list[str](), list[Sample]()
    seen = _Seen()
    with acting(by) as now:
        require(now, "contribute")
        scope_of(now)
        for chunk in chunks(rows, now=now.at, defaults=defaults or Defaults()):
            tally.rows += chunk.seen
            tally.refused += len(chunk.refused)
            refused += [(one.number, one.reason) for one in chunk.refused][: LISTED - len(refused)]
            notes += _notes(chunk)[: LISTED - len(notes)]
            sample += _count(now, chunk.rows, seen, tally)[: SAMPLE - len(sample)]
    return Preview(tally.as_dict(), tuple(refused), tuple(notes), tuple(sample), tuple(seen.earlier))


def _notes(chunk: Chunk) -> list[str]:
    return [f"row {note.number}: {note.text}" if note.number else note.text for note in chunk.notes]


def _count(now: Now, rows: Sequence[Prepared], seen: _Seen, tally: Tally) -> list[Sample]:
    fresh = [row for row in fresh_rows(now, rows) if row.fingerprint not in seen.fingerprints]
    seen.fingerprints |= {row.fingerprint for row in fresh}
    tally.known += len(rows) - len(fresh)
    here, held = _standing(now, fresh, seen)
    new = {row.address.key for row in fresh} - here - seen.keys
    tally.taken += len(fresh)
    tally.new += len(new)
    tally.known += len(fresh) - len(new)
    tally.held += sum(row.address.key in held for row in fresh)
    answer = _sample(rows, {id(row) for row in fresh}, new, held)
    seen.keys |= new
    return answer


def _standing(now: Now, rows: Sequence[Prepared], seen: _Seen) -> tuple[set[str], set[str]]:
    """Keys that are items of the operation already; keys on which a hold stands."""
    if not rows:
        return set(), set()
    accounts = {row.address.key: row.address.account for row in reversed(rows)}
    now.cursor.execute("SELECT key, id FROM iru.known_keys(%s)", [list(accounts)])
    ids: dict[str, UUID] = dict(now.cursor.fetchall())
    here = items_here(list(ids.values()))
    stopped = held_items(now, [str(one) for one in ids.values()])
    held = held_keys(now, [(row.address.key, accounts[row.address.key], row.row.digest) for row in rows])
    seen.held |= held
    held |= seen.held & set(accounts)  # by a content that an earlier chunk has tied to the place
    held |= {key for key, one in ids.items() if str(one) in stopped}
    numbers = {row.address.key: row.row.number for row in reversed(rows)}
    _before(ids, numbers, seen)
    return {key for key, one in ids.items() if one in here}, held


def _before(ids: dict[str, UUID], numbers: dict[str, int], seen: _Seen) -> None:
    """Note which rows name what was referred before; a key counts once, at its first row."""
    keys = {one: key for key, one in ids.items() if key not in seen.keys}
    seen.earlier += sorted(
        (
            {"number": numbers[key], "key": key}
            | {name: value for name, value in row.items() if name != "item_id"}
            for row in earlier(list(keys))
            if (key := keys[row["item_id"]])
        ),
        key=lambda one: (one["number"], one["referred_at"]),
    )


def _sample(rows: Sequence[Prepared], fresh: set[int], new: set[str], held: set[str]) -> list[Sample]:
    told: set[str] = set()
    answer = []
    for row in rows[:SAMPLE]:
        key = row.address.key
        becomes = "again" if id(row) not in fresh else "new" if key in new and key not in told else "known"
        told.add(key)
        facts: dict[str, Any] = {
            "row": row.row.number,
            "key": key,
            "kind": row.kind,
            "language": row.language,
        }
        answer.append(
            Sample(
                **facts,
                canonical=row.address.canonical,
                extent=row.address.extent.value,
                becomes=becomes,
                held=key in held,
            )
        )
    return answer
