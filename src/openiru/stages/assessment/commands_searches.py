"""Writes of saved searches: filters with a name, one's own or the unit's. A search is a queue."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError, UsageError
from openiru.foundation.database.acting import By, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.waiting import Filters, searches

LONGEST_NAME: Final = 60
#: One's own and the unit's together, in one operation.
MOST: Final = 40


def save_search(*, by: By, name: str, filters: Filters, shared: bool) -> UUID:
    """Save a search under a name; one of one's own with this name is written anew. ``shared``: the whole unit has it."""
    said = " ".join(name.split())
    if not said or len(said) > LONGEST_NAME or "\x00" in said:
        raise UsageError(f"a name has 1 to {LONGEST_NAME} characters", where="name")
    if by.operation is None:
        raise UsageError("a search belongs to an operation", where="--operation")
    with acting(by) as now:
        require_assessor(now)
        known = searches()
        for one in known:
            if one["name"] == said and one["own"] and one["shared"] == shared:
                now.cursor.execute(
                    "UPDATE assessment_savedsearch SET ended = true WHERE id = %s", [one["id"]]
                )
        if len(known) >= MOST:
            raise ConflictError(f"{MOST} searches are saved already", hint="Take one away first.")
        new = new_id()
        insert(
            now.cursor,
            "assessment_savedsearch",
            [
                {
                    "unit_id": by.unit,
                    "id": new,
                    "operation_id": by.operation,
                    "person_id": by.person,
                    "name": said,
                    "shared": shared,
                    "filters": filters.plain(),
                    "ended": False,
                }
            ],
        )
        return new


def end_search(*, by: By, search: UUID) -> None:
    """Take a search of one's own away. NotFoundError for what is not one's own."""
    with acting(by) as now:
        require_assessor(now)
        now.cursor.execute(
            "UPDATE assessment_savedsearch SET ended = true WHERE id = %s AND person_id = %s AND operation_id = %s AND NOT ended",
            [search, by.person, by.operation],
        )
        if not now.cursor.rowcount:
            raise NotFoundError("there is no such search of yours", hint="Whoever saved it takes it away.")
