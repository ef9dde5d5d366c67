"""A provider's hours as the directory writes them: ``Mo-Fr 09:00-17:00``."""

from __future__ import annotations

import re
from datetime import time
from typing import Final

from openiru.core.errors import SettingError
from openiru.core.referral.rules import Hours

_DAYS: Final = ("mo", "tu", "we", "th", "fr", "sa", "su")
_FORM: Final = re.compile(
    r"(?P<days>[A-Za-z]{2}(?:-[A-Za-z]{2})?(?:,[A-Za-z]{2}(?:-[A-Za-z]{2})?)*) "
    r"(?P<opens>[0-2][0-9]:[0-5][0-9])-(?P<closes>[0-2][0-9]:[0-5][0-9])"
)
_ALWAYS: Final = frozenset({"", "always", "24/7"})


def hours_of(text: str, zone: str) -> Hours:
    """The hours that ``text`` says, in ``zone`` (an IANA name). Empty, ``always`` and ``24/7`` mean: day and night.

    Days are Mo Tu We Th Fr Sa Su, single, in ranges, with commas. Raises :class:`SettingError` when it cannot be read.
    """
    said = " ".join(text.split())
    if said.lower() in _ALWAYS:
        return Hours(zone=zone, always=True)
    match = _FORM.fullmatch(said)
    if match is None:
        raise SettingError(
            f"{said[:60]!r} are no hours",
            where="hours",
            hint="Write them like Mo-Fr 09:00-17:00 or Mo,We 08:00-12:00.",
        )
    days = frozenset(day for part in match["days"].split(",") for day in _span(part))
    return Hours(zone=zone, days=days, opens=_time(match["opens"]), closes=_time(match["closes"]))


def _span(part: str) -> range:
    first, _, last = part.lower().partition("-")
    start, end = _day(first), _day(last or first)
    if end < start:
        raise SettingError(f"{part} runs backwards", where="hours", hint="Write Sa,Su,Mo instead of Sa-Mo.")
    return range(start, end + 1)


def _day(name: str) -> int:
    if name not in _DAYS:
        raise SettingError(f"{name!r} is no day", where="hours", hint="Days are Mo Tu We Th Fr Sa Su.")
    return _DAYS.index(name) + 1


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise SettingError(f"{text} is no time of day", where="hours") from None
