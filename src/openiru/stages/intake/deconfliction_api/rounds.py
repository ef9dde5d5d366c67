"""The deconfliction round through the programming interface: silence is never consent."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

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
    asker_in,
    by_id,
    id_of,
    once,
    page_of,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.stages.intake import queries
from openiru.stages.intake.deconfliction_api.holds import PlacedOut, Words, placed_out
from openiru.stages.intake.holds import NewHold
from openiru.stages.intake.rounds import answer_round, close_round, open_round

router = Router(tags=["Deconfliction"])


class RoundIn(Schema):
    """A round to be opened over the items that are there now."""

    due_at: Moment


class RoundOpened(Schema):
    """A round that was opened."""

    id: UUID
    items: int
    left_out: int = Field(description="Kept off the list by marking.")
    list_digest: str


class UnitAnswer(Schema):
    """A unit that has answered, and how many hits it has."""

    unit: str = Field(examples=["HR"])
    hits: int


class RoundOut(Schema):
    """Where a round stands."""

    id: UUID
    opened_at: datetime
    due_at: datetime
    items: int
    list_digest: str
    answered: list[UnitAnswer]
    silent: list[str] = Field(description="Codes of units that have not answered; that is never consent.")
    overdue: bool
    closed: bool
    closed_why: str
    blocks: bool = Field(description="Referral waits for this round.")


class Rounds(Paged):
    """A page of rounds, oldest first."""

    rows: list[RoundOut]


class RoundAnswerIn(Schema):
    """One's own unit has looked at the whole list: its hits, and no hit for all the rest."""

    hits: list[Words] = Field([], max_length=10_000, description="Addresses or keys.")
    reason: Words = "hit in the unit's own data"
    expires_at: Moment | None = Field(None, description="When the holds for the hits end; needed with hits.")


class RoundAnswerOut(Schema):
    """An answer that was taken, and the holds for its hits."""

    round_id: UUID
    holds: list[PlacedOut]


class RoundCloseIn(Schema):
    """Why a round ends although units are silent; everybody can see it."""

    why: Words = Field(min_length=1)


@router.get(
    "/operations/{operation}/rounds",
    response=responses({200: Rounds}),
    auth=Asks("item.read"),
    operation_id="list_rounds",
)
def list_rounds(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Every round, oldest first: who has answered, who is silent."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        found = [_told(one) for one in queries.rounds(after=id_of(cursor), limit=limit + 1)]
    return page_of(found, limit, by_id)


def _told(one: queries.RoundStanding) -> dict[str, Any]:
    answered = [{"unit": code, "hits": hits} for code, hits in one.answered.items()]
    return asdict(one) | {"answered": answered, "blocks": one.blocks}


@router.get(
    "/operations/{operation}/rounds/{round_id}",
    response=responses({200: RoundOut}),
    auth=Asks("item.read"),
    operation_id="show_round",
)
def show_round(request: HttpRequest, operation: str, round_id: UUID) -> Any:
    """One round: who has answered, who is silent."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        return _told(queries.round_state(round_id))


@router.post(
    "/operations/{operation}/rounds",
    response=responses({201: RoundOpened}),
    auth=Asks("round.open"),
    operation_id="open_round",
)
def new_round(request: HttpRequest, operation: str, key: IdempotencyKey, body: RoundIn) -> Any:
    """Ask every participating unit about the items that are there now. Referral waits for the answers."""
    by = asker_in(request, operation)
    return Status(
        201, once(by, key, "open_round", body.dict(), lambda: asdict(open_round(by=by, due_at=body.due_at)))
    )


@router.post(
    "/operations/{operation}/rounds/{round_id}/answer",
    response=responses({201: RoundAnswerOut}),
    auth=Asks("round.answer"),
    operation_id="answer_round",
)
def give_answer(
    request: HttpRequest, operation: str, round_id: UUID, key: IdempotencyKey, body: RoundAnswerIn
) -> Any:
    """One's own unit's answer, once a round. All or nothing: a hit that cannot be held refuses the answer."""
    by = asker_in(request, operation)
    hits = [_hit(subject, body) for subject in body.hits]

    def do() -> Any:
        placed = answer_round(by=by, round_id=round_id, hits=hits)
        return {"round_id": round_id, "holds": [placed_out(one) for one in placed]}

    return Status(201, once(by, key, "answer_round", [round_id, body.dict()], do))


def _hit(subject: str, body: RoundAnswerIn) -> NewHold:
    return NewHold(
        kind=HoldKind.UNIT,
        scope=HoldScope.KEY,
        subject=subject,
        reason=body.reason,
        expires_at=body.expires_at,
    )


@router.post(
    "/operations/{operation}/rounds/{round_id}/close",
    response=responses({200: RoundOut}),
    auth=Asks("round.close"),
    operation_id="close_round",
)
def end_round(
    request: HttpRequest, operation: str, round_id: UUID, key: IdempotencyKey, body: RoundCloseIn
) -> Any:
    """End a round although units are silent: an act of the coordinator, with a reason that everybody can see."""
    by = asker_in(request, operation)

    def do() -> Any:
        close_round(by=by, round_id=round_id, why=body.why)
        with acting(by):
            return _told(queries.round_state(round_id))

    return once(by, key, "close_round", [round_id, body.dict()], do)
