"""What somebody has been exposed to today, for their own eyes, and when a break is suggested.

A run is what was opened without a pause of a quarter of an hour. A break is suggested, never forced, after 45 minutes of a run or 25
severe items in it (design: content work is paused after 45 minutes or 25 severe items, whichever comes first). Severe is what the
person judged to be terrorist content, or raised an alarm for: before anybody has looked, nobody knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

PAUSE: Final = timedelta(minutes=15)
LONG: Final = timedelta(minutes=45)
MANY_SEVERE: Final = 25


@dataclass(frozen=True, slots=True)
class Opened:
    """One item that was opened. Times are the clock's on the wall; ``left`` None: still open, or the page was closed."""

    at: datetime
    left: datetime | None
    severe: bool


@dataclass(frozen=True, slots=True)
class Exposure:
    """Own figures. ``run``: how long it has gone on without a pause; ``rest``: why a break is suggested, or ""."""

    opened: int
    severe: int
    run: timedelta
    run_severe: int
    rest: str


def exposure(today: Iterable[Opened], *, at: datetime) -> Exposure:
    """The figures of what was opened today, at the time ``at``. ``rest`` is "long", "severe" or ""."""
    rows = sorted(today, key=lambda one: one.at)
    run = _run(rows, at)
    length = at - run[0].at if run else timedelta(0)
    severe = sum(one.severe for one in run)
    rest = "severe" if severe >= MANY_SEVERE else "long" if length >= LONG else ""
    return Exposure(len(rows), sum(one.severe for one in rows), length, severe, rest)


def _run(rows: list[Opened], at: datetime) -> list[Opened]:
    """The last rows that no pause parts, up to now; none when the pause is now."""
    run: list[Opened] = []
    until = at
    for one in reversed(rows):
        end = max(one.left or one.at, one.at)
        if until - end >= PAUSE:
            break
        run.append(one)
        until = one.at
    run.reverse()
    return run
