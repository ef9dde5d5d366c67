"""Writes of intake: one import is one transaction, and can be undone by a compensating event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError, UsageError
from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, Step
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert, update
from openiru.foundation.database.bulkwork import bulk_work
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.births import line_up
from openiru.foundation.registry.transitions import Move, Moved, transition
from openiru.ports.formats import Note, Refused, Row
from openiru.stages.intake.drafts import Ready, ready
from openiru.stages.intake.queries import led_to
from openiru.stages.intake.rows import Defaults, chunks
from openiru.stages.intake.taking import Taking, Tally, look_over, scope_of

#: The answer lists this many refused rows; all of them stand in the database.
LISTED = 10_000

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is imported: rows as a reader yields them, and where they came from."""

    rows: Iterable[Row | Refused | Note]
    file_name: str
    file_digest: str
    format: str
    encoding: str = ""
    purpose: str = ""
    defaults: Defaults = field(default_factory=Defaults)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or would do. ``refused``: (row number, reason), at most LISTED of them."""

    import_id: UUID | None
    counts: dict[str, int]
    refused: tuple[tuple[int, str], ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``openiru intake import --json``."""
        return {
            "import": str(self.import_id) if self.import_id else None,
            **{name: count for name, count in self.counts.items() if name != "refused"},
            "refused": [{"row": number, "reason": reason} for number, reason in self.refused],
            "notes": list(self.notes),
        }


def import_rows(*, by: By, source: Source, progress: Progress | None = None) -> Outcome:
    """Take in one file in one transaction: every row is taken, or refused with its number and reason.

    Raises ConflictError when the operation is closed, and whatever the reader raises when the file cannot be read at
    all; then nothing was saved.
    """
    if by.operation is None:
        raise UsageError("an import needs an operation", where="--operation")
    with bulk_work(), acting(by) as now, ThreadPoolExecutor(2, thread_name_prefix="intake") as pool:
        require(now, "contribute")
        scope = scope_of(now)
        tally, refused, notes = Tally(), list[Refused](), list[Note]()
        import_id = new_id()
        # The row of the import is written first, so that contributions can point to it, and told to the ledger last.
        coming = _ahead(pool, map(ready, chunks(source.rows, now=now.at, defaults=source.defaults)))
        first = next(coming)
        if first.full:
            line_up(now, alone=True)
        _write_import(now, import_id, source)
        taking = Taking(now, str(import_id), scope, tally, pool)
        for chunk in chain([first], coming):
            tally.rows += chunk.seen
            taking.add(chunk)
            refused += _refuse(now, import_id, chunk.refused, tally)[: max(0, LISTED - len(refused))]
            notes += chunk.notes[: max(0, LISTED - len(notes))]
            look_over(now, tally.rows - chunk.seen, tally.rows)
            if progress is not None:
                progress(tally.rows)
        taking.finish()
        refused += _refuse(now, import_id, (), tally)[: max(0, LISTED - len(refused))]
        _finish(now, import_id, tally, notes)
        return Outcome(
            import_id,
            tally.as_dict(),
            tuple((one.number, one.reason) for one in sorted(refused, key=lambda one: one.number)),
            tuple(_said(note) for note in notes),
        )


def _said(note: Note) -> str:
    return f"row {note.number}: {note.text}" if note.number else note.text


def _ahead(pool: ThreadPoolExecutor, source: Iterator[Ready]) -> Iterator[Ready]:
    """Prepare the next chunk in a thread while the database writes this one."""
    coming = pool.submit(next, source, None)
    while (chunk := coming.result()) is not None:
        coming = pool.submit(next, source, None)
        yield chunk


def _write_import(now: Now, import_id: UUID, source: Source) -> None:
    insert(
        now.cursor,
        "intake_import",
        [
            {
                "unit_id": now.by.unit,
                "id": import_id,
                "operation_id": now.by.operation,
                "person_id": now.by.person,
                "file_name": source.file_name,
                "file_digest": source.file_digest,
                "format": source.format,
                "encoding": source.encoding,
                "purpose": source.purpose,
                "counts": {},
                "notes": [],
                "imported_at": now.at,
                "undone_at": None,
            }
        ],
    )


def _refuse(now: Now, import_id: UUID, rows: Sequence[Refused], tally: Tally) -> list[Refused]:
    refused = [*rows] + [Refused(number, reason, "OIRU-2100") for number, reason in tally.stuck]
    tally.stuck.clear()
    tally.refused += len(refused)
    ids = new_ids(len(refused))
    insert(
        now.cursor,
        "intake_refusedrow",
        [
            {
                "unit_id": now.by.unit,
                "id": new,
                "import_id": import_id,
                "number": one.number,
                "code": one.code,
                "reason": one.reason,
                "excerpt": one.excerpt,
            }
            for one, new in zip(refused, ids, strict=True)
        ],
    )
    record(
        now,
        [
            Entry(EventType.ROW_REFUSED, new, {"unit": str(now.by.unit)}, (("intake_refusedrow", new),))
            for new in ids
        ],
    )
    return refused


