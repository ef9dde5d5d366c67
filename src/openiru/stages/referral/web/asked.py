"""What the pages of referral are asked: references, line numbers, filters. Nothing that is not well formed goes further."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from openiru.core.errors import NotFoundError, UsageError
from openiru.foundation.operations.desk import Desk

#: Letters that are let go or taken back at once.
MOST: Final = 50
_DIGITS: Final = 7


def named(reference: str) -> str:
    """A reference out of an address. NotFoundError when it can be none."""
    if "\x00" in reference or len(reference) > 200:  # noqa: PLR2004 - longer than any
        raise NotFoundError("there is no such referral in this operation")
    return reference


def references(found: Sequence[str]) -> list[str]:
    """The letters that were marked, each once. UsageError when none was, or too many."""
    wanted = list(dict.fromkeys(named(one) for one in found if one))
    if not wanted or len(wanted) > MOST:
        raise UsageError(
            "no letter is marked" if not wanted else f"at most {MOST} letters at once",
            where="ref",
            hint="Mark the letters in the outbox.",
        )
    return wanted


def numbers(found: Sequence[str]) -> list[int]:
    """The lines that were marked, by number. UsageError when none was."""
    wanted = sorted({int(one) for one in found if one.isascii() and one.isdigit() and len(one) <= _DIGITS})
    if not wanted:
        raise UsageError("no line is marked", where="line", hint="Mark the lines, then send the form again.")
    return wanted


def choice(desk: Desk, name: str, among: Any, default: str = "") -> str:
    """A filter of a list; what is none of its values is as if nothing were asked."""
    asked = desk.request.GET.get(name, default)
    return asked if asked in among else default


def text(desk: Desk, name: str, longest: int = 200) -> str:
    """A filter in words."""
    return desk.request.GET.get(name, "").replace("\x00", "").strip()[:longest]
