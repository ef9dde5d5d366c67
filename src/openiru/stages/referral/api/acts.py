"""What is done with referrals by people: prepare, let go, give back, settle, withdraw, correct."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Schema, Status

from openiru.core.errors import UsageError
from openiru.core.vocabulary import Instrument
from openiru.foundation.database.acting import By, acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import IdempotencyKey, Text, asker_in, once, responses
from openiru.stages.referral import commands, queries
from openiru.stages.referral.api.door import router
from openiru.stages.referral.api.shapes import LineNumber, Named, Reference, Why
from openiru.stages.referral.preparing import Preparation

Many = Annotated[list[Named], Field(min_length=1, max_length=500)]


class PrepareIn(Schema):
    """What goes on batches. Without ``items``: everything that two people decided to refer."""

    items: list[UUID] | None = Field(None, min_length=1, max_length=50_000)
    provider: Text = Field("", max_length=200, description="Slug; only what goes there.")
    instrument: Instrument = Instrument.REFERRAL
    urgent: bool = Field(default=False, description="Skips the provider's hours, never a person.")
    channel: Text = Field("", max_length=80, description="Else the provider's: email, transcript.")
    again_reason: Text = Field(
        "", max_length=2_000, description="Why what was referred before goes once more."
    )


class Prepared(Schema):
    """A batch that was written, with its letter."""

    referral: UUID
    reference: str = Field(examples=["HR-2020-000001"])
    provider: str
    deciding_unit: str
    lines: int
    channel: str


class ReferredBefore(Schema):
    """What became of an item when it was referred before, without saying whose referral it was."""

    state: str
    referred_at: datetime | None = None
    answer: str | None = None
    outcome: str | None = None


class LeftOut(Schema):
    """An item that is on no batch, and why. ``code`` is stable."""

    item: UUID
    key: str
    code: str = Field(examples=["no-address"])
    reason: str
    earlier: list[ReferredBefore]


class PreparationOut(Schema):
    """What was prepared, and what was left out."""

    batches: list[Prepared]
    left_out: list[LeftOut]


class SendIn(Schema):
    """Batches to be let go."""

    references: Many
    urgent: bool = Field(default=False, description="Skips the provider's hours.")
    undo_seconds: int = Field(
        0, ge=0, le=600, description="For so long no machine takes them, and recall takes them back."
    )


class RecallIn(Schema):
    """Batches that were let go and are taken back."""

    references: Many


class Recalled(Schema):
    """How many were taken back; they wait for a person again."""

    letters: int


class ReleasedOut(Schema):
    """A batch that was let go; a worker sends it, no earlier than ``not_before``."""

    referral: UUID
    reference: str
    not_before: datetime


class UnprepareIn(Schema):
    """Batches whose items are given back."""

    references: Many
    why: Why


class GivenBack(Schema):
    """How many items were given back."""

    items: int


class SettleIn(Schema):
    """What a person found out about a batch of which nobody knew whether it had left."""

    was_sent: bool
    why: Why


class Settled(Schema):
    """A batch that is no longer unknown."""

    reference: str
    was_sent: bool


class WithdrawIn(Schema):
    """Lines to be taken back; none: all that stand."""

    lines: list[LineNumber] | None = Field(None, min_length=1, max_length=1_000)
    why: Why


class Correction(Schema):
    """What is said of one line."""

    line: LineNumber
    text: Why


class CorrectIn(Schema):
    """Lines that are corrected, each once."""

    lines: list[Correction] = Field(min_length=1, max_length=1_000)
    why: Text = Field("", max_length=2_000)


class LetterMade(Schema):
    """The letter that says so. It goes out when a person lets it go."""

    referral: UUID
    reference: str = Field(examples=["HR-2020-000001-W1"])


@router.post(
    "/operations/{operation}/referrals",
    response=responses({207: PreparationOut}),
    auth=Asks("referral.prepare"),
    operation_id="prepare_referrals",
)
def prepare_referrals(request: HttpRequest, operation: str, key: IdempotencyKey, body: PrepareIn) -> Any:
    """Put what two people decided on batches, one provider and deciding unit each, letters written.

    An item that cannot be referred is left out with its reason and stops no other.
    """
    by = asker_in(request, operation)

    def do() -> Any:
        return _told(commands.prepare(by=by, **body.dict()))

    return Status(207, once(by, key, "prepare_referrals", body.dict(), do))


def _told(done: Preparation) -> dict[str, Any]:
    names = ("provider", "deciding_unit", "lines", "channel", "reference")
    batches = [{"referral": one.id} | {name: getattr(one, name) for name in names} for one in done.batches]
    left = [
        {
            "item": one.item,
            "key": one.key,
            "code": one.code,
            "reason": one.reason,
            "earlier": [dict(row) for row in one.earlier],
        }
        for one in done.refused
    ]
    return {"batches": batches, "left_out": left}


@router.post(
    "/operations/{operation}/referrals/send",
    response=responses({202: list[ReleasedOut]}),
    auth=Asks("referral.send"),
    operation_id="send_referrals",
)
def send_referrals(request: HttpRequest, operation: str, key: IdempotencyKey, body: SendIn) -> Any:
    """Let batches go: a worker sends them, now or when the provider reads its mail next.

    All of them or none: a batch that does not wait, or whose channel cannot be used, is a fault of the whole request.
    """
    by = asker_in(request, operation)

    def do() -> Any:
        done = commands.send(
            by=by, referrals=_ids(by, body.references), urgent=body.urgent, undo_s=body.undo_seconds
        )
        return [
            {"referral": one.id, "reference": one.reference, "not_before": one.not_before} for one in done
        ]

    return Status(202, once(by, key, "send_referrals", body.dict(), do))


@router.post(
    "/operations/{operation}/referrals/recall",
    response=responses({200: Recalled}),
    auth=Asks("referral.send"),
    operation_id="recall_referrals",
)
def recall_referrals(request: HttpRequest, operation: str, key: IdempotencyKey, body: RecallIn) -> Any:
    """Take batches back that were let go, before a machine has them. All of them or none."""
    by = asker_in(request, operation)

    def do() -> Any:
        return {"letters": commands.recall(by=by, referrals=_ids(by, body.references))}

    return once(by, key, "recall_referrals", body.dict(), do)


@router.post(
    "/operations/{operation}/referrals/unprepare",
    response=responses({200: GivenBack}),
    auth=Asks("referral.prepare"),
    operation_id="unprepare_referrals",
)
def unprepare_referrals(request: HttpRequest, operation: str, key: IdempotencyKey, body: UnprepareIn) -> Any:
    """Give the items of batches that never left back. All of them or none."""
    by = asker_in(request, operation)

    def do() -> Any:
        return {"items": commands.unprepare(by=by, referrals=_ids(by, body.references), why=body.why)}

    return once(by, key, "unprepare_referrals", body.dict(), do)


@router.post(
    "/operations/{operation}/referrals/{reference}/settle",
    response=responses({200: Settled}),
    auth=Asks("referral.settle"),
    operation_id="settle_referral",
)
def settle_referral(
    request: HttpRequest, operation: str, reference: Reference, key: IdempotencyKey, body: SettleIn
) -> Any:
    """Say whether a batch of which nobody knows was sent. No machine does that."""
    by = asker_in(request, operation)

    def do() -> Any:
        (referral,) = _ids(by, [reference])
        commands.settle(by=by, referral=referral, was_sent=body.was_sent, why=body.why)
        return {"reference": reference, "was_sent": body.was_sent}

    return once(by, key, "settle_referral", {"reference": reference, **body.dict()}, do)


@router.post(
    "/operations/{operation}/referrals/{reference}/withdraw",
    response=responses({201: LetterMade}),
    auth=Asks("referral.withdraw"),
    operation_id="withdraw_referral",
)
def withdraw_referral(
    request: HttpRequest, operation: str, reference: Reference, key: IdempotencyKey, body: WithdrawIn
) -> Any:
    """Take back lines of a referral that was sent: its items are withdrawn now, and the letter that says so is prepared."""
    by = asker_in(request, operation)

    def do() -> Any:
        (referral,) = _ids(by, [reference])
        return _letter(by, commands.withdraw(by=by, referral=referral, lines=body.lines, why=body.why))

    return Status(201, once(by, key, "withdraw_referral", {"reference": reference, **body.dict()}, do))


@router.post(
    "/operations/{operation}/referrals/{reference}/correct",
    response=responses({201: LetterMade}),
    auth=Asks("referral.withdraw"),
    operation_id="correct_referral",
)
def correct_referral(
    request: HttpRequest, operation: str, reference: Reference, key: IdempotencyKey, body: CorrectIn
) -> Any:
    """Prepare a letter that corrects lines of a referral that was sent. Its items stay where they are."""
    by = asker_in(request, operation)

    def do() -> Any:
        (referral,) = _ids(by, [reference])
        texts = {one.line: one.text for one in body.lines}
        if len(texts) != len(body.lines):
            raise UsageError("a line is corrected once in a letter", where="lines")
        return _letter(by, commands.correct(by=by, referral=referral, texts=texts, why=body.why))

    return Status(201, once(by, key, "correct_referral", {"reference": reference, **body.dict()}, do))


def _ids(by: By, references: Sequence[str]) -> list[UUID]:
    """NotFoundError for a reference that this operation does not have."""
    with acting(by):
        return queries.ids_of(references)


def _letter(by: By, made: UUID) -> dict[str, Any]:
    with acting(by):
        return {"referral": made, "reference": queries.reference_of(made)}
