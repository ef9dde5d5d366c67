"""How referrals, letters and answers look from outside."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Path, Schema

from openiru.foundation.operations.doorway import Paged, Text

#: A referral by its reference, in the path.
Reference = Annotated[
    str, Path(min_length=1, max_length=200, pattern=r"^[^\x00/]+$", examples=["HR-2020-000001"])
]
#: A referral by its reference, in a body.
Named = Annotated[Text, Field(min_length=1, max_length=200, examples=["HR-2020-000001"])]
#: Why something is done: it stands in the ledger and, where a letter is written, in the letter.
Why = Annotated[Text, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
LineNumber = Annotated[int, Field(ge=1, le=1_000_000, examples=[1])]


class ReferralOut(Schema):
    """A batch to one provider, or a letter about one (``kind`` correction, withdrawal; ``replaces`` says about which)."""

    id: UUID
    reference: str = Field(examples=["HR-2020-000001"])
    kind: str = Field(examples=["referral"])
    state: str = Field(description="prepared, sending, sent, deferred, bounced, unknown, transcribed ...")
    provider: str = Field(description="Slug in the directory.", examples=["host"])
    channel: str = Field(examples=["email"])
    instrument: str = Field(examples=["referral"])
    urgent: bool
    deciding_unit: str = Field(examples=["HR"])
    sending_unit: str = Field(examples=["AG"])
    lines: int
    withdrawn: int = Field(description="How many of its lines were withdrawn.")
    prepared_at: datetime
    not_before: datetime
    released_at: datetime | None = None
    sent_at: datetime | None = None
    message_id: str
    letter_digest: str = Field(description="Of the letter as it is stored and sent; it stands in the ledger.")
    replaces: UUID | None = None


class ReferralPage(Paged):
    """Referrals and letters about them, in the order of their making."""

    rows: list[ReferralOut]


class Waiting(ReferralOut):
    """What has not arrived; ``detail`` is the last thing that was said of it."""

    detail: str = ""


class Outbox(Paged):
    """What was prepared and has not arrived, in the order of its making."""

    rows: list[Waiting]


class Attachment(Schema):
    """A file of a letter, as text."""

    name: str
    media_type: str
    text: str


class LetterOut(Schema):
    """Exactly what will be, or was, sent."""

    recipient: str
    sender_name: str
    sender_address: str
    reply_to: str | None = None
    subject: str
    text: str
    attachments: list[Attachment]
    message_id: str
    in_reply_to: str | None = None
    references: list[str]


class LineOut(Schema):
    """A line with its item's standing. ``assessments`` are the two that it stands on."""

    number: int
    item: UUID
    key: str
    canonical: str
    kind: str
    extent: str
    basis_digest: str
    assessments: list[UUID]
    state: str
    answer: str | None = None
    outcome: str | None = None
    withdrawn_at: datetime | None = None
    withdrawn_why: str = ""


class Try(Schema):
    """One try to send, with what the channel could truthfully say."""

    at: datetime
    state: str
    detail: str


class AnswerOut(Schema):
    """What a provider said of one line; ``last``: the version that counts."""

    id: UUID
    reference: str
    number: int
    key: str
    version: int
    last: bool
    decision: str = Field(examples=["DECISION_VISIBILITY_CONTENT_REMOVED"])
    ground: str
    ground_reference: str
    explanation: str
    puid: str
    decided_at: datetime | None = None
    received_at: datetime
    source: str = Field(description="Digest of what the answer came in.")


class AnswerPage(Paged):
    """Answers, every version, as they came in."""

    rows: list[AnswerOut]


class ReferralWhole(ReferralOut):
    """A referral with its letter, lines, tries and answers."""

    letter: LetterOut
    line_rows: list[LineOut]
    tries: list[Try]
    answers: list[AnswerOut]


class Silent(Schema):
    """A provider that never said a word about lines that it was sent."""

    provider: str
    lines: int
    since: datetime
    batches: list[str]


class TransferOut(Schema):
    """A disclosure to a third country: what, to whom, on which ground."""

    id: UUID
    at: datetime
    recipient: str
    country: str
    ground: str
    what: str
    lines: int
    referral_id: UUID | None = None


class TransferPage(Paged):
    """Disclosures to third countries, oldest first."""

    rows: list[TransferOut]


class StrayOut(Schema):
    """An answer that could not be applied; ``excerpt`` has hidden characters written out."""

    id: UUID
    received_at: datetime
    reference: str
    number: int
    reason: str
    excerpt: str
    source: str


class StrayPage(Paged):
    """Answers that could not be applied, oldest first."""

    rows: list[StrayOut]
