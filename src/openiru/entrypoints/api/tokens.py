"""Tokens through the programming interface: made and shown once, listed, rotated, withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Path, Router, Schema, Status

from openiru.entrypoints.api.people import Ids, Name, in_unit
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    Paged,
    asker,
    by_id,
    id_of,
    once,
    page_of,
    responses,
)
from openiru.foundation.people import commands, commands_changes, queries
from openiru.foundation.people.permissions import may, require

router = Router(tags=["People"])
TokenId = Annotated[UUID, Path(description="Id of a token of one's own unit.")]


class TokenOut(Schema):
    """A token, never the token itself. ``works``: neither withdrawn nor run out, and its person a member."""

    id: UUID
    person_id: UUID
    handle: str
    label: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    works: bool


class TokenPage(Paged):
    """Tokens, oldest first."""

    rows: list[TokenOut]


class TokenIn(Schema):
    """Whose token is made, and what for."""

    person: UUID
    label: Name


class RotateIn(Schema):
    """How long the old token goes on working beside the new one."""

    overlap_hours: int = Field(24, ge=0, le=14 * 24)


class TokenMade(Schema):
    """A token that was made. ``token`` is shown once: a repeated request has null there, and the lost one is withdrawn."""

    id: UUID
    person: UUID
    label: str
    expires_at: datetime
    token: str | None = Field(None, description="Kept nowhere: hand it over now.")
    replaced: UUID | None = Field(None, description="The token in whose place it stands.")
    replaced_ends_at: datetime | None = None


class TokensEnd(Schema):
    """Tokens to be ended."""

    tokens: Ids


class Ended(Schema):
    """Tokens that ended now; those that had ended before are not among them."""

    tokens: list[UUID]


@router.get("/tokens", response=responses({200: TokenPage}), auth=Asks(), operation_id="list_tokens")
def list_tokens(
    request: HttpRequest, person: UUID | None = None, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """Tokens by label and end: one's own, or, for an administrator, those of the unit or of one of its people."""
    by = asker(request)
    with acting(by) as now:
        asked = [person] if person else [] if may(now, "token.withdraw") else [by.person]
        if asked != [by.person]:
            require(now, "token.withdraw")
            queries.known_people(asked)
        found = queries.tokens(asked, after=id_of(cursor), limit=limit + 1)
    return page_of(found, limit, by_id)


@router.post(
    "/tokens", response=responses({201: TokenMade}), auth=Asks("token.issue"), operation_id="issue_token"
)
def issue_token(request: HttpRequest, key: IdempotencyKey, body: TokenIn) -> Any:
    """Make a token for somebody of one's own unit. It is shown once: a repeated request does not show it again."""
    by = asker(request)
    shown: list[str] = []

    def do() -> Any:
        in_unit(by, "token.issue", [body.person])
        return _made(commands.new_token(by=by, person=body.person, label=body.label), shown)

    return Status(201, _with(once(by, key, "issue_token", body.dict(), do), shown))


@router.post(
    "/tokens/{token}/rotate",
    response=responses({201: TokenMade}),
    auth=Asks("token.issue"),
    operation_id="rotate_token",
)
def rotate_token(request: HttpRequest, token: TokenId, key: IdempotencyKey, body: RotateIn) -> Any:
    """A new token in the place of one that works, for the same person; the old one runs out after the overlap."""
    by = asker(request)
    shown: list[str] = []

    def do() -> Any:
        with acting(by) as now:
            require(now, "token.issue")
            queries.known_tokens([token])
        overlap = timedelta(hours=body.overlap_hours)
        made = commands.rotate_token(by=by, token=token, overlap=overlap)
        return _made(made, shown) | {"replaced": token, "replaced_ends_at": made.replaced_ends_at}

    return Status(201, _with(once(by, key, "rotate_token", {"token": token, **body.dict()}, do), shown))


@router.post(
    "/tokens/withdraw", response=responses({200: Ended}), auth=Asks(), operation_id="withdraw_tokens"
)
def withdraw_tokens(request: HttpRequest, key: IdempotencyKey, body: TokensEnd) -> Any:
    """End tokens now, all of them or none: one's own, or, for an administrator, any of the unit."""
    by = asker(request)

    def do() -> Any:
        with acting(by) as now:
            queries.known_tokens(body.tokens, None if may(now, "token.withdraw") else by.person)
        return {"tokens": commands_changes.withdraw_tokens(by=by, tokens=body.tokens)}

    return once(by, key, "withdraw_tokens", body.dict(), do)


def _made(made: commands.Issued, shown: list[str]) -> dict[str, Any]:
    """What is kept of a token that was made: everything but the token."""
    shown.append(made.token)
    return {"id": made.id, "person": made.person, "label": made.label, "expires_at": made.expires_at}


def _with(answer: dict[str, Any], shown: list[str]) -> dict[str, Any]:
    return answer | {"token": shown[0] if shown else None}