def _finish(now: Now, import_id: UUID, tally: Tally, notes: list[Note]) -> None:
    update(
        now.cursor,
        "intake_import",
        [
            {
                "unit_id": now.by.unit,
                "id": import_id,
                "counts": tally.as_dict(),
                "notes": [_said(n) for n in notes[:200]],
            }
        ],
        key=["unit_id", "id"],
    )
    payload = {"unit": str(now.by.unit), **tally.as_dict()}
    record(now, [Entry(EventType.IMPORTED, import_id, payload, (("intake_import", import_id),))])


def undo_import(*, by: By, import_id: UUID) -> dict[str, int]:
    """Take an import back by compensating events; counts of contributions, of items undone, of items that stay.

    Its contributions count no more; items that nobody else brought are undone; items that were referred stay what they are.
    """
    with acting(by) as now:
        require(now, "contribute.undo")
        now.cursor.execute(
            "UPDATE intake_import SET undone_at = %s WHERE id = %s AND operation_id = %s AND undone_at IS NULL"
            " RETURNING id",
            [now.at, import_id, by.operation],
        )
        if now.cursor.fetchone() is None:
            now.cursor.execute(
                "SELECT FROM intake_import WHERE id = %s AND operation_id = %s", [import_id, by.operation]
            )
            if now.cursor.fetchone() is None:
                raise NotFoundError("there is no such import of this unit in this operation")
            raise ConflictError("this import is undone already")
        now.cursor.execute(
            "UPDATE intake_contribution SET undone_at = %s WHERE import_id = %s AND undone_at IS NULL"
            " RETURNING id, item_id",
            [now.at, import_id],
        )
        gone: list[tuple[UUID, UUID]] = now.cursor.fetchall()
        # A shortener that was followed stands for nothing itself: its contributions stand for the place it leads to.
        finals = led_to(sorted({item for _, item in gone}))
        items = sorted({final for _, item in gone for final in finals.get(item, {item})})
        now.cursor.execute("SELECT item_id, n FROM iru.standing_contributions(%s)", [items])
        left: dict[UUID, int] = dict(now.cursor.fetchall())
        moves = [
            Move(item, Step.UNDO if item not in left else None, loses=_lost(left.get(item, 0)))
            for item in items
        ]
        moved, stuck = transition(now, moves)
        # What is left may be for some units alone; the leaf is to tell of the row as it stands then.
        now.cursor.execute("SELECT iru.close_again(%s)", [sorted(moved)])
        record(now, _undone(now, import_id, gone, finals, moved))
        undone = sum(1 for item in moved if item not in left)
        return {"contributions": len(gone), "items_undone": undone, "items_stay": len(left) + len(stuck)}


def _undone(
    now: Now,
    import_id: UUID,
    gone: Sequence[tuple[UUID, UUID]],
    finals: Mapping[UUID, set[UUID]],
    moved: Mapping[UUID, Moved],
) -> list[Entry]:
    unit = {"unit": str(now.by.unit)}
    entries = [Entry(EventType.IMPORT_UNDONE, import_id, unit, (("intake_import", import_id),))]
    told: set[UUID] = set()
    for contribution, source in gone:
        rows: tuple[tuple[str, UUID], ...] = (("intake_contribution", contribution),)
        for item in sorted(finals.get(source, {source})):
            if item in moved and item not in told:
                told.add(item)
                entries.append(moved[item].entry(EventType.CONTRIBUTION_UNDONE, contribution, rows, **unit))
            else:
                payload = {"item": str(item), **unit}
                entries.append(Entry(EventType.CONTRIBUTION_UNDONE, contribution, payload, rows, item=item))
            rows = ()
    return entries


#: What an item loses with its last contribution; it can be undone only before it is prepared.
NOTHING_LEFT = (
    Milestone.SEEN
    | Milestone.DUPLICATE
    | Milestone.HELD
    | Milestone.ASSESSED
    | Milestone.DECIDED
    | Milestone.NOT_REFERRED
    | Milestone.DISAGREED
)


def _lost(left: int) -> Milestone:
    if left == 0:
        return NOTHING_LEFT
    return Milestone.DUPLICATE if left == 1 else Milestone(0)
