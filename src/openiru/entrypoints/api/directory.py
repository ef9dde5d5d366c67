"""Providers, platforms, groups and outlets through the programming interface.

It stands here and not in its room because the doorway belongs to the operations room beside it (.importlinter).
"""

from __future__ import annotations

from datetime import date as Day  # noqa: N812 - a field is called date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema
from pydantic import AfterValidator

from openiru.core.errors import SettingError
from openiru.core.referral.hours import hours_of
from openiru.entrypoints.api.people import Zone
from openiru.foundation.database.acting import acting
from openiru.foundation.directory import commands, queries
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Paged,
    Text,
    asker,
    once,
    page_of,
    parts_of,
    responses,
)

router = Router(tags=["Directory"])


def _hours(text: str) -> str:
    try:
        hours_of(text, "UTC")
    except SettingError as error:
        raise ValueError(f"{error.message}. {error.hint}") from error
    return text


Slug = Annotated[Text, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x20|/]+$", examples=["host"])]
Hours = Annotated[Text, Field(max_length=200, examples=["Mo-Fr 09:00-17:00"]), AfterValidator(_hours)]


class ProviderOut(Schema):
    """A hosting service provider: who is addressed, how, when, and how much at once."""

    id: UUID
    slug: str = Field(examples=["host"])
    name: str
    country: str
    zone: str
    hours: str = Field(description="In its zone; empty: day and night.", examples=["Mo-Fr 09:00-17:00"])
    channel: str = Field(examples=["email"])
    address: str
    languages: list[str]
    max_lines: int
    rule: str = Field(description="The clause of its terms that a referral cites.")


class ProviderPage(Paged):
    """Providers, by slug."""

    rows: list[ProviderOut]


class PlatformOut(Schema):
    """A place where content stands; ``provider`` is null when nobody is known who answers for it."""

    id: UUID
    slug: str = Field(examples=["video.example"])
    name: str
    provider: str | None = None
    control_alive: str = Field(description="An address known to be there; empty: none is known.")
    control_dead: str = Field(description="An address known never to have been there.")


class PlatformPage(Paged):
    """Platforms, by slug."""

    rows: list[PlatformOut]


class GroupOut(Schema):
    """A group or an outlet. ``gap``: what is missing of its designation; empty: nothing."""

    id: UUID
    slug: str
    name: str
    kind: str = Field(examples=["group", "outlet"])
    parent: str
    designated: list[str] = Field(description="By whom and when.")
    gap: str


class GroupPage(Paged):
    """Groups and outlets, by slug."""

    rows: list[GroupOut]


class ProviderIn(Schema):
    """A provider that is added, or brought up to date by its slug."""

    slug: Slug
    name: Text = Field("", max_length=500)
    country: Text = Field("", max_length=2, description="ISO 3166.")
    zone: Zone = "UTC"
    hours: Hours = ""
    channel: Text = Field("transcript", min_length=1, max_length=80)
    address: Text = Field("", max_length=500)
    languages: list[Annotated[Text, Field(max_length=35)]] = Field([], max_length=100)
    max_lines: int = Field(500, ge=1, le=1_000)
    rule: Text = Field("", max_length=2_000)


class PlatformIn(Schema):
    """A platform that is added, or brought up to date by its slug."""

    slug: Slug
    name: Text = Field("", max_length=500)
    provider: Text = Field("", max_length=200, description="Slug of a provider; empty: nobody is known.")
    control_alive: Text = Field("", max_length=8_000)
    control_dead: Text = Field("", max_length=8_000)


class Designation(Schema):
    """A list that a group stands on, since when, and where that is written."""

    list: Text = Field("", max_length=200, examples=["EU"])
    date: Day | None = None
    source: Text = Field("", max_length=2_000)


class GroupIn(Schema):
    """A group or an outlet that is added, or brought up to date by its slug."""

    slug: Slug
    name: Text = Field("", max_length=500)
    kind: Literal["group", "outlet"] = "group"
    parent: Text = Field("", max_length=200, description="Slug of the group that an outlet belongs to.")
    designations: list[Designation] = Field([], max_length=100)


class DirectoryIn(Schema):
    """What is brought into the directory; what is not named is left as it is."""

    providers: list[ProviderIn] = Field([], max_length=5_000)
    platforms: list[PlatformIn] = Field([], max_length=5_000)
    groups: list[GroupIn] = Field([], max_length=5_000)


class Loaded(Schema):
    """How many of each were brought in."""

    providers: int
    platforms: int
    groups: int


def _slug(row: dict[str, Any]) -> list[str]:
    return [row["slug"]]


@router.get(
    "/directory/providers",
    response=responses({200: ProviderPage}),
    auth=Asks(),
    operation_id="list_providers",
)
def list_providers(request: HttpRequest, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Every provider, by slug."""
    (after,) = parts_of(cursor, [str])
    with acting(asker(request)):
        return page_of(queries.providers(after=after, limit=limit + 1), limit, _slug)


@router.get(
    "/directory/platforms",
    response=responses({200: PlatformPage}),
    auth=Asks(),
    operation_id="list_platforms",
)
def list_platforms(request: HttpRequest, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Every platform, by slug."""
    (after,) = parts_of(cursor, [str])
    with acting(asker(request)):
        return page_of(queries.platforms(after=after, limit=limit + 1), limit, _slug)


@router.get(
    "/directory/groups", response=responses({200: GroupPage}), auth=Asks(), operation_id="list_groups"
)
def list_groups(request: HttpRequest, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Every group and outlet, by slug, with its designations and what is missing of them."""
    (after,) = parts_of(cursor, [str])
    with acting(asker(request)):
        return page_of(queries.organisations(after=after, limit=limit + 1), limit, _slug)


@router.post(
    "/directory",
    response=responses({200: Loaded}),
    auth=Asks("directory.edit"),
    operation_id="load_directory",
)
def load_directory(request: HttpRequest, key: IdempotencyKey, body: DirectoryIn) -> Any:
    """Bring providers, platforms and groups into the directory, all of it or nothing; what is there is brought up to date."""
    by = asker(request)
    given = body.dict()

    def do() -> Any:
        counts = commands.load_directory(
            by=by,
            providers=given["providers"],
            platforms=given["platforms"],
            organisations=[one | {"designations": _plain(one["designations"])} for one in given["groups"]],
        )
        return {**counts, "groups": counts["organisations"]}

    return once(by, key, "load_directory", given, do)


def _plain(designations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one | {"date": one["date"].isoformat() if one["date"] else ""} for one in designations]
