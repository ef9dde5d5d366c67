"""Addresses in a pasted text, as they would be taken: understood, new or known, held and whom to call, outside the scope.

Nothing is written. What is handed in afterwards goes through the import like a file, so that both say the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import UsageError
from openiru.core.intake.scope import Facts, Scope, flags
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.births import platform_of
from openiru.foundation.registry.queries import earlier
from openiru.foundation.registry.queries import items as items_here
from openiru.ports.formats import Note, Refused, Row
from openiru.stages.intake.files import SourceFile, open_file
from openiru.stages.intake.held import holders
from openiru.stages.intake.queries import reference, told
from openiru.stages.intake.rows import Chunk, Defaults, Prepared, chunks
from openiru.stages.intake.taking import fresh_rows, scope_of

#: Characters of a text, and addresses in it, that are taken at once; more come as a file.
LONGEST: Final = 200_000
MOST: Final = 500
NAME: Final = "pasted.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says beside a pasted text; it holds for every address in it. ``seen_at`` is aware."""

    reason: str = ""
    group: str = ""
    seen_at: datetime | None = None
    seen_zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One address as it would be taken. ``becomes``: new, known (another has brought it), again (this unit has).

    ``item``: its id when it is an item of the operation; ``calls``: (reference of a hold, whom to call).
    """

    line: int
    written: str
    key: str
    platform: str
    kind: str
    language: str
    canonical: str
    extent: str
    why: str
    becomes: str
    item: UUID | None
    calls: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]
    shortener: bool
    before: bool


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was understood of a text. ``refused``: (line, reason, excerpt)."""

    found: tuple[Understood, ...]
    refused: tuple[tuple[int, str, str], ...]
    notes: tuple[str, ...]

    @property
    def fresh(self) -> int:
        """How many would be taken: those that this unit has not contributed before."""
        return sum(one.becomes != "again" for one in self.found)

    @property
    def new(self) -> int:
        """How many of them the operation does not have yet."""
        return sum(one.becomes == "new" for one in self.found)

    @property
    def held(self) -> int:
        """On how many a hold stands."""
        return sum(bool(one.calls) for one in self.found)


class Text:
    """A pasted text as a file of the text reader. To be used with ``with``: it is gone afterwards."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise UsageError(
                f"a pasted text has at most {LONGEST:,} characters",
                where="text",
                hint="Save it as a file and import that.",
            )
        self._text = text.replace("\x00", "␀")
        self._folder = tempfile.TemporaryDirectory(prefix="openiru-")

    def __enter__(self) -> SourceFile:
        path = Path(self._folder.name) / NAME
        try:
            path.write_text(self._text, encoding="utf-8", errors="replace")
            return open_file(path, format_name="text")
        except BaseException:
            self._folder.cleanup()
            raise

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def with_words(rows: Iterator[Row | Refused | Note], said: Said) -> Iterator[Row | Refused | Note]:
    """The rows with what the person says of all of them; the line that an address stood in becomes a note then."""
    taken = 0
    for row in rows:
        if not isinstance(row, Row):
            yield row
            continue
        taken += 1
        if taken > MOST:
            raise UsageError(
                f"a pasted text holds at most {MOST} addresses",
                where="text",
                hint="Save it as a file and import that.",
            )
        yield replace(
            row,
            reason=said.reason or row.reason,
            note=row.reason if said.reason else row.note,
            group=said.group,
            seen_at=said.seen_at,
            seen_zone=said.seen_zone,
        )


def parse(*, by: By, text: str, said: Said, defaults: Defaults) -> Parsed:
    """What would become of a pasted text. Raises UsageError for one that is too long, ConflictError when the day is over."""
    if not text.strip():
        return Parsed((), (), ())
    with Text(text) as file:
        return look(by=by, rows=with_words(file.rows(), said), defaults=defaults)


def look(*, by: By, rows: Iterator[Row | Refused | Note], defaults: Defaults) -> Parsed:
    """What would become of a few rows, one by one."""
    with acting(by) as now:
        require(now, "contribute")
        scope = scope_of(now)
        chunk = next(chunks(rows, now=now.at, defaults=defaults, size=10 * MOST))
        return Parsed(
            tuple(_understood(now, chunk, scope)),
            tuple((one.number, one.reason, one.excerpt) for one in chunk.refused),
            tuple(f"{note.number}: {note.text}" if note.number else note.text for note in chunk.notes),
        )


def _understood(now: Now, chunk: Chunk, scope: Scope) -> Iterator[Understood]:
    rows = chunk.rows
    fresh = {id(row) for row in fresh_rows(now, rows)}
    now.cursor.execute("SELECT key, id FROM iru.known_keys(%s)", [[row.address.key for row in rows]])
    ids: dict[str, UUID] = dict(now.cursor.fetchall())
    here: dict[UUID, Any] = items_here(list(ids.values()))
    calls = _calls(now, rows, ids)
    past = {one["item_id"] for one in earlier(list(ids.values()))}
    met: set[str] = set()
    for row in rows:
        address, item = row.address, ids.get(row.address.key)
        new = item not in here and address.key not in met
        met.add(address.key)
        facts = Facts(platform=platform_of(address), language=row.language, group=row.row.group)
        yield Understood(
            line=row.row.number,
            written=row.row.address,
            key=address.key,
            platform=platform_of(address),
            kind=row.kind,
            language=row.language,
            canonical=address.canonical,
            extent=address.extent.value,
            why=address.why,
            becomes="again" if id(row) not in fresh else "new" if new else "known",
            item=item if item in here else None,
            calls=tuple(calls.get(address.key, ())),
            flags=tuple(flag.message for flag in flags(facts, scope)),
            shortener=address.needs_resolving,
            before=item in past,
        )


def _calls(now: Now, rows: Sequence[Prepared], ids: dict[str, UUID]) -> dict[str, list[tuple[str, str]]]:
    """Key -> the holds that stand on it, as others may know them."""
    asked = [(row.address.key, row.address.account, row.row.digest) for row in rows]
    found = {
        key: {(reference(hold), contact) for hold, contact in holds}
        for key, holds in holders(now, asked).items()
    }
    standing = told(list(ids.values()))
    for key, item in ids.items():
        found.setdefault(key, set()).update((one.reference, one.call) for one in standing.get(item, ()))
    return {key: sorted(holds) for key, holds in found.items()}
