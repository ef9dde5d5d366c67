"""What requests and answers of assessment look like. On the way in nothing has a default: nothing is said by silence."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict, StrictBool, StrictInt

from openiru.core.assessment.tests import LONGEST_TEXT, Availability
from openiru.core.assessment.two_persons import RulingOutcome
from openiru.core.errors import OpenIruError
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Extent, Ground, ProtectedPurpose, Slot, Verdict
from openiru.foundation.operations.doorway import Paged, Row, Text, refused_row
from openiru.stages.assessment.deciding import BasisChangedError, DraftError

#: A free text of an assessment.
Words = Annotated[Text, Field(max_length=LONGEST_TEXT)]


class ShownWords(Schema):
    """What a contributor said of an item, as far as the marking lets one's own unit see it."""

    title: str
    quote: str
    translation: str
    place: str
    language: str
    seen_at: datetime | None = None


class Assessable(Schema):
    """An item that one can assess now, without anybody's verdict."""

    item: UUID
    key: str = Field(examples=["telegram:post:openiru_demo_a/1"])
    basis: str = Field(description="Digest of what is shown: give it back with the assessment.")
    canonical: str
    defanged: str = Field(description="The address so that nobody opens it by mistake.")
    kind: str = Field(examples=["post"])
    extent: Extent
    language: str
    mandate: str = Field(examples=["Regulation (EU) 2021/784, Art. 2(7)"])
    words: list[ShownWords]


class AssessmentQueue(Paged):
    """A page of what waits for one, by key."""

    rows: list[Assessable]


class GroundAsked(Schema):
    """A ground that can be claimed."""

    ground: Ground
    danger: bool = Field(description="Whether the facts of the danger must be given too: Art. 2(7)(a).")


class BasisOut(Assessable):
    """Exactly what a verdict stands on, and what it must answer. Nothing of it is filled in by a machine."""

    rules: str = Field(description="Version of the rules.", examples=["openiru-assessment/1"])
    grounds: list[GroundAsked] = Field(description="Grounds of Art. 2(7); a referral claims at least one.")
    exceptions: list[ProtectedPurpose] = Field(
        description="Purposes of Art. 1(3), each to be answered with a reason."
    )
    availabilities: list[Availability] = Field(description="How a stranger gets to the content.")
    verdicts: list[Verdict]


class ExactBody(Schema):
    """Every field is written out, and no other: nothing is said by silence."""

    model_config = ConfigDict(extra="forbid")


class ClaimIn(ExactBody):
    """A ground of Art. 2(7) and the facts in the content that bear it."""

    ground: Ground
    facts: Words
    danger: Words | None = Field(description="For Art. 2(7)(a) only: the danger that it causes.")


class ExceptionIn(ExactBody):
    """Whether a purpose of Art. 1(3) applies, and why."""

    exception: ProtectedPurpose
    applies: StrictBool
    reason: Words


class FactsIn(ExactBody):
    """A structured assessment. No field has a default; null where one does not apply."""

    availability: Availability | None
    claims: list[ClaimIn] = Field(max_length=20)
    exceptions: list[ExceptionIn] = Field(max_length=20)
    group: Words
    brand: Words
    proportionality: Words
    provider_rule: Words
    reasons: Words
    confidence: Annotated[StrictInt, Field(ge=0, le=100)] | None
    verdict: Verdict | None


class DraftIn(ExactBody):
    """One's own assessment of one item, on the basis that one saw."""

    item: UUID
    basis: Annotated[Text, Field(max_length=200)] = Field(description="The digest that was shown.")
    assessment: FactsIn


class AssessedOut(Schema):
    """A verdict that was taken, and what the verdicts on the item say together now."""

    id: UUID
    item: UUID
    outcome: RulingOutcome
    state: State


class AssessedRow(Row):
    """What became of one draft: 201; 412 when what was shown has changed; 422 with every problem; or another refusal."""

    assessment: AssessedOut | None = None


class VerdictOut(Schema):
    """A verdict that one may see. When it was given, and who came first, is not said."""

    slot: Slot
    unit: str
    verdict: Verdict
    own: bool
    basis: str


def refused(index: int, error: OpenIruError) -> dict[str, Any]:
    """A draft or proposal that was refused: 412 on another basis, 422 with all that is wrong with it, or by the error."""
    if isinstance(error, BasisChangedError):
        return refused_row(index, error, 412)
    if isinstance(error, DraftError):
        places = [
            {"pointer": f"/{index}/{one.field}", "code": one.code, "detail": one.message}
            for one in error.problems
        ]
        return refused_row(index, error, 422, places)
    return refused_row(index, error)
