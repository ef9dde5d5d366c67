"""What every router of the programming interface needs: who asks, in which operation, once only, page by page.

A router is thin: it reads the request, calls one command or query, and says what came of it. Errors of the house go up as they
are; entrypoints/api turns them into problem documents (RFC 9457).
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final
from uuid import UUID

import orjson
from django.http import HttpRequest
from ninja import Field, Header, Schema

from openiru.core.errors import UsageError
from openiru.foundation.database.acting import By, acting
from openiru.foundation.ledger.requests import answered, store
from openiru.foundation.operations.queries import by_slug

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
    with acting(by):
        return by.within(by_slug(operation)["id"])


def once(by: By, key: UUID, command: str, body: Any, do: Callable[[], Any]) -> Any:
    """Do a command once for a request id, in one transaction with the note of it. What JSON can say comes back.

    ConflictError when the key was used for another request.
    """
    with acting(by) as now:
        known = answered(now, key, command, body)
        if known is not None:
            return known
        answer = orjson.loads(orjson.dumps(do(), default=str))
        store(now, key, command, body, answer)
        return answer


class Paged(Schema):
    """A page of a list. ``next`` is the cursor of the page after it; null: this was the last for now."""

    next: str | None = Field(None, description="Give it as ?cursor= for what follows.")


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
    ):
        raise UsageError(
            "this is no cursor of this list", where="cursor", hint="Use the one that a page gave."
        )
    return parts
