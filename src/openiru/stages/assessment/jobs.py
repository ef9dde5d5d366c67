"""What the queue runs for assessment."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from openiru.foundation.database.acting import SERVICE
from openiru.stages.assessment.commands import void_changed


@app.task(name="assessment.void_changed")
def void(operation: str) -> int:
    """Void what stands on another basis than what is shown. Running twice does no harm."""
    return void_changed(by=SERVICE.within(UUID(operation)))
