"""Mandates and operations through the programming interface."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from openiru.core.vocabulary import LegalProfile, OperationKind, ParticipantRole, Phase
from openiru.foundation.database.acting import By, acting
from openiru.foundation.operations import commands, queries
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    IdempotencyKey,
    Moment,
    Slug,
    Text,
    asker,
    asker_in,
    once,
    responses,
)
from openiru.foundation.people.queries import unit_by_code

router = Router(tags=["Operations"])
Short = Annotated[Text, Field(min_length=1, max_length=200)]


class MandateOut(Schema):
    """An entry of the register of mandates. Without ``confirmed_at`` it waits for a second person and has no effect."""

    slug: str = Field(examples=["tco"])
    act: str = Field(examples=["Regulation (EU) 2021/784"])
    article: str = Field(examples=["Art. 2(7)"])
    authority: str
    kinds: list[str]
    proposed_at: datetime
    confirmed_at: datetime | None = None


class MandateIn(Schema):
    """An entry that is proposed."""

    slug: Slug = Field(examples=["tco"])
    act: Text = Field(min_length=1, max_length=500)
    article: Text = Field(min_length=1, max_length=500)
    authority: Text = Field(min_length=1, max_length=500)
    kinds: list[Short] = Field(min_length=1, max_length=100)


class Made(Schema):
    """What was made."""

    id: UUID
    slug: str


class OperationOut(Schema):
    """An operation. Empty lists of scope mean: everything."""

    id: UUID
    slug: str = Field(examples=["action-day"])
    title: str
    kind: OperationKind
    lead_code: str = Field(examples=["SI"])
    zone: str = Field(examples=["Europe/Ljubljana"])
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    themes: list[str]
    platforms: list[str]
    languages: list[str]
    groups: list[str]


class ParticipantOut(Schema):
    """Who takes part: a unit with a desk, or an authority without one."""

    role: ParticipantRole
    code: str | None = Field(None, description="Code of the unit; null for an authority without a desk.")
    name: str | None = None
    authority: str = ""
    legal_profile: LegalProfile | None = None
    joined_at: datetime


class PhaseWindow(Schema):
    """When a phase begins and ends."""

    phase: Phase
    starts_at: datetime
    ends_at: datetime


class OperationWhole(OperationOut):
    """An operation with its mandate, participants and phases."""

    mandate: str
    act: str
    article: str
    participants: list[ParticipantOut]
    phases: list[PhaseWindow]


class ParticipantIn(Schema):
    """A unit by its code, or an authority by its name."""

    role: ParticipantRole
    unit: Text = Field("", max_length=20, examples=["HR"])
    authority: Text = Field("", max_length=500)


class PhaseIn(Schema):
    """When a phase is to begin and to end."""

    phase: Phase
    starts_at: Moment
    ends_at: Moment


class OperationIn(Schema):
    """An operation to be opened; the unit that asks leads it."""

    slug: Slug = Field(examples=["action-day"])
    title: Text = Field(min_length=1, max_length=500)
    kind: OperationKind = OperationKind.ACTION_DAY
    mandate: Text = Field(max_length=80, description="Slug of a confirmed entry of the register.")
    zone: Text = Field("Europe/Brussels", max_length=80)
    opens_at: Moment
    closes_at: Moment
    themes: list[Short] = Field([], max_length=100)
    platforms: list[Short] = Field([], max_length=500)
    languages: list[Short] = Field([], max_length=100)
    groups: list[Short] = Field([], max_length=500)
    participants: list[ParticipantIn] = Field([], max_length=200)
    phases: list[PhaseIn] = Field([], max_length=20)


class Closed(Schema):
    """An operation that ended."""

    slug: str
    closed: bool


@router.get(
    "/mandates", response=responses({200: list[MandateOut]}), auth=Asks(), operation_id="list_mandates"
)
def list_mandates(request: HttpRequest) -> Any:
    """The register of mandates, by slug."""
    with acting(asker(request)):
        return queries.mandates()


@router.post(
    "/mandates", response=responses({201: Made}), auth=Asks("mandate.propose"), operation_id="propose_mandate"
)
def propose_mandate(request: HttpRequest, key: IdempotencyKey, body: MandateIn) -> Any:
    """Propose an entry. It has no effect until a second person confirms it."""
    by = asker(request)
    new = commands.NewMandate(**(body.dict() | {"kinds": tuple(body.kinds)}))

    def do() -> Any:
        return {"id": commands.propose_mandate(by=by, mandate=new), "slug": new.slug}

    return Status(201, once(by, key, "propose_mandate", body.dict(), do))


@router.post(
    "/mandates/{slug}/confirm",
    response=responses({200: Made}),
    auth=Asks("mandate.confirm"),
    operation_id="confirm_mandate",
)
def confirm_mandate(request: HttpRequest, slug: Slug, key: IdempotencyKey) -> Any:
    """Confirm an entry as a second person; whoever proposed it is refused."""
    by = asker(request)
    return once(
        by,
        key,
        "confirm_mandate",
        slug,
        lambda: {"id": commands.confirm_mandate(by=by, slug=slug), "slug": slug},
    )


@router.get(
    "/operations", response=responses({200: list[OperationOut]}), auth=Asks(), operation_id="list_operations"
)
def list_operations(request: HttpRequest) -> Any:
    """Every operation that is visible, newest first."""
    with acting(asker(request)):
        return queries.every()


@router.post(
    "/operations", response=responses({201: Made}), auth=Asks("operation.open"), operation_id="open_operation"
)
def open_operation(request: HttpRequest, key: IdempotencyKey, body: OperationIn) -> Any:
    """Open an operation; the unit that asks leads it."""
    by = asker(request)

    def do() -> Any:
        new = commands.NewOperation(
            **body.dict(exclude={"participants", "phases", "themes", "platforms", "languages", "groups"}),
            themes=tuple(body.themes),
            platforms=tuple(body.platforms),
            languages=tuple(body.languages),
            groups=tuple(body.groups),
            participants=_participants(by, body.participants),
            phases=_windows(body.phases),
        )
        return {"id": commands.open_operation(by=by, operation=new), "slug": body.slug}

    return Status(201, once(by, key, "open_operation", body.dict(), do))


@router.get(
    "/operations/{operation}",
    response=responses({200: OperationWhole}),
    auth=Asks(),
    operation_id="show_operation",
)
def show_operation(request: HttpRequest, operation: Slug) -> Any:
    """One operation with its mandate, participants and phases."""
    with acting(asker(request)):
        found = queries.own_by_slug(operation)
        return found | {
            "participants": queries.participants(found["id"]),
            "phases": queries.phases(found["id"]),
        }


@router.post(
    "/operations/{operation}/participants",
    response=responses({200: list[ParticipantOut]}),
    auth=Asks("operation.join"),
    operation_id="join_operation",
)
def join_operation(
    request: HttpRequest, operation: Slug, key: IdempotencyKey, body: list[ParticipantIn]
) -> Any:
    """Add participants to an operation that one's own unit leads; everybody who takes part afterwards comes back."""
    by = asker_in(request, operation)

    def do() -> Any:
        commands.join_operation(by=by, operation=_here(by), participants=_participants(by, body))
        return [ParticipantOut(**row).dict() for row in queries.participants(_here(by))]

    return once(by, key, "join_operation", [one.dict() for one in body], do)


