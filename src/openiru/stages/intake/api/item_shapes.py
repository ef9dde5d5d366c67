"""What is said of items."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from openiru.core.lifecycle import State
from openiru.core.vocabulary import Extent, Kind, Pap, Tlp
from openiru.foundation.operations.doorway import Paged


class ItemOut(Schema):
    """One place on the net, and where it stands in the operation."""

    id: UUID
    key: str = Field(examples=["telegram:post:openiru_demo/1"])
    platform: str = Field(examples=["telegram"])
    kind: Kind
    extent: Extent
    canonical: str
    defanged: str = Field(examples=["hxxps://t[.]me/openiru_demo/1"])
    host: str
    account_key: str
    needs_resolving: bool
    state: State
    milestones: list[str] = Field(
        description="What has become true of it and still holds.", examples=[["seen"]]
    )
    language: str
    organisation: str
    brand: str
    flags: list[str] = Field(description="In what it lies outside the scope of the operation.")
    decided_at: datetime | None = None
    referred_at: datetime | None = None
    answer: str
    outcome: str
    live_until: datetime | None = Field(None, description="Last look that found it there.")
    gone_from: datetime | None = Field(None, description="First of the looks that found it gone.")


class ItemInList(ItemOut):
    """An item with what a person should see of it in a list."""

    held: bool = Field(description="A hold stands on it.")
    referred_before: bool = Field(description="In another operation.")


class ItemsPage(Paged):
    """Items of an operation, by key."""

    rows: list[ItemInList]


class ContributionOut(Schema):
    """What one's own unit contributed, with its marking."""

    id: UUID
    import_id: UUID
    number: int = Field(description="Row of the import.")
    raw: str = Field(description="The address as it was written.")
    seen_at: datetime | None = None
    seen_zone: str
    posted_at: datetime | None = None
    contributed_at: datetime
    reason: str
    quote: str
    translation: str
    place: str
    title: str
    language: str
    organisation: str
    brand: str
    account: str
    digest: str
    tlp: Tlp
    pap: Pap
    restriction: str
    views: int | None = None
    source_ref: str
    note: str


class WordsOut(Schema):
    """What a contributor said; not who."""

    title: str
    quote: str
    translation: str
    place: str
    language: str
    seen_at: datetime | None = None


class HoldTold(Schema):
    """All that others learn of a hold: the reference to quote, and whom to call."""

    reference: str = Field(examples=["H-0A1B2C3D"])
    call: str


class KeptBack(Schema):
    """Why it cannot be referred now. ``code``: hold or round."""

    code: str = Field(examples=["hold"])
    reason: str


class ReferredElsewhere(Schema):
    """A referral in another operation, and what became of it."""

    state: State
    referred_at: datetime
    answer: str
    outcome: str


class EventOut(Schema):
    """One event of its life. ``index``: its leaf in the ledger; null: the sequencer has not come to it yet."""

    index: int | None = None
    id: UUID
    type: str = Field(examples=["intake.contributed"])
    at: datetime | None = None
    actor: str
    payload: dict[str, Any]


class ItemWhole(ItemOut):
    """An item with all that the asking person may know of it."""

    contributions: list[ContributionOut] = Field(description="Of one's own unit, at most 500.")
    words: list[WordsOut] = Field(description="Of every contributor whose marking lets them in, at most 500.")
    holds: list[HoldTold]
    kept_back: KeptBack | None = None
    earlier: list[ReferredElsewhere]
    timeline: list[EventOut]
