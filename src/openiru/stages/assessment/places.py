"""The places of an item: two for blind verdicts, one for a third person; which are left, and which one has claimed oneself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from openiru.core.lifecycle import State
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import as_json
from openiru.stages.assessment.queries import Shown, basis_for

#: Places of an item: two verdicts, and the third person's.
PLACES: Final = (1, 2)
THIRD: Final = 3


def free_places(states: dict[UUID, str], shown: dict[UUID, Shown] | None = None) -> dict[UUID, list[int]]:
    """Places that the acting person may claim, of items in these states: neither filled by a verdict nor claimed by others."""
    now = current()
    shown = basis_for(list(states)) if shown is None else shown
    # Claims before verdicts: whoever gives a verdict between the two is counted twice, and nobody is given a place that is filled.
    now.cursor.execute(
        "SELECT item_id, place FROM assessment_claim WHERE operation_id = %s AND item_id = ANY(%s)"
        " AND until > iru.wall() AND person_id <> %s",
        [now.by.operation, list(states), now.by.person],
    )
    taken: dict[UUID, set[int]] = {}
    for item, place in now.cursor.fetchall():
        taken.setdefault(item, set()).add(place)
    now.cursor.execute("SELECT item_id, slot FROM iru.slots(%s::json)", [_pairs(shown.values())])
    filled: dict[UUID, int] = {}
    for item, slot in now.cursor.fetchall():
        filled[item] = filled.get(item, 0) + bool(slot)
    return {
        item: _places(state, filled.get(item, 0), taken.get(item, set())) for item, state in states.items()
    }


def _places(state: str, filled: int, taken: set[int]) -> list[int]:
    if state == State.DISPUTED:
        return [] if THIRD in taken else [THIRD]
    if len(PLACES) - filled - len(taken & set(PLACES)) <= 0:
        return []
    return [place for place in PLACES if place not in taken]


def _pairs(shown: Iterable[Shown]) -> str:
    return as_json({"item_id": one.item, "basis_digest": one.digest} for one in shown)


def own_claims(items: Sequence[UUID] | None = None) -> dict[UUID, datetime]:
    """The acting person's claims that stand, oldest first: item -> until when, by the clock on the wall."""
    now = current()
    now.cursor.execute(
        "SELECT item_id, until FROM assessment_claim WHERE operation_id = %s AND person_id = %s AND until > iru.wall()"
        " AND (%s OR item_id = ANY(%s)) ORDER BY id",
        [now.by.operation, now.by.person, items is None, list(items or ())],
    )
    return dict(now.cursor.fetchall())


def asked_for(items: Sequence[UUID]) -> set[UUID]:
    """Items whose words somebody asked for in another language, and that wait for them."""
    now = current()
    now.cursor.execute(
        "SELECT item_id FROM assessment_languagerequest WHERE operation_id = %s AND item_id = ANY(%s)"
        " AND withdrawn_at IS NULL AND done_at IS NULL",
        [now.by.operation, list(items)],
    )
    return {row[0] for row in now.cursor.fetchall()}


def handed_back(items: Sequence[UUID]) -> set[UUID]:
    """Items that the acting person handed back."""
    now = current()
    now.cursor.execute(
        "SELECT item_id FROM assessment_opened WHERE operation_id = %s AND person_id = %s AND item_id = ANY(%s)"
        " AND how = 'back'",
        [now.by.operation, now.by.person, list(items)],
    )
    return {row[0] for row in now.cursor.fetchall()}
