"""What pages of figures read from their forms: as-of, numbers, times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from openiru.core.errors import NotFoundError, UsageError

_DIGITS: Final = 15
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def as_of(text: str, where: str = "as_of") -> int | datetime | None:
    """A size of the log, or a time (UTC where it says no zone); None for nothing. UsageError for anything else."""
    text = text.strip().replace(",", "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS:
        return int(text)
    return moment(text, where)


def moment(text: str, where: str) -> datetime:
    """A time (UTC where it says no zone); UsageError for anything else."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(
            "this is no time", where=where, hint="Write 2020-10-06 12:00 (UTC), or a size of the log."
        ) from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if not _EARLIEST <= found <= _LATEST:
        raise UsageError("a time between 1970 and 2200 is expected", where=where)
    return found


def whole(text: str, where: str, *, most: int) -> int:
    """A whole number from 0 to ``most``; UsageError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS and int(text) <= most):
        raise UsageError(f"a whole number up to {most:,} is expected", where=where)
    return int(text)


def an_id(text: str) -> UUID:
    """An id out of a form; NotFoundError for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("there is no such thing") from None
