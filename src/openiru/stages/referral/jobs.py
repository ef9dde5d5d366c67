"""The job that tries to send one batch, and the tick that finds what is due."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from openiru.foundation.database.acting import SERVICE, By
from openiru.stages.referral import commands
from openiru.stages.referral.queries import TASK


@app.task(name=TASK)
def deliver(*, operation: str, referral: str) -> None:
    """One try. When it runs again after a crash it sends nothing: what happened is unknown, and a person settles it."""
    commands.deliver(by=SERVICE.within(UUID(operation)), referral=UUID(referral))


def tick(*, by: By) -> int:
    """Give what is due to the workers; how much was due."""
    return commands.enqueue_due(by=by)
