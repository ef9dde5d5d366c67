"""Removal tracking through the programming interface: what the looks say, what is due, every look at an item, and asking for a run."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema, Status

from openiru.core.errors import NotFoundError, UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Paged,
    asker_in,
    by_id,
    id_of,
    once,
    page_of,
    parts_of,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items
from openiru.stages.verification import jobs, queries

router = Router(tags=["Verification"])
Item = Annotated[UUID, Path(description="Id of the item.")]


class Tracked(Schema):
    """Referred items of one platform of which the looks say the same."""

    platform: str = Field(examples=["video.example"])
    outcome: str = Field(
        description="gone, live, restricted, unconfirmed, returned ...; unseen: nobody has looked yet."
    )
    items: int = Field(examples=[12])


class Tracking(Schema):
    """What became of everything that was referred, and when the next look is due (null: none is planned)."""

    rows: list[Tracked]
    next_due: datetime | None = None


class DueOut(Schema):
    """An item whose look is due."""

    item: UUID
    key: str
    platform: str
    state: str = Field(examples=["referred"])
    outcome: str
    referred_at: datetime | None
    due_at: datetime
    step: int = Field(description="How many looks there were before.")


class DuePage(Paged):
    """Items to be looked at, longest due first."""

    rows: list[DueOut]


class LookOut(Schema):
    """One look, as it was judged then. ``final_url`` and ``status`` are what the server said: text from outside."""

    id: UUID
    run: UUID
    at: datetime
    vantage: str
    status: int = Field(description="HTTP status; 0: no answer.", examples=[404])
    outcome: str = Field(examples=["gone"])
    reason: str
    final_url: str
    body_digest: str
    took_ms: int


class LookPage(Paged):
    """Looks at an item, oldest first."""

    rows: list[LookOut]


class RunAsked(Schema):
    """A run that a worker does. ``planned``: items that got their first look planned; ``new`` false: it was asked for already."""

    job: int = Field(description="Number of the job in the queue.", examples=[17])
    planned: int
    new: bool


class RunState(Schema):
    """The run that waits (``todo``) or goes on (``doing``); ``none``: what was asked for has ended."""

    state: str = Field(examples=["todo", "doing", "none"])
    job: int | None = None


@router.get(
    "/operations/{operation}/tracking",
    response=responses({200: Tracking}),
    auth=Asks("item.read"),
    operation_id="show_tracking",
)
def show_tracking(request: HttpRequest, operation: str) -> Any:
    """Referred items by platform and outcome, and when the next look is due."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        return {"rows": queries.tracking(), "next_due": queries.next_due()}


@router.get(
    "/operations/{operation}/looks/due",
    response=responses({200: DuePage}),
    auth=Asks("item.read"),
    operation_id="list_due_looks",
)
def list_due_looks(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Items whose look is due now, longest due first."""
    at, key = parts_of(cursor, [str, str])
    begin = (_moment(at), key) if at else None
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = [row | {"item": row["id"]} for row in queries.due(now.at, limit + 1, begin)]
    return page_of(found, limit, lambda row: [row["due_at"].isoformat(), row["key"]])


@router.get(
    "/operations/{operation}/items/{item}/looks",
    response=responses({200: LookPage}),
    auth=Asks("item.read"),
    operation_id="list_looks_at_item",
)
def list_looks_at_item(
    request: HttpRequest, operation: str, item: Item, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """Every look at an item of the operation, oldest first."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        if item not in items([item]):
            raise NotFoundError("no such item in this operation")
        found = queries.looks(item, after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.get(
    "/operations/{operation}/runs",
    response=responses({200: RunState}),
    auth=Asks("item.read"),
    operation_id="show_run",
)
def show_run(request: HttpRequest, operation: str) -> Any:
    """Whether a run of the operation waits in the queue or goes on."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        return queries.run_on_its_way(jobs.LOOK) or {"state": "none"}


@router.post(
    "/operations/{operation}/runs",
    response=responses({202: RunAsked}),
    auth=Asks("verify"),
    operation_id="ask_for_run",
)
def ask_for_run(request: HttpRequest, operation: str, key: IdempotencyKey) -> Any:
    """Ask a worker to look at everything that is due. What it found stands in the tracking and in the looks."""
    by = asker_in(request, operation)

    def do() -> Any:
        asked = jobs.ask(by=by)
        return {"job": asked.job, "planned": asked.planned, "new": asked.new}

    return Status(202, once(by, key, "ask_for_run", operation, do))


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("this is no cursor of this list", where="cursor") from error
