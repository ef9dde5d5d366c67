"""Writes of the queue: claims that last some minutes, handing back, and what one has opened.

A claim is a lease of a place: two people never have the same item in the same place at once; another person may have the other
place of it, blind. What is not renewed falls back by itself. Nothing of it is told to the ledger or to a superior.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from openiru.core.assessment.pace import too_fast
from openiru.core.errors import ConflictError, UsageError
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.operations.queries import require_open
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.places import free_places, own_claims
from openiru.stages.assessment.queries import ASSESSABLE, words
from openiru.stages.assessment.waiting import Filters, waiting

#: How long a claim lasts by the clock on the wall unless its holder does something.
LEASE: Final = timedelta(minutes=20)
#: Items that one person may have at once: claims are for work, not for stock.
MOST_CLAIMS: Final = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """What became of one item: claimed until a time by the clock on the wall, or not (somebody was quicker; it is no more open)."""

    item: UUID
    until: datetime | None


def claim(*, by: By, items: Sequence[UUID], batch: UUID | None = None) -> list[Claimed]:
    """Claim items of one's own operation; one answer for each, in order. What is taken or settled is not claimed.

    Raises ConflictError when the person would have more than MOST_CLAIMS at once; then nothing was claimed.
    """
    with acting(by) as now:
        _may(now)
        known = items_by_id(items)
        places = free_places(
            {
                item: row["state"]
                for item, row in known.items()
                if row["state"] in {one.value for one in ASSESSABLE}
            }
        )
        mine = own_claims()
        wanted = [item for item in dict.fromkeys(items) if item in mine or places.get(item)]
        if len(mine.keys() | set(wanted)) > MOST_CLAIMS:
            raise ConflictError(
                f"at most {MOST_CLAIMS} items are claimed at once",
                hint=f"{len(mine)} are claimed now, {len(wanted)} were to be. Assess or hand back some of them first.",
            )
        _renew(now, [item for item in wanted if item in mine])
        new = {item: places[item][0] for item in wanted if item not in mine}
        until = _lease(now, new, batch) | own_claims([item for item in wanted if item in mine])
        return [Claimed(item, until.get(item)) for item in items]


def _may(now: Now) -> None:
    if now.by.operation is None:
        raise UsageError("a claim belongs to an operation", where="--operation")
    require_assessor(now)
    require_open(now.by.operation)


def _lease(now: Now, places: dict[UUID, int], batch: UUID | None) -> dict[UUID, datetime]:
    """Take the places; those that somebody took at the same moment are not in the answer."""
    now.cursor.execute("SELECT iru.wall() + %s", [LEASE])
    until = now.cursor.fetchone()[0]
    rows = [
        {
            "id": new,
            "operation_id": now.by.operation,
            "item_id": item,
            "place": place,
            "unit_id": now.by.unit,
            "person_id": now.by.person,
            "until": until,
            "batch": batch,
        }
        for new, (item, place) in zip(new_ids(len(places)), sorted(places.items()), strict=True)
    ]
    columns = "id, unit_id, person_id, until, batch"
    taken = insert(
        now.cursor,
        "assessment_claim",
        rows,
        conflict=f"(operation_id, item_id, place) DO UPDATE SET ({columns})"
        " = (excluded.id, excluded.unit_id, excluded.person_id, excluded.until, excluded.batch)"
        " WHERE assessment_claim.until <= iru.wall()",
        returning="item_id, until",
    )
    return {item: moment for item, moment in taken}  # noqa: C416 - the tuples of a cursor have no fixed length for the checker


def _renew(now: Now, items: Sequence[UUID]) -> None:
    now.cursor.execute(
        "UPDATE assessment_claim SET until = iru.wall() + %s WHERE operation_id = %s AND person_id = %s"
        " AND item_id = ANY(%s) AND until > iru.wall()",
        [LEASE, now.by.operation, now.by.person, list(items)],
    )


def renew(*, by: By, items: Sequence[UUID]) -> dict[UUID, datetime]:
    """Claims that stand go on from now; until when. What has run out is not brought back."""
    with acting(by) as now:
        _may(now)
        _renew(now, items)
        return own_claims(items)


def claim_next(*, by: By, filters: Filters, besides: UUID | None = None) -> UUID | None:
    """The item to go on with: one's oldest claim, else the best one that is free, which is claimed. None: nothing waits.

    ``besides``: not this one. Items that somebody takes at the same moment are passed over.
    """
    with acting(by) as now:
        _may(now)
        for item in own_claims():
            if item != besides:
                return item
        passed: set[UUID] = {besides} if besides else set()
        while True:
            rows = waiting(filters, limit=len(passed) + 10, free=True).rows
            fresh = [row.item for row in rows if row.claim != "busy" and row.item not in passed]
            if not fresh:
                return None
            for item in fresh:
                (one,) = claim(by=by, items=[item])
                if one.until is not None:
                    return item
            passed |= set(fresh)


def hand_back(*, by: By, items: Sequence[UUID], how: str = "back", batch: UUID | None = None) -> list[UUID]:
    """Give up claims; which were one's own. ``how`` back: they are not offered to the person again by themselves.

    It counts nothing against anybody, and nobody else learns of it.
    """
    with acting(by) as now:
        _may(now)
        back = _end(now, items, batch)
        for item in back if how == "back" else ():
            _left(now, item, how="back")
        return back


def _end(now: Now, items: Sequence[UUID], batch: UUID | None = None) -> list[UUID]:
    now.cursor.execute(
        "UPDATE assessment_claim SET until = iru.wall(), batch = coalesce(%s, batch) WHERE operation_id = %s"
        " AND person_id = %s AND item_id = ANY(%s) AND until > iru.wall() RETURNING item_id",
        [batch, now.by.operation, now.by.person, list(items)],
    )
    return [row[0] for row in now.cursor.fetchall()]


def undo_claims(*, by: By, batch: UUID) -> list[UUID]:
    """Take an act on many items back: what it claimed is given up, what it handed back is claimed again where it is free still."""
    with acting(by) as now:
        _may(now)
        now.cursor.execute(
            "SELECT item_id, until > iru.wall() FROM assessment_claim WHERE operation_id = %s AND person_id = %s AND batch = %s",
            [now.by.operation, now.by.person, batch],
        )
        stands: dict[bool, list[UUID]] = {True: [], False: []}
        for item, live in now.cursor.fetchall():
            stands[live].append(item)
        if stands[True]:
            return _end(now, stands[True])
        now.cursor.execute(
            "UPDATE assessment_opened SET how = '' WHERE operation_id = %s AND person_id = %s AND item_id = ANY(%s)"
            " AND how = 'back'",
            [now.by.operation, now.by.person, stands[False]],
        )
        return [one.item for one in claim(by=by, items=stands[False]) if one.until is not None]


def open_item(*, by: By, item: UUID) -> None:
    """Note for oneself that an item was opened, and let the claim on it go on. One that is open already is not counted again."""
    with acting(by) as now:
        _may(now)
        _renew(now, [item])
        now.cursor.execute(
            "SELECT EXISTS (SELECT FROM assessment_opened WHERE operation_id = %s AND person_id = %s AND item_id = %s"
            " AND left_at IS NULL AND opened_at > iru.wall() - %s)",
            [now.by.operation, now.by.person, item, LEASE],
        )
        if not now.cursor.fetchone()[0]:
            _open(now, item)


def _open(now: Now, item: UUID) -> None:
    now.cursor.execute(
        "INSERT INTO assessment_opened (unit_id, id, operation_id, item_id, person_id, opened_at, how, severe, quick)"
        " VALUES (%s, %s, %s, %s, %s, iru.wall(), '', false, false)",
        [now.by.unit, new_id(), now.by.operation, item, now.by.person],
    )


def _left(now: Now, item: UUID, *, how: str, severe: bool = False, assessment: UUID | None = None) -> float:
    """Close what is open of an item; seconds since it was opened (a day when it never was)."""
    now.cursor.execute(
        "UPDATE assessment_opened SET left_at = iru.wall(), how = %s, severe = %s, assessment_id = %s"
        " WHERE operation_id = %s AND person_id = %s AND item_id = %s AND left_at IS NULL"
        " RETURNING extract(epoch FROM iru.wall() - opened_at)",
        [how, severe, assessment, now.by.operation, now.by.person, item],
    )
    times = [float(row[0]) for row in now.cursor.fetchall()]
    if how == "back" and not times:
        _open(now, item)
        return _left(now, item, how=how)
    return max(times, default=86_400.0)


def leave(*, by: By, item: UUID, how: str, severe: bool = False, assessment: UUID | None = None) -> None:
    """The person is done with an item: the claim ends, the exposure is closed.

    A verdict that came sooner than the words could be read is marked, for the overseer's sample and nobody else.
    """
    with acting(by) as now:
        _end(now, [item])
        seconds = _left(now, item, how=how, severe=severe, assessment=assessment)
        if assessment is None:
            return
        texts = [
            text
            for row in words([item]).get(item, [])
            for text in (row["title"], row["quote"], row["translation"])
        ]
        if too_fast(texts, seconds=seconds):
            now.cursor.execute(
                "UPDATE assessment_opened SET quick = true WHERE operation_id = %s AND person_id = %s"
                " AND assessment_id = %s",
                [now.by.operation, now.by.person, assessment],
            )
