"""The route for an account, channel, app or site through the programming interface: proved, reasoned, the overseer told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status
from pydantic import StrictInt

from openiru.core.assessment.wide import Brand, Sample
from openiru.core.vocabulary import Extent
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Paged,
    Row,
    Text,
    asker_in,
    by_id,
    id_of,
    once,
    page_of,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.stages.assessment import queries
from openiru.stages.assessment.api.shapes import ExactBody, Words, refused
from openiru.stages.assessment.commands_wide import NewWide, propose_wide

router = Router(tags=["Assessment"])

#: A name or a source.
Line = Annotated[Text, Field(max_length=1_000)]
Count = Annotated[StrictInt, Field(ge=0, le=10**12)]


class BrandProof(ExactBody):
    """The official place of an outlet: which, and who says so."""

    kind: Literal["brand"]
    outlet: Line
    source: Line


class SampleProof(ExactBody):
    """A random sample of the items inside, that anybody can draw again."""

    kind: Literal["sample"]
    seed: Line
    population: Count
    drawn: Count
    terrorist: Count


class WideIn(ExactBody):
    """A proposal to refer an account, channel, app or site."""

    item: UUID
    proof: Annotated[BrandProof | SampleProof, Field(discriminator="kind")]
    why_not_items: Words = Field(description="Why single items do not suffice.")


class ProposedOut(Schema):
    """A proposal that stands; the overseer was told of it."""

    id: UUID
    item: UUID


class ProposedRow(Row):
    """What became of one proposal: 201, or why it was refused."""

    proposal: ProposedOut | None = None


class BrandOut(Schema):
    """The official place of an outlet."""

    kind: Literal["brand"]
    outlet: str
    source: str


class SampleOut(Schema):
    """A random sample, and the share of it that was found terrorist content."""

    kind: Literal["sample"]
    seed: str
    population: int
    drawn: int
    terrorist: int
    share: float


class WideOut(Schema):
    """A proposal to refer more than one piece of content."""

    id: UUID
    item: UUID
    key: str
    canonical: str
    extent: Extent
    unit: str = Field(description="Code of the unit that proposed it.")
    proof: BrandOut | SampleOut
    why_not_items: str
    proposed_at: datetime
    overseer_told_at: datetime | None = None


class WideProposals(Paged):
    """A page of proposals, oldest first."""

    rows: list[WideOut]


@router.get(
    "/operations/{operation}/wide-proposals",
    response=responses({200: WideProposals}),
    auth=Asks("item.read"),
    operation_id="list_wide_proposals",
)
def list_wide_proposals(
    request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """Every proposal to refer more than one piece of content, oldest first: what an overseer is told."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = queries.wide_told(after=id_of(cursor), limit=limit + 1)
    rows = [
        row
        | {
            "item": row["item_id"],
            "proof": row["case"]["proof"],
            "why_not_items": row["case"]["why_not_items"],
        }
        for row in found
    ]
    return page_of(rows, limit, by_id)


@router.post(
    "/operations/{operation}/wide-proposals",
    response=responses({207: list[ProposedRow]}),
    auth=Asks("assess.wide"),
    operation_id="propose_wide",
)
def propose(
    request: HttpRequest,
    operation: str,
    key: IdempotencyKey,
    body: Annotated[list[WideIn], Body(min_length=1, max_length=100)],
) -> Any:
    """Propose accounts, channels, apps or sites: by the official brand, or a random sample. The overseer is told at once.

    A proposal opens the item for verdicts and decides nothing; a second unit must agree.
    """
    by = asker_in(request, operation)
    new = [NewWide(item=one.item, proof=_proof(one.proof), why_not_items=one.why_not_items) for one in body]

    def do() -> Any:
        return [
            refused(index, one.refused)
            if one.refused is not None
            else {"index": index, "status": 201, "proposal": {"id": one.proposal, "item": one.item}}
            for index, one in enumerate(propose_wide(by=by, proposals=new))
        ]

    return Status(207, once(by, key, "propose_wide", [one.dict() for one in body], do))


def _proof(given: BrandProof | SampleProof) -> Brand | Sample:
    if isinstance(given, BrandProof):
        return Brand(outlet=given.outlet, source=given.source)
    return Sample(seed=given.seed, population=given.population, drawn=given.drawn, terrorist=given.terrorist)
