"""What is read: lists, and one referral whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query

from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    Limit,
    Text,
    asker_in,
    by_id,
    id_of,
    page_of,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.stages.referral import queries
from openiru.stages.referral.api import shapes
from openiru.stages.referral.api.door import router

Slug = Annotated[Text, Query("", max_length=200, description="Slug of a provider; empty: of all.")]
States = Annotated[list[DeliveryState], Query(max_length=20, description="Only these; none: all.")]


@router.get(
    "/operations/{operation}/referrals",
    response=responses({200: shapes.ReferralPage}),
    auth=Asks("item.read"),
    operation_id="list_referrals",
)
def list_referrals(
    request: HttpRequest,
    operation: str,
    state: States = [],  # noqa: B006 - ninja reads the default and changes nothing in it
    provider: Slug = "",
    limit: Limit = PAGE,
    cursor: Cursor = "",
) -> Any:
    """Every batch and every letter about one, in the order of their making, and where each stands."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = queries.batches(states=state, provider=provider, after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.get(
    "/operations/{operation}/referrals/{reference}",
    response=responses({200: shapes.ReferralWhole}),
    auth=Asks("item.read"),
    operation_id="show_referral",
)
def show_referral(request: HttpRequest, operation: str, reference: shapes.Reference) -> Any:
    """Exactly what will be, or was, sent; every line, every try, every answer."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        head = queries.by_reference(reference)
        return head | {
            "letter": queries.letter(reference),
            "line_rows": [
                row | {"item": row["item_id"], "assessments": row["both"]}
                for row in queries.lines(head["id"])
            ],
            "tries": queries.deliveries([head["id"]]),
            "answers": queries.answers(reference=reference),
        }


@router.get(
    "/operations/{operation}/outbox",
    response=responses({200: shapes.Outbox}),
    auth=Asks("item.read"),
    operation_id="show_outbox",
)
def show_outbox(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """What was prepared and has not arrived: to be let go, to be sent, or to be settled by a person."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = queries.outbox(after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.get(
    "/operations/{operation}/answers",
    response=responses({200: shapes.AnswerPage}),
    auth=Asks("item.read"),
    operation_id="list_answers",
)
def list_answers(
    request: HttpRequest,
    operation: str,
    reference: Annotated[
        Text, Query("", max_length=200, description="Of this referral; empty: of all.")
    ] = "",
    item: UUID | None = None,
    limit: Limit = PAGE,
    cursor: Cursor = "",
) -> Any:
    """Answers of providers, every version, as they came in."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = queries.answers(reference=reference, item=item, after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.get(
    "/operations/{operation}/silent",
    response=responses({200: list[shapes.Silent]}),
    auth=Asks("item.read"),
    operation_id="list_silent_providers",
)
def list_silent_providers(
    request: HttpRequest,
    operation: str,
    hours: Annotated[int, Query(ge=0, le=100_000, description="Sent so long ago or longer.")] = 24,
) -> Any:
    """Providers that have not said a word about lines they were sent, longest silent first; one row a provider."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        return queries.silent(after=timedelta(hours=hours))


@router.get(
    "/operations/{operation}/transfers",
    response=responses({200: shapes.TransferPage}),
    auth=Asks("item.read"),
    operation_id="list_transfers",
)
def list_transfers(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Every disclosure to a third country, oldest first."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = queries.transfers(after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.get(
    "/operations/{operation}/strays",
    response=responses({200: shapes.StrayPage}),
    auth=Asks("item.read"),
    operation_id="list_strays",
)
def list_strays(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Answers that could not be applied, with the reason, oldest first."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = queries.strays(after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)
