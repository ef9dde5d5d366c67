"""Holds through the programming interface. Others learn only that one stands, and whom to call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status

from openiru.core.errors import NotFoundError
from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Moment,
    Paged,
    Row,
    Text,
    asker_in,
    by_id,
    id_of,
    ids_of,
    once,
    page_of,
    refused_row,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.intake import queries
from openiru.stages.intake.holds import (
    LONGEST_TEXT,
    NewHold,
    Placed,
    override,
    place_holds,
    release_holds,
)

router = Router(tags=["Deconfliction"])

#: Items and earlier referrals that an answer names for one hold; a pattern may meet a whole operation.
MOST_NAMED = 1_000
#: A text of a hold.
Words = Annotated[Text, Field(max_length=LONGEST_TEXT)]


class HoldIn(Schema):
    """A hold to be placed by one's own unit. Only that unit can read its reason."""

    kind: HoldKind = Field(HoldKind.UNIT, description="unit: ends by itself; judicial: ends only by an act.")
    scope: HoldScope = Field(HoldScope.KEY, description="What the subject is.")
    subject: Words = Field(
        description="An address or key, a pattern of keys, an account, a digest or an operation's slug, by scope.",
        examples=["https://t.me/openiru_demo_a/1"],
    )
    reason: Words = Field(examples=["an invented inquiry"])
    expires_at: Moment | None = Field(
        None, description="When a unit's hold ends, which it must have; for a judicial one: its review."
    )
    authority: Words = Field("", description="The judicial authority, for a judicial hold.")
    contact: Words = Field("", description="Whom to call; empty: the unit's own.")
    everywhere: bool = Field(False, description="In every operation of the instance.")


class HoldOut(Schema):
    """A hold of one's own unit with everything it wrote."""

    id: UUID
    reference: str = Field(description="What one quotes on the telephone.", examples=["H-0A1B2C3D"])
    kind: HoldKind
    scope: HoldScope
    subject: str
    reason: str
    contact: str
    authority: str
    operation_id: UUID | None = Field(None, description="null: in every operation.")
    placed_by: UUID
    placed_at: datetime
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    ended_why: str
    review_due: bool = Field(description="A judicial hold past its review: it warns, and stands.")


class Holds(Paged):
    """A page of holds, oldest first."""

    rows: list[HoldOut]


class EarlierReferral(Schema):
    """An item that was referred already, in whichever operation, without saying whose."""

    item_id: UUID
    state: str
    referred_at: datetime
    answer: str
    outcome: str
    here: bool = Field(description="In this operation.")


class PlacedOut(Schema):
    """A hold that stands, and what it meets in the operation: at most 1,000 of each are named."""

    id: UUID
    reference: str
    subject: str = Field(description="As holds are compared.")
    meets: int = Field(description="Items of the operation that it meets.")
    items: list[UUID]
    referred: list[EarlierReferral]


class PlacedRow(Row):
    """What became of one hold: 201, or why it was refused."""

    hold: PlacedOut | None = None


class HoldsReleaseIn(Schema):
    """Holds of one's own unit to be ended."""

    holds: list[UUID] = Field(min_length=1, max_length=1_000)
    why: Words = Field(min_length=1, examples=["the inquiry is closed"])


class HoldsReleased(Schema):
    """The holds that ended now."""

    released: list[UUID]


class OverrideIn(Schema):
    """An item that shall go on under its holds because of an imminent threat."""

    item: UUID
    threat: Words = Field(min_length=1, description="The facts of the threat; the holders read them.")


class HolderTold(Schema):
    """A holder who was told at once."""

    unit: str = Field(examples=["HR"])
    contact: str


class OverrideOut(Schema):
    """An override and who was told of it."""

    id: UUID
    item: UUID
    told: list[HolderTold]


class OverrideNotice(Schema):
    """An override of a hold of one's own unit."""

    override_id: UUID
    hold_id: UUID
    reference: str
    key: str
    canonical: str
    threat: str
    at: datetime
    unit: str = Field(description="Whose override it is.")
    operation: str = Field(description="Slug of the operation.")


