"""What the queue runs for verification, and what is due by the clock."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from openiru.foundation.database.acting import SERVICE, By, acting
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
        now.cursor.execute(
            "SELECT 1 FROM procrastinate_jobs"
            " WHERE task_name = %s AND status IN ('todo', 'doing') AND args->>'operation' = %s LIMIT 1",
            [LOOK, str(by.operation)],
        )
        if now.cursor.fetchone() is not None:
            return 0
        look.defer(operation=str(by.operation))
        return 1
