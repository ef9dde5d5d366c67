"""What the queue runs for verification, and what is due by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from procrastinate.contrib.django import app

from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.people.permissions import require
from openiru.stages.verification import queries
from openiru.stages.verification.commands import plan_looks, run

LOOK = "verification.look"


@app.task(name="verification.plan_looks")
def plan(operation: str) -> int:
    """Plan the first look at whatever was referred. Items that have a plan keep it."""
    return plan_looks(by=SERVICE.within(UUID(operation)))


@app.task(name=LOOK)
def look(operation: str) -> int:
    """Look at everything that is due. A second run beside the first does nothing."""
    return run(by=SERVICE.within(UUID(operation))).looks


def tick(*, by: By) -> int:
    """Put a run into the queue when a look is due and none waits or goes on; 1 if so."""
    with acting(by) as now:
        if not queries.due(now.at, 1):
            return 0
        if queries.run_on_its_way(LOOK) is not None:
            return 0
        look.defer(operation=str(by.operation))
        return 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The run that looks at what is due. ``planned``: items that got their first look planned; ``new``: nobody had asked yet."""

    job: int
    planned: int
    new: bool


def ask(*, by: By) -> Asked:
    """Put a run into the queue for somebody who may verify; one that waits or goes on already is answered with."""
    with acting(by) as now:
        require(now, "verify")
        planned = plan_looks(by=by)
        known = queries.run_on_its_way(LOOK)
        if known is not None:
            return Asked(known["job"], planned, new=False)
        return Asked(look.defer(operation=str(by.operation)), planned, new=True)
