"""Lists out and back: for units without access, plain or as keyed hashes under a secret that is kept nowhere."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AfterValidator, SecretStr

from openiru.core.errors import UsageError
from openiru.core.intake.deconfliction import SHORTEST_SECRET
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    IdempotencyKey,
    Moment,
    Problem,
    Text,
    asker_in,
    once,
    problem_of,
    responses,
)
from openiru.foundation.people.queries import unit_by_code
from openiru.stages.intake import queries
from openiru.stages.intake.deconfliction_api.holds import Words
from openiru.stages.intake.lists import (
    Form,
    ListOutcome,
    Returned,
    answer_list,
    export_holds,
    export_items,
)

router = Router(tags=["Deconfliction"])

#: Longest list in a body, in characters; a longer one comes in by the program (openiru hold answer).
LONGEST_LIST = 4_000_000


def _sayable(secret: SecretStr) -> SecretStr:
    try:
        secret.get_secret_value().encode()
    except UnicodeEncodeError:
        raise ValueError("a secret is text in UTF-8") from None
    return secret


#: What lists are keyed with. It is neither kept nor written down anywhere.
Secret = Annotated[
    SecretStr,
    Field(
        min_length=SHORTEST_SECRET,
        max_length=1_000,
        description="Shared for one exchange, by another way. With it only keyed hashes (HMAC-SHA-256) go out.",
    ),
    AfterValidator(_sayable),
]


class ExportIn(Schema):
    """Which list is wanted."""

    what: Literal["items", "holds"] = "items"
    form: Form = Form.CSV
    round_id: UUID | None = Field(None, description="Only the list of this round (items).")
    secret: Secret | None = None


class ExportOut(Schema):
    """A list to hand to a unit without access."""

    rows: int
    left_out: int = Field(description="Kept off it by marking, or because it has no hash.")
    digest: str = Field(description="sha256: of the text.", examples=["sha256:00"])
    text: str = Field(examples=["key,platform,kind,hit\n"])


class ReturnedListIn(Schema):
    """A list that came back: columns ``key`` or ``hash``, and ``hit`` with yes or no."""

    text: Text = Field(max_length=LONGEST_LIST, examples=["key,hit\ntelegram:post:openiru_demo_a/1,no\n"])
    form: Form = Form.CSV
    round_id: UUID | None = Field(None, description="It answers this round: then it must answer every item.")
    for_unit: Annotated[Text, Field(max_length=20)] = Field(
        "", description="Code of the unit that filled it in; empty: one's own.", examples=["MK"]
    )
    expires_at: Moment = Field(description="When the holds for its hits end.")
    reason: Words = Field(
        "hit in the unit's own data", description="Stands in those holds; only one's own unit reads it."
    )
    secret: Secret | None = Field(None, description="The one that the list was keyed with.")


class RefusedLine(Schema):
    """A row of the list that could not be read."""

    row: int
    reason: str


class UnplacedHit(Schema):
    """A hit for which no hold could be placed."""

    subject: str
    problem: Problem


class ReturnedListOut(Schema):
    """What the list said, and what became of it."""

    hits: int
    no_hits: int
    unknown: int = Field(description="Rows about things not known here.")
    refused: list[RefusedLine]
    unplaced: list[UnplacedHit]


@router.post(
    "/operations/{operation}/lists",
    response=responses({200: ExportOut}),
    auth=Asks("list.export"),
    operation_id="export_list",
)
def export_list(request: HttpRequest, operation: str, key: IdempotencyKey, body: ExportIn) -> Any:
    """A list for a unit without access: stable keys, plain or as keyed hashes. That it went out stands in the ledger."""
    by = asker_in(request, operation)
    if body.what == "holds" and body.round_id is not None:
        raise UsageError("a list of holds belongs to no round", where="round_id")

    def do() -> Any:
        secret = _bytes(body.secret)
        if body.what == "holds":
            return asdict(export_holds(by=by, form=body.form, secret=secret))
        with acting(by):
            _known(body.round_id)
            return asdict(export_items(by=by, form=body.form, secret=secret, round_id=body.round_id))

    return once(by, key, "export_list", _without_secret(body, key), do)


@router.post(
    "/operations/{operation}/lists/answers",
    response=responses({200: ReturnedListOut}),
    auth=Asks("hold.place", "round.answer", "round.enter"),
    operation_id="answer_list",
)
def take_answer(request: HttpRequest, operation: str, key: IdempotencyKey, body: ReturnedListIn) -> Any:
    """Take in a list that a unit has filled in: a hold for each hit; rows that cannot be read are named.

    With ``round_id`` it is that unit's answer to the round, all or nothing.
    """
    by = asker_in(request, operation)

    def do() -> Any:
        with acting(by):
            _known(body.round_id)
            unit = UUID(str(unit_by_code(body.for_unit)["id"])) if body.for_unit else None
            returned = Returned(
                data=body.text.encode(),
                form=body.form,
                expires_at=body.expires_at,
                reason=body.reason,
                for_unit=unit,
                secret=_bytes(body.secret),
            )
            return _outcome(answer_list(by=by, returned=returned, round_id=body.round_id))

    return once(by, key, "answer_list", _without_secret(body, key), do)


def _outcome(done: ListOutcome) -> dict[str, Any]:
    return {
        "hits": done.hits,
        "no_hits": done.no_hits,
        "unknown": done.unknown,
        "refused": [{"row": number, "reason": reason} for number, reason in done.refused],
        "unplaced": [
            {"subject": one.subject, "problem": problem_of(one.refused)}
            for one in done.placed
            if one.refused is not None
        ],
    }


def _known(round_id: UUID | None) -> None:
    """NotFoundError for a round that is not of this operation."""
    if round_id is not None:
        queries.round_state(round_id)


def _bytes(secret: SecretStr | None) -> bytes | None:
    return secret.get_secret_value().encode() if secret is not None else None


def _without_secret(body: ExportIn | ReturnedListIn, key: UUID) -> dict[str, Any]:
    """The request as it is compared with a repeated one: of the secret only what nobody can guess it from stays."""
    plain = body.dict(exclude={"secret"})
    secret = _bytes(body.secret)
    mark = hashlib.scrypt(secret, salt=key.bytes, n=2**14, r=8, p=1).hex() if secret is not None else ""
    return plain | {"keyed": mark}
