"""What the forms of set-up and people read: times, lists, choices."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from openiru.core.errors import NotFoundError, UsageError
from openiru.foundation.operations.desk import Desk, field

Choice = TypeVar("Choice", bound=StrEnum)


def moment(desk: Desk, name: str) -> datetime:
    """A time of a form, UTC where it says no zone."""
    try:
        found = datetime.fromisoformat(field(desk, name, longest=40))
    except ValueError:
        raise UsageError("this is no time", where=name, hint="Write 2020-10-06 12:00 (UTC).") from None
    if not 1970 <= found.year < 2200:  # noqa: PLR2004 - what every program behind us can hold
        raise UsageError("a time between 1970 and 2200 is expected", where=name)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def words(desk: Desk, name: str) -> tuple[str, ...]:
    """A list of a form, by commas."""
    text = field(desk, name, longest=2_000, needed=False)
    return tuple(part.strip() for part in text.split(",") if part.strip())


def choice(desk: Desk, name: str, kind: type[Choice]) -> Choice:
    """One of the values of an enum."""
    try:
        return kind(field(desk, name, longest=60))
    except ValueError:
        raise UsageError("this is none of the choices", where=name) from None


def an_id(text: str) -> UUID:
    """An id out of a form or an address; NotFoundError for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("there is no such thing") from None
