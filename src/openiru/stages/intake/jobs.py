"""What the queue runs for intake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from procrastinate.contrib.django import app

from openiru.core.errors import ConflictError, MarkingError, NotFoundError, OpenIruError
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.foundation.registry.queries import not_to_be_looked_at
from openiru.stages.intake.holds import expire_holds
from openiru.stages.intake.queries import unresolved
from openiru.stages.intake.resolving import resolve_items


@app.task(name="intake.expire_holds", queueing_lock="intake.expire_holds")
def expire() -> int:
    """End what has run out. Due work is found by business time, so running twice does no harm."""
    return expire_holds(by=SERVICE)


def tick(*, by: By) -> int:
    """End the holds that have run out, in whichever operation: a unit's hold is not bound to one."""
    return expire_holds(by=replace(by, operation=None))


@app.task(name="intake.resolve")
def resolve(*, operation: str, unit: str, items: list[str]) -> int:
    """Follow shorteners, all that wait or these, as the service of the unit that asked: it sees what that unit sees.

    What was followed already waits no more, so running twice does no harm.
    """
    by = replace(SERVICE, unit=UUID(unit)).within(UUID(operation))
    with acting(by):
        keys = [row["key"] for row in items_by_id([UUID(one) for one in items]).values()]
    if items and not keys:
        return 0
    return sum(not one.refused for one in resolve_items(by=by, keys=keys))


def queue_resolving(*, by: By, items: Sequence[UUID]) -> tuple[int, list[OpenIruError | None]]:
    """Give shorteners to the workers, these or, when none is named, all that wait and that the person sees.

    How many were given, and for each of ``items`` why it was not, or None.
    """
    with acting(by) as now:
        require(now, "item.resolve")
        here, waiting = items_by_id(items), {row["id"] for row in unresolved()}
        hidden = not_to_be_looked_at([*waiting])
        told = [_why_not(item, item in here, item in waiting, item in hidden) for item in items]
        ready = {item for item, why in zip(items, told, strict=True) if why is None} or (
            set() if items else waiting - hidden
        )
        if ready:
            named = sorted(map(str, ready)) if items else []
            resolve.defer(operation=str(by.operation), unit=str(by.unit), items=named)
        return len(ready), told


def _why_not(item: UUID, here: bool, waits: bool, hidden: bool) -> OpenIruError | None:  # noqa: FBT001 - three facts of one item
    if not here:
        return NotFoundError("there is no such item in this operation", where=str(item))
    if not waits:
        return ConflictError("this is no shortener, or it was followed already", where=str(item))
    if hidden:
        return MarkingError(
            "the marking of a contribution forbids a look: the other side would notice",
            where=str(item),
            hint="Ask the contributing unit, or follow it by hand outside.",
        )
    return None
