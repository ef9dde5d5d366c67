"""Units and people through the programming interface.

It stands here and not in its room because the doorway belongs to the operations room, which stands on this one (.importlinter).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import available_timezones

from django.http import HttpRequest
from ninja import Body, Field, Path, Router, Schema, Status
from pydantic import AfterValidator

from openiru.core.vocabulary import LegalProfile, Role
from openiru.foundation.database.acting import By, acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Paged,
    Text,
    asker,
    by_id,
    id_of,
    once,
    page_of,
    parts_of,
    responses,
)
from openiru.foundation.people import commands, commands_changes, queries
from openiru.foundation.people.permissions import require

router = Router(tags=["People"])


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError("the name of a time zone is expected, such as Europe/Zagreb")
    return text


#: An IANA time zone that this machine knows.
Zone = Annotated[Text, Field(max_length=80, examples=["Europe/Zagreb"]), AfterValidator(_zone)]
Name = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Code = Annotated[
    Text, Field(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$", examples=["HR"])
]
Handle = Annotated[Text, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x20/]+$", examples=["ana"])]
Roles = Annotated[list[Role], Field(min_length=1, max_length=20)]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=500)]
PersonId = Annotated[UUID, Path(description="Id of somebody of one's own unit.")]


class WhoAmI(Schema):
    """Who asks, for which unit, in which kind of instance, at which business time."""

    person: UUID
    unit: str = Field(examples=["HR"])
    handle: str
    pseudonym: str
    roles: list[str]
    environment: str = Field(examples=["demo"])
    business_time: datetime


class UnitOut(Schema):
    """A unit, agency or authority. ``contact`` is a function, not a person."""

    id: UUID
    code: str = Field(examples=["HR"])
    name: str
    country: str = Field(examples=["HR"])
    legal_profile: str
    legal_ground: str
    zone: str
    contact: str


class UnitPage(Paged):
    """Units, by code."""

    rows: list[UnitOut]


class UnitIn(Schema):
    """A unit to be added."""

    code: Code
    name: Name
    country: Text = Field("", max_length=2, description="ISO 3166 code; EU for an agency.")
    legal_profile: LegalProfile
    legal_ground: Text = Field("", max_length=2_000, description="Its own ground in law, beside Art. 2(7).")
    zone: Zone = "UTC"
    contact: Text = Field("", max_length=500, description="Whom to call: a function, not a person.")


class Added(Schema):
    """Something that is there now, by its name."""

    id: UUID
    name: str


class PersonOut(Schema):
    """Somebody of one's own unit. Other units see a role and the pseudonym."""

    id: UUID
    handle: str
    display_name: str
    pseudonym: str
    roles: list[str]
    active_from: datetime
    active_to: datetime | None = None


class PersonPage(Paged):
    """The people of one's own unit, in the order in which they joined."""

    rows: list[PersonOut]


class PersonIn(Schema):
    """Somebody to be added to one's own unit."""

    handle: Handle = Field(description="What colleagues call the account.")
    display_name: Text = Field("", max_length=200, description="Shown inside the unit only.")
    roles: Roles


class RolesIn(Schema):
    """All roles from now on."""

    roles: Roles


class RolesOut(Schema):
    """What became of somebody's roles."""

    person: UUID
    before: list[str]
    roles: list[str]


class RevokeIn(Schema):
    """People whose membership ends."""

    people: Ids


class Revoked(Schema):
    """Memberships that ended, and the tokens that ended with them."""

    people: list[UUID]
    tokens: list[UUID]


@router.get("/whoami", response=responses({200: WhoAmI}), auth=Asks(), operation_id="whoami")
def whoami(request: HttpRequest) -> Any:
    """Who asks: the person whose token the request bears."""
    by = asker(request)
    with acting(by) as now:
        mine = queries.person(by.person)
        return {
            "person": by.person,
            "unit": now.unit_code,
            "handle": mine["handle"],
            "pseudonym": now.pseudonym,
            "roles": sorted(now.roles),
            "environment": now.environment,
            "business_time": now.at,
        }