@router.put(
    "/operations/{operation}/phases",
    response=responses({200: list[PhaseWindow]}),
    auth=Asks("operation.open"),
    operation_id="set_phases",
)
def set_phases(request: HttpRequest, operation: Slug, body: list[PhaseIn]) -> Any:
    """Set when phases begin and end, in an operation that one's own unit leads."""
    by = asker_in(request, operation)
    with acting(by):
        commands.set_phases(by=by, operation=_here(by), phases=_windows(body))
        return queries.phases(_here(by))


@router.post(
    "/operations/{operation}/close",
    response=responses({200: Closed}),
    auth=Asks("operation.close"),
    operation_id="close_operation",
)
def close_operation(request: HttpRequest, operation: Slug, key: IdempotencyKey) -> Any:
    """Close an operation that one's own unit leads: nothing new comes in; answers and looks go on."""
    by = asker_in(request, operation)

    def do() -> Any:
        commands.close_operation(by=by, operation=_here(by))
        return {"slug": operation, "closed": True}

    return once(by, key, "close_operation", operation, do)


def _here(by: By) -> UUID:
    """The operation in which somebody acts; whoever came by asker_in does."""
    assert by.operation is not None  # noqa: S101 - else the caller is wrong
    return by.operation


def _participants(by: By, given: list[ParticipantIn]) -> tuple[commands.NewParticipant, ...]:
    with acting(by):
        return tuple(
            commands.NewParticipant(
                role=one.role,
                unit=UUID(str(unit_by_code(one.unit)["id"])) if one.unit else None,
                authority=one.authority,
            )
            for one in given
        )


def _windows(given: list[PhaseIn]) -> dict[Phase, tuple[datetime, datetime]]:
    return {one.phase: (one.starts_at, one.ends_at) for one in given}
