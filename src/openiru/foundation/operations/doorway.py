"""What every router of the programming interface needs: who asks, in which operation, once only, page by page.

A router is thin: it reads the request, calls one command or query, and says what came of it. Errors of the house go up as they
are; entrypoints/api turns them into problem documents (RFC 9457).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest
from ninja import Field, Header, Query, Schema
from pydantic import AfterValidator, AwareDatetime

from openiru.core import errors
from openiru.foundation.database.acting import By, acting
from openiru.foundation.ledger.requests import answered, store
from openiru.foundation.operations.queries import own_by_slug

#: Rows of a page unless the caller asks for fewer or more, and at most.
PAGE: Final = 50
LARGEST_PAGE: Final = 500


class Problem(Schema):
    """A problem document (RFC 9457). ``code`` is stable; ``saved`` says what was and was not saved, ``hint`` what to do."""

    type: str = Field(examples=["urn:openiru:problem:OIRU-3000"])
    title: str = Field(examples=["There is no such thing, or it is not visible from here."])
    status: int = Field(examples=[404])
    detail: str
    code: str = Field(examples=["OIRU-3000"])
    where: str = ""
    saved: str = Field("Nothing was saved.", examples=["Nothing was saved."])
    hint: str = ""
    #: For a request that does not fit its schema: one entry for each place.
    errors: list[dict[str, Any]] = Field(default_factory=list)


#: The first class that fits says the status of an error of ours.
STATUS: Final[tuple[tuple[type[errors.OpenIruError], int], ...]] = (
    (errors.PermissionDeniedError, 403),
    (errors.TwoPersonError, 403),
    (errors.LifecycleError, 409),
    (errors.RefusedError, 409),
    (errors.NotFoundError, 404),
    (errors.ConflictError, 409),
    (errors.InputError, 422),
    (errors.UsageError, 400),
    (errors.OutsideError, 502),
    (errors.SettingError, 503),
    (errors.IntegrityError, 500),
    (errors.OpenIruError, 500),
)


def status_of(error: errors.OpenIruError) -> int:
    """The status with which an error of ours is answered."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def problem_of(
    error: errors.OpenIruError, status: int = 0, places: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """The problem document of an error. Its title is what every error of the class has in common."""
    return {
        "type": f"urn:openiru:problem:{error.code.partition('/')[0]}",
        "title": (type(error).__doc__ or "").partition("\n")[0],
        "status": status or status_of(error),
        "detail": error.message,
        "code": error.code,
        "where": error.where,
        "saved": error.saved,
        "hint": error.hint,
        "errors": list(places),
    }


class Row(Schema):
    """What became of one row of a batch: a status of its own, and a problem where it was refused."""

    index: int = Field(ge=0, description="Place in the batch, from 0.", examples=[0])
    status: int = Field(examples=[201])
    problem: Problem | None = None


def refused_row(
    index: int, error: errors.OpenIruError, status: int = 0, places: Iterable[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """One row of a batch that was refused; the others are none the worse for it."""
    told = problem_of(error, status, places)
    return {"index": index, "status": told["status"], "problem": told}


#: No text holds U+0000: PostgreSQL keeps none. A field that takes text from outside has this type and a greatest length.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]


#: The short name of an operation or an entry of the register.
Slug = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]


def _of_our_time(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("a time between 1970 and 2200 is expected")
    return moment


_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)

#: A time with its offset (RFC 3339) that every program behind us can hold.
Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]


#: Statuses of problems that any route may answer with, for the description of the interface.
PROBLEMS: Final[Mapping[int, type[Problem]]] = dict.fromkeys(
    (400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 502, 503), Problem
)

#: Every POST bears one: the same key with the same body is answered again and not done again.
IdempotencyKey = Annotated[
    UUID,
    Header(
        alias="Idempotency-Key",
        description="A UUID of your own for this request. The same key with the same body is answered again, not done again.",
    ),
]


#: How a list is asked for: so many rows, and where the page before ended.
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Rows of the page, at most.")]
Cursor = Annotated[
    str, Query(max_length=20_000, description="`next` of the page before; empty: from the beginning.")
]


def responses(done: Mapping[int, Any]) -> dict[int, Any]:
    """What a route answers: its own statuses, and a problem document for each fault."""
    return {**PROBLEMS, **done}


def asker(request: HttpRequest) -> By:
    """Who asks, outside any operation: the person whose token the request bears."""
    by: By = request.auth  # type: ignore[attr-defined] # set by the authentication of the interface
    return by


def asker_in(request: HttpRequest, operation: str) -> By:
    """Who asks, in the operation with this slug. NotFoundError when it is not visible from there."""
    by = asker(request)
    if "\x00" in operation:
        raise errors.NotFoundError("there is no such operation")
    with acting(by):
        return by.within(own_by_slug(operation)["id"])


def once(by: By, key: UUID, command: str, body: Any, do: Callable[[], Any]) -> Any:
    """Do a command once for a request id, in one transaction with the note of it. What JSON can say comes back.

    The note is the unit's, the answer the person's: who asks, and where, is part of the request. ConflictError when the key
    was used for another request.
    """
    with acting(by) as now:
        asked = {"person": by.person, "operation": by.operation, "body": body}
        known = answered(now, key, command, asked)
        if known is not None:
            return known
        answer = orjson.loads(orjson.dumps(do(), default=str))
        store(now, key, command, asked, answer)
        return answer


class Paged(Schema):
    """A page of a list. ``next`` is the cursor of the page after it; null: this was the last for now."""

    next: str | None = Field(None, description="Give it as ?cursor= for what follows.")


def page_of(
    found: Sequence[dict[str, Any]], limit: int, place: Callable[[dict[str, Any]], Sequence[str | int]]
) -> dict[str, Any]:
    """The page of a list, out of its next ``limit`` + 1 rows; ``place`` says where a row stands in it."""
    rows = list(found[:limit])
    return {"rows": rows, "next": cursor_of(place(rows[-1])) if len(found) > limit else None}


def by_id(row: dict[str, Any]) -> list[str]:
    """Where a row stands in a list that goes by id."""
    return [str(row["id"])]


def cursor_of(parts: Sequence[str | int]) -> str:
    """Where a page ended, as text that says nothing."""
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


def parts_of(cursor: str, kinds: Sequence[type]) -> list[Any]:
    """Where a page begins; UsageError for what is no cursor of this list. An empty one begins at the beginning."""
    if not cursor:
        return [kind() for kind in kinds]
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        parts = None
    if (
        not isinstance(parts, list)
        or len(parts) != len(kinds)
        or not all(type(part) is kind for part, kind in zip(parts, kinds, strict=True))
        or any("\x00" in part for part in parts if isinstance(part, str))
    ):
        raise errors.UsageError(
            "this is no cursor of this list", where="cursor", hint="Use the one that a page gave."
        )
    return parts


def id_of(cursor: str) -> UUID | None:
    """The id of the row with which a page ended, for lists that go on from it; None: from the beginning."""
    ids = ids_of(cursor, 1)
    return ids[0] if ids else None


def ids_of(cursor: str, count: int) -> tuple[UUID, ...]:
    """The same where a row is named by ``count`` ids; none: from the beginning."""
    parts = parts_of(cursor, [str] * count)
    if not any(parts):
        return ()
    try:
        return tuple(UUID(part) for part in parts)
    except ValueError as error:
        raise errors.UsageError(
            "this is no cursor of this list", where="cursor", hint="Use the one that a page gave."
        ) from error
