"""One chunk of prepared rows into the database: items, standing, contributions, leaves. Sets only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openiru.core.events import EventType
from openiru.core.intake.scope import Facts, Scope, flags
from openiru.core.lifecycle import Milestone, Step
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import as_json, insert
from openiru.foundation.database.ids import Id, new_id_texts
from openiru.foundation.ledger.record import Entry, record_texts
from openiru.foundation.operations.queries import require_open
from openiru.foundation.registry.births import Birth, Taken, add_works, enter, platform_of, take_items
from openiru.foundation.registry.transitions import Move, Moved, transition
from openiru.stages.intake.rows import Prepared


@dataclass(slots=True)
class Tally:
    """What became of the rows so far. Known = rows that brought no new item, those already contributed included."""

    rows: int = 0
    taken: int = 0
    new: int = 0
    known: int = 0
    held: int = 0
    refused: int = 0
    stuck: list[tuple[int, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        """The counts as they stand in the import's row."""
        return {
            "rows": self.rows,
            "taken": self.taken,
            "new": self.new,
            "known": self.known,
            "held": self.held,
            "refused": self.refused,
        }


def scope_of(now: Now) -> Scope:
    """The scope of the acting operation, which must be open."""
    operation = require_open(now.by.operation) if now.by.operation else {}
    return Scope(
        themes=frozenset(operation["themes"]),
        platforms=frozenset(operation["platforms"]),
        languages=frozenset(operation["languages"]),
        groups=frozenset(operation["groups"]),
    )


def fresh_rows(now: Now, rows: Sequence[Prepared]) -> list[Prepared]:
    """The rows that this unit has not contributed in this operation before, each once."""
    now.cursor.execute(
        "SELECT fingerprint FROM intake_contribution"
        " WHERE operation_id = %s AND fingerprint IN (SELECT json_array_elements_text(%s::json)) AND undone_at IS NULL",
        [now.by.operation, as_json(row.fingerprint for row in rows)],
    )
    seen: set[str] = {row[0] for row in now.cursor.fetchall()}
    fresh = []
    for row in rows:
        if row.fingerprint not in seen:
            seen.add(row.fingerprint)
            fresh.append(row)
    return fresh


def held_items(now: Now, items: Sequence[str]) -> set[str]:
    """Those of the items on which a hold stands, of whichever unit."""
    now.cursor.execute(
        "SELECT DISTINCT item_id::text FROM iru.standing_holds(ARRAY(SELECT json_array_elements_text(%s::json)::uuid))",
        [as_json(items)],
    )
    return {row[0] for row in now.cursor.fetchall()}


def take_chunk(now: Now, import_id: Id, rows: Sequence[Prepared], scope: Scope, tally: Tally) -> None:
    """Write one chunk; ``tally`` is brought up to date."""
    fresh = fresh_rows(now, rows)
    tally.known += len(rows) - len(fresh)
    if not fresh:
        return
    taken = take_items(now, {row.address.key: (row.address, row.kind) for row in reversed(fresh)})
    held = held_items(now, [one.id for one in taken.values()])
    firsts: dict[str, Prepared] = {}
    counts: dict[str, int] = {}
    for row in fresh:
        item = taken[row.address.key].id
        firsts.setdefault(item, row)
        counts[item] = counts.get(item, 0) + 1
    moved, born = _stand(now, firsts, counts, held, scope)
    for row in list(fresh):
        item = taken[row.address.key].id
        if item not in moved:
            tally.stuck.append((row.row.number, "this item takes no more contributions in this operation"))
            fresh.remove(row)
    tally.taken += len(fresh)
    tally.new += len(born)
    tally.known += len(fresh) - len(born)
    tally.held += sum(1 for row in fresh if taken[row.address.key].id in held)
    _write(now, import_id, fresh, taken, moved)


def _stand(
    now: Now,
    firsts: dict[str, Prepared],
    counts: dict[str, int],
    held: set[str],
    scope: Scope,
) -> tuple[dict[str, Moved], dict[str, Moved]]:
    """Bring new items into the operation and move those that are there; (all that moved, those that are new)."""
    births = []
    for item, row in firsts.items():
        milestones = Milestone.SEEN
        if counts[item] > 1:
            milestones |= Milestone.DUPLICATE
        if item in held:
            milestones |= Milestone.HELD
        births.append(
            Birth(item, milestones, row.language, row.row.group, row.row.brand, _flags(row, scope)),
        )
    born = enter(now, births)
    there = [item for item in firsts if item not in born]
    moves = [
        Move(
            UUID(item),
            Step.CONTRIBUTE,
            gains=Milestone.SEEN | Milestone.DUPLICATE | (Milestone.HELD if item in held else Milestone(0)),
        )
        for item in there
    ]
    moved = transition(now, moves)[0] if moves else {}
    return {str(item): one for item, one in moved.items()} | born, born


def _flags(row: Prepared, scope: Scope) -> tuple[str, ...]:
    facts = Facts(platform=platform_of(row.address), language=row.language, group=row.row.group)
    return tuple(flag.code for flag in flags(facts, scope))


def _write(
    now: Now, import_id: Id, rows: Sequence[Prepared], taken: dict[str, Taken], moved: dict[str, Moved]
) -> None:
    ids = new_id_texts(len(rows))
    insert(
        now.cursor,
        "intake_contribution",
        [
            _contribution(now, import_id, row, taken[row.address.key].id, new)
            for row, new in zip(rows, ids, strict=True)
        ],
    )
    works = add_works(now, [(taken[row.address.key].id, row.row.digest) for row in rows if row.row.digest])
    told: set[str] = set()
    entries = []
    for row, new in zip(rows, ids, strict=True):
        one = taken[row.address.key]
        wrote: list[tuple[str, Id]] = [("intake_contribution", new)]
        work = works.pop((one.id, row.row.digest), None)
        if work is not None:
            wrote.append(("registry_work", work))
        if one.id in told:
            payload = {"item": str(one.id), "unit": str(now.by.unit)}
            entries.append(Entry(EventType.CONTRIBUTED, new, payload, tuple(wrote), item=one.id))
            continue
        told.add(one.id)
        if one.is_new:
            wrote.append(("registry_item", one.id))
        entries.append(moved[one.id].entry(EventType.CONTRIBUTED, new, tuple(wrote), unit=str(now.by.unit)))
    record_texts(now, entries)


def _contribution(now: Now, import_id: Id, prepared: Prepared, item: str, new: str) -> dict[str, Any]:
    row = prepared.row
    return {
        "unit_id": now.by.unit,
        "id": new,
        "operation_id": now.by.operation,
        "import_id": import_id,
        "item_id": item,
        "number": row.number,
        "raw": row.address,
        "fingerprint": prepared.fingerprint,
        "seen_at": row.seen_at,
        "posted_at": row.posted_at,
        "seen_zone": row.seen_zone,
        "contributed_at": now.at,
        "reason": row.reason,
        "quote": row.quote,
        "translation": row.translation,
        "place": row.place,
        "title": row.title,
        "language": prepared.language,
        "organisation": row.group,
        "brand": row.brand,
        "account": row.account,
        "digest": row.digest,
        "tlp": prepared.tlp,
        "pap": prepared.pap,
        "restriction": row.restriction,
        "views": row.views,
        "source_ref": row.source_ref,
        "note": row.note,
        "undone_at": None,
    }
