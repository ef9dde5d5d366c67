"""Items of an operation: lists, one with its whole life, its marking, and where a shortener leads."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from pydantic import ConfigDict

from openiru.core.errors import NotFoundError
from openiru.core.lifecycle import Milestone, State
from openiru.core.vocabulary import Pap, Tlp
from openiru.engines.addresses import defang
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Row,
    Text,
    asker_in,
    once,
    page_of,
    parts_of,
    refused_row,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import by_key, earlier, items, page, timeline
from openiru.stages.intake import records
from openiru.stages.intake.api.item_shapes import ItemsPage, ItemWhole
from openiru.stages.intake.jobs import queue_resolving
from openiru.stages.intake.markings import LONGEST, Marking, change_marking
from openiru.stages.intake.queries import blocking, told
from openiru.stages.intake.rows import LONGEST_KEY

router = Router(tags=["Items"])
_NO_NUL: Final = r"^[^\x00]*$"  # Text cannot be a parameter: its default would be lost
Ids = Annotated[list[UUID], Field(max_length=500)]


class MarkingIn(Schema):
    """What is to hold from now on for what one's own unit contributed to these items; null: as it was."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[Ids, Field(min_length=1)]
    tlp: Tlp | None = None
    pap: Pap | None = None
    restriction: Annotated[Text, Field(max_length=LONGEST)] | None = Field(
        None, description="The unit's own words; empty: none.", examples=["own_unit_only"]
    )
    reason: Annotated[Text, Field(min_length=1, max_length=LONGEST)] = Field(
        description="It stands in the ledger.", examples=["the source agreed"]
    )


class Remarked(Schema):
    """What became of one item. ``open``: all of the operation sees it now, or not; null: who sees it did not change."""

    item: UUID
    contributions: int = Field(description="So many of the unit's contributions changed.")
    open: bool | None = None


class ResolveIn(Schema):
    """Shorteners to follow; none: all that wait."""

    model_config = ConfigDict(extra="forbid")

    items: Ids = Field(default_factory=list)


class ResolveRow(Row):
    """Whether one item was given to the queue."""

    item: UUID


class Resolving(Schema):
    """What was given to the queue. What came of it stands in the timeline of each item."""

    queued: int
    rows: list[ResolveRow] = Field(description="One for each item that was named.")


@router.get(
    "/operations/{operation}/items",
    response=responses({200: ItemsPage}),
    auth=Asks("item.read"),
    operation_id="list_items",
)
def list_items(
    request: HttpRequest,
    operation: str,
    state: Annotated[list[State], Query(max_length=20, description="Only these.")] = [],  # noqa: B006 - never changed
    platform: Annotated[str, Query(max_length=100, pattern=_NO_NUL)] = "",
    key: Annotated[
        str, Query(max_length=LONGEST_KEY, pattern=_NO_NUL, description="Only the item with this key.")
    ] = "",
    limit: Limit = PAGE,
    cursor: Cursor = "",
) -> Any:
    """Items of the operation that one may see, by key. An item that another brings meanwhile may stand on an earlier page."""
    (after,) = parts_of(cursor, [str])
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        if key:
            rows = _the_one(key, state, platform) if key > after else []
        else:
            rows = page(states=state, platform=platform, after_key=after, limit=limit + 1)
        ids = [one["id"] for one in rows]
        held, past = told(ids), {one["item_id"] for one in earlier(ids) if not one["here"]}
    shown = [_shown(one) | {"held": one["id"] in held, "referred_before": one["id"] in past} for one in rows]
    return page_of(shown, limit, lambda last: [last["key"]])


@router.post(
    "/operations/{operation}/items/markings",
    response=responses({200: list[Remarked]}),
    auth=Asks("contribute.mark"),
    operation_id="change_marking",
)
def mark_items(request: HttpRequest, operation: str, key: IdempotencyKey, body: MarkingIn) -> Any:
    """Change the marking of one's own unit's contributions to items. What other units said of them stands.

    All or nothing: one item to which the unit contributed nothing, or that cannot be closed any more, changes none.
    """
    by = asker_in(request, operation)
    marking = Marking(tlp=body.tlp, pap=body.pap, restriction=body.restriction)

    def do() -> Any:
        done = change_marking(by=by, items=body.items, marking=marking, reason=body.reason)
        return [{"item": one.item, "contributions": one.contributions, "open": one.open} for one in done]

    return once(by, key, "change_marking", body.dict(), do)


@router.post(
    "/operations/{operation}/items/resolve",
    response=responses({202: Resolving}),
    auth=Asks("item.resolve"),
    operation_id="resolve_items",
)
def resolve_items(request: HttpRequest, operation: str, key: IdempotencyKey, body: ResolveIn) -> Any:
    """Give shorteners to the queue, which follows them through the guarded client; row by row for those that are named."""
    by = asker_in(request, operation)

    def do() -> Any:
        queued, refused = queue_resolving(by=by, items=body.items)
        rows = [
            {"item": item} | (refused_row(index, why) if why else {"index": index, "status": 202})
            for index, (item, why) in enumerate(zip(body.items, refused, strict=True))
        ]
        return {"queued": queued, "rows": rows}

    return Status(202, once(by, key, "resolve_items", body.dict(), do))


@router.get(
    "/operations/{operation}/items/{item}",
    response=responses({200: ItemWhole}),
    auth=Asks("item.read"),
    operation_id="show_item",
)
def show_item(request: HttpRequest, operation: str, item: UUID) -> Any:
    """One item: where it stands, what was contributed, its holds, earlier referrals, every event with its index."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = items([item]).get(item)
        if found is None:
            raise NotFoundError("there is no such item in this operation", where=str(item))
        return _shown(found) | {
            "contributions": records.own_contributions(item),
            "words": records.words_of(item),
            "holds": [{"reference": one.reference, "call": one.call} for one in told([item]).get(item, [])],
            "kept_back": blocking([item]).get(item),
            "earlier": [one for one in earlier([item]) if not one["here"]],
            "timeline": [_event(one) for one in timeline(item)],
        }


def _the_one(key: str, states: list[State], platform: str) -> list[dict[str, Any]]:
    try:
        found = by_key(key)
    except NotFoundError:
        return []
    fits = (not states or found["state"] in states) and platform in {"", found["platform"]}
    return [found] if fits else []


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    passed = [one.name.lower() for one in Milestone(row["milestones"]) if one.name]
    return row | {"milestones": passed, "defanged": defang(row["canonical"])}


def _event(row: dict[str, Any]) -> dict[str, Any]:
    body = orjson.loads(row["body"])
    return {
        "index": row["index"],
        "id": row["id"],
        "type": row["type"],
        "at": body.get("occurred_at"),
        "actor": body.get("actor", ""),
        "payload": row["payload"] or {},
    }