class OverrideNotices(Paged):
    """A page of overrides, oldest first."""

    rows: list[OverrideNotice]


@router.get(
    "/operations/{operation}/holds",
    response=responses({200: Holds}),
    auth=Asks("item.read"),
    operation_id="list_holds",
)
def list_holds(
    request: HttpRequest,
    operation: str,
    *,
    ended: bool = False,
    limit: Limit = PAGE,
    cursor: Cursor = "",
) -> Any:
    """One's own unit's holds, oldest first; ``ended``: those that have ended too. Nobody reads another unit's."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = queries.holds(standing=not ended, after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.post(
    "/operations/{operation}/holds",
    response=responses({207: list[PlacedRow]}),
    auth=Asks("hold.place"),
    operation_id="place_holds",
)
def place(
    request: HttpRequest,
    operation: str,
    key: IdempotencyKey,
    body: Annotated[list[HoldIn], Body(min_length=1, max_length=1_000)],
) -> Any:
    """Place holds; each is answered by itself, and one that is refused stops no other."""
    by = asker_in(request, operation)
    new = [NewHold(**one.dict()) for one in body]

    def do() -> Any:
        return [placed_row(index, one) for index, one in enumerate(place_holds(by=by, holds=new))]

    return Status(207, once(by, key, "place_holds", [one.dict() for one in body], do))


def placed_row(index: int, one: Placed) -> dict[str, Any]:
    """How the answer to a batch tells what became of one hold."""
    if one.refused is not None:
        return refused_row(index, one.refused)
    return {"index": index, "status": 201, "hold": placed_out(one)}


def placed_out(one: Placed) -> dict[str, Any]:
    """A hold that was placed."""
    assert one.hold is not None  # noqa: S101 - one that was not refused has its id
    return {
        "id": one.hold,
        "reference": queries.reference(one.hold),
        "subject": one.subject,
        "meets": len(one.items),
        "items": one.items[:MOST_NAMED],
        "referred": one.referred[:MOST_NAMED],
    }


@router.post(
    "/operations/{operation}/holds/release",
    response=responses({200: HoldsReleased}),
    auth=Asks("hold.release"),
    operation_id="release_holds",
)
def release(request: HttpRequest, operation: str, key: IdempotencyKey, body: HoldsReleaseIn) -> Any:
    """End holds of one's own unit, with a reason: all of them, or none when one does not stand here (404)."""
    by = asker_in(request, operation)
    return once(
        by,
        key,
        "release_holds",
        body.dict(),
        lambda: {"released": release_holds(by=by, holds=body.holds, why=body.why)},
    )


@router.get(
    "/operations/{operation}/overrides",
    response=responses({200: OverrideNotices}),
    auth=Asks("item.read"),
    operation_id="list_overrides",
)
def list_overrides(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Overrides of one's own unit's holds, oldest first: what it must know at once."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        behind = ids_of(cursor, 2)
        found = queries.notices(after=(behind[0], behind[1]) if behind else None, limit=limit + 1)
    rows = [row | {"unit": row["unit_code"]} for row in found]
    return page_of(rows, limit, lambda row: [str(row["override_id"]), str(row["hold_id"])])


@router.post(
    "/operations/{operation}/overrides",
    response=responses({201: OverrideOut}),
    auth=Asks("hold.override"),
    operation_id="override_holds",
)
def pass_holds(request: HttpRequest, operation: str, key: IdempotencyKey, body: OverrideIn) -> Any:
    """Let one item pass the holds that stand on it, because of an imminent threat; their holders are told at once.

    A hold that is placed later is not passed.
    """
    by = asker_in(request, operation)

    def do() -> Any:
        with acting(by):
            if body.item not in items_by_id([body.item]):
                raise NotFoundError("no such item in this operation", where=str(body.item))
        done = override(by=by, item=body.item, threat=body.threat)
        told = [{"unit": code, "contact": contact} for code, contact in done.told]
        return {"id": done.id, "item": body.item, "told": told}

    return Status(201, once(by, key, "override_holds", body.dict(), do))
