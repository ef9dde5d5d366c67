"""Dates as people in Europe write them, and as their programs do.

A column is read with one memory: which shape its dates have and in which order day and month stand. Where
nothing in the column decides, the European order holds (day before month), and a note says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from openiru.adapters.formats._fold import fold
from openiru.core.errors import UsageError
from openiru.engines.text import visible

_NUMERIC = re.compile(
    r"(\d{1,2})\s*([./-])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})\s*\.?"  # day, month, year, in some order
    r"(?:[\sT,]+(?:(?:u|ob|at|um|à|në|в|у|во)\s+)?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?)?"
    r"\s*([ap])?\.?(?:m\.?)?\s*(?:h|č|uhr)?\.?",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{1,2})\.?(?:[\sT,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?)?"
)
_WORDS = re.compile(
    r"(?:\w+,\s*)?(\d{1,2})(?:st|nd|rd|th|er)?\.?\s+(?:de\s+)?([^\W\d_]{3,})\.?,?\s+(\d{4})\.?"
    r"(?:[\sT,]+(?:\w{1,2}\s+)?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2}))?)?\s*(?:h|uhr)?",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"([^\W\d_]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})"
    r"(?:[\s,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*([ap])?\.?(?:m\.?)?",
    re.IGNORECASE,
)
_ZONE_WORD = re.compile(r"(.*\d.*?)\s*\(?\b(UTC|GMT|CET|CEST|Z)\b\)?(?:\s*([+-]\d{1,2})(?::?(\d{2}))?)?$")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")

_SERIAL_START = datetime(1899, 12, 30)  # noqa: DTZ001 - day 0 of spreadsheets has no zone
_SERIALS = (20_000.0, 80_000.0)  # 1954 to 2119: outside, a number is no date
_MILLISECONDS = 13
_MONTHS = 12
_PIVOT = 69  # two-digit years as POSIX strptime reads them
_MEMORY = 1 << 16
_OFFSETS = {"UTC": 0, "GMT": 0, "Z": 0, "CET": 1, "CEST": 2}


def zone_of(name: str) -> tzinfo:
    """The zone called ``name`` (IANA). Raises UsageError when there is none."""
    try:
        return ZoneInfo(name) if name not in {"", "UTC"} else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError(
            f"There is no time zone “{visible(name)}”.",
            where="--map zone",
            hint="For example Europe/Ljubljana.",
        ) from error


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    text = resources.files("openiru.adapters.formats").joinpath("months.json").read_text(encoding="utf-8")
    table: dict[str, int] = json.loads(text)
    return table


class DateColumn:
    """Reads the dates of one column. ``month_first`` None means: not decided by the column."""

    def __init__(self, zone: tzinfo = UTC, *, month_first: bool | None = None) -> None:
        self._zone = zone
        self.month_first = month_first
        self.guessed = False  # an ambiguous date was read in the European order
        self.unzoned = False  # a time without a zone was read in the given one
        #: What was read before; the inner loop of a table looks here first.
        self.memory: dict[str, tuple[datetime, str] | None] = {}

    def decide(self, sample: Iterable[str]) -> None:
        """Find the order of day and month from values where one of the two numbers exceeds 12."""
        if self.month_first is not None:
            return
        for text in sample:
            match = _NUMERIC.match(text.strip())
            if match is None or match[2] == ".":
                continue  # dots are European without exception
            if int(match[1]) > _MONTHS:
                self.month_first = False
                return
            if int(match[3]) > _MONTHS:
                self.month_first = True
                return

    def read(self, text: str) -> tuple[datetime, str] | None:
        """The instant that ``text`` names and the zone written beside it (or ``""``); None if no date."""
        try:
            return self.memory[text]
        except KeyError:
            pass
        if len(self.memory) >= _MEMORY:
            self.memory.clear()
        found = self.memory[text] = self._read(text)
        return found

    def _read(self, text: str) -> tuple[datetime, str] | None:
        if len(text) > 80:  # noqa: PLR2004 - no date is that long
            return None
        try:
            moment = datetime.fromisoformat(text) if not text.isdigit() else None
        except ValueError:
            moment = None
        if moment is not None:
            return self._place(moment, _written_zone(text, moment))
        try:
            return self._number(text) or self._other(text)
        except (ValueError, OverflowError):
            return None  # 31 February, hour 25: it has the shape of a date and is none

    def _number(self, text: str) -> tuple[datetime, str] | None:
        if _SERIAL.fullmatch(text) and _SERIALS[0] <= float(text) <= _SERIALS[1]:
            # Whole seconds: the fraction of a day is a binary number and would give 59.999999.
            seconds = round(float(text) * 86_400)
            return self._place(_SERIAL_START + timedelta(seconds=seconds), "")
        if _EPOCH.fullmatch(text):
            seconds_since = float(text) / (1000 if len(text) == _MILLISECONDS else 1)
            return datetime.fromtimestamp(seconds_since, UTC), "UTC"
        return None

    def _other(self, text: str) -> tuple[datetime, str] | None:
        zone: tzinfo | None = None
        written = ""
        match = _ZONE_WORD.match(text)
        if match and match[2]:
            hours = int(match[3] or 0) + _OFFSETS[match[2].upper()]
            minutes = int(match[4] or 0) * (-1 if (match[3] or "").startswith("-") else 1)
            zone = timezone(timedelta(hours=hours, minutes=minutes)) if hours or minutes else UTC
            written, text = text[match.end(1) :].strip(" ()"), match[1].strip()
            if "-" in text and zone is not None:
                moment = _iso(text)
                if moment is not None:
                    return moment.replace(tzinfo=zone), written
        moment = self._shape(text)
        if moment is None:
            return None
        return (moment.replace(tzinfo=zone), written) if zone else self._place(moment, "")

    def _shape(self, text: str) -> datetime | None:
        match = _NUMERIC.fullmatch(text)
        if match:
            return self._numeric(match)
        match = _YEAR_FIRST.fullmatch(text)
        if match:
            year, month, day, *clock = match.groups()
            return _build(int(year), int(month), int(day), clock)
        match = _WORDS.fullmatch(text)
        if match and (month_number := _months().get(fold(match[2]))):
            return _build(int(match[3]), month_number, int(match[1]), match.groups()[3:])
        match = _MONTH_FIRST.fullmatch(text)
        if match and (month_number := _months().get(fold(match[1]))):
            return _build(int(match[3]), month_number, int(match[2]), match.groups()[3:])
        return None

    def _numeric(self, match: re.Match[str]) -> datetime:
        first, second, year = int(match[1]), int(match[3]), _year(match[4])
        month_first = bool(self.month_first) and match[2] != "."
        if self.month_first is None and match[2] != ".":
            if second > _MONTHS >= first:
                month_first = True  # only one reading is a date
            elif first <= _MONTHS and second <= _MONTHS and first != second:
                self.guessed = True
        day, month = (second, first) if month_first else (first, second)
        return _build(year, month, day, match.groups()[4:])

    def _place(self, moment: datetime, written: str) -> tuple[datetime, str]:
        if moment.tzinfo is not None:
            return moment, written
        self.unzoned = True
        return moment.replace(tzinfo=self._zone), ""


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _written_zone(text: str, moment: datetime) -> str:
    if moment.tzinfo is None:
        return ""
    if text.endswith(("Z", "z")):
        return "UTC"
    return text[max(text.rfind("+"), text.rfind("-")) :]


def _year(text: str) -> int:
    number = int(text)
    if len(text) == 4:  # noqa: PLR2004 - digits of a full year
        return number
    return number + (1900 if number >= _PIVOT else 2000)


def _build(year: int, month: int, day: int, clock: Iterable[str | None]) -> datetime:
    """A moment without a zone. Raises ValueError when there is no such day or hour."""
    parts: list[str | None] = [*clock, None, None, None, None]
    hour, minute, second, half = parts[:4]
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.lower() == "p" else 0)
    return datetime(year, month, day, hours, int(minute or 0), int(second or 0))  # noqa: DTZ001 - the caller places it
