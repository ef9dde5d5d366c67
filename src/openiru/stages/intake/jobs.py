"""What the queue runs for intake."""

from __future__ import annotations

from dataclasses import replace

from procrastinate.contrib.django import app

from openiru.foundation.database.acting import SERVICE, By
from openiru.stages.intake.holds import expire_holds


@app.task(name="intake.expire_holds", queueing_lock="intake.expire_holds")
def expire() -> int:
    """End what has run out. Due work is found by business time, so running twice does no harm."""
    return expire_holds(by=SERVICE)


def tick(*, by: By) -> int:
    """End the holds that have run out, in whichever operation: a unit's hold is not bound to one."""
    return expire_holds(by=replace(by, operation=None))