@router.get("/units", response=responses({200: UnitPage}), auth=Asks(), operation_id="list_units")
def list_units(request: HttpRequest, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Every unit, by code."""
    (after,) = parts_of(cursor, [str])
    with acting(asker(request)):
        found = queries.units(after=after, limit=limit + 1)
    return page_of(found, limit, lambda row: [row["code"]])


@router.post(
    "/units", response=responses({201: list[Added]}), auth=Asks("unit.add"), operation_id="add_units"
)
def add_units(
    request: HttpRequest,
    key: IdempotencyKey,
    body: Annotated[list[UnitIn], Body(min_length=1, max_length=200)],
) -> Any:
    """Add units, all of them or none; those that are there already are left as they are. An administrator does."""
    by = asker(request)

    def do() -> Any:
        found = commands.add_units(by=by, units=[commands.NewUnit(**one.dict()) for one in body])
        return _added(found.items())

    return Status(201, once(by, key, "add_units", [one.dict() for one in body], do))


@router.get("/people", response=responses({200: PersonPage}), auth=Asks(), operation_id="list_people")
def list_people(request: HttpRequest, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """The people of one's own unit; other units' people are not shown."""
    with acting(asker(request)):
        found = queries.people(after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.post(
    "/people", response=responses({201: list[Added]}), auth=Asks("person.add"), operation_id="add_people"
)
def add_people(
    request: HttpRequest,
    key: IdempotencyKey,
    body: Annotated[list[PersonIn], Body(min_length=1, max_length=500)],
) -> Any:
    """Add people to one's own unit, all of them or none; handles that are there already are left as they are."""
    by = asker(request)

    def do() -> Any:
        new = [
            commands.NewPerson(
                handle=one.handle, display_name=one.display_name or one.handle, roles=tuple(one.roles)
            )
            for one in body
        ]
        return _added(commands.add_people(by=by, people=new).items())

    return Status(201, once(by, key, "add_people", [one.dict() for one in body], do))


@router.post(
    "/people/{person}/roles",
    response=responses({200: RolesOut}),
    auth=Asks("person.roles"),
    operation_id="set_roles",
)
def set_roles(request: HttpRequest, person: PersonId, key: IdempotencyKey, body: RolesIn) -> Any:
    """Give somebody exactly these roles, from their next act on. It is told to the ledger; nobody changes their own."""
    by = asker(request)

    def do() -> Any:
        in_unit(by, "person.roles", [person])
        (done,) = commands_changes.set_roles(by=by, people=[(person, body.roles)])
        return {"person": person, "before": sorted(done.before), "roles": sorted(done.after)}

    return once(by, key, "set_roles", {"person": person, **body.dict()}, do)


@router.post(
    "/people/revoke",
    response=responses({200: Revoked}),
    auth=Asks("person.revoke"),
    operation_id="revoke_people",
)
def revoke_people(request: HttpRequest, key: IdempotencyKey, body: RevokeIn) -> Any:
    """End memberships now, and every token with them: all of them or none. What these people did stays theirs."""
    by = asker(request)

    def do() -> Any:
        in_unit(by, "person.revoke", body.people)
        ended = commands_changes.revoke_people(by=by, people=list(dict.fromkeys(body.people)))
        return {"people": list(dict.fromkeys(body.people)), "tokens": ended}

    return once(by, key, "revoke_people", body.dict(), do)


def in_unit(by: By, verb: str, people: Iterable[UUID]) -> None:
    """Who may not do it is told so first; then NotFoundError for somebody who is not of the unit."""
    with acting(by) as now:
        require(now, verb)
        queries.known_people(list(people))


def _added(found: Iterable[tuple[str, UUID]]) -> list[dict[str, Any]]:
    return [{"id": one, "name": name} for name, one in sorted(found)]
