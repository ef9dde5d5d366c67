"""The door to the queue: a job is deferred on the connection of whoever acts, and so is there exactly when the change is."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from openiru.stages.referral.queries import TASK


def enqueue(operation: UUID, referral: UUID) -> None:
    """Ask a worker for one try. The arguments are ids only; two jobs for one referral do no harm."""
    app.configure_task(TASK, allow_unknown=False).defer(operation=str(operation), referral=str(referral))
