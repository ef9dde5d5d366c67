"""In which order waiting items are offered: one formula, whose parts are shown on every row.

    score = 1000 if somebody raised a threat to life
          + hours since the first contribution
          + 24 if more than one contribution stands behind it

The deadline of the operation's assessment phase is the same for all of its items and so no part of the order; it is shown beside
it. Nothing that other assessors said or did is a part either: the order tells nobody whether somebody has spoken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

#: Points for a threat to life that somebody raised, and for an item that more than one contribution brought.
ALARM: Final = 1_000.0
COPIES: Final = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What the order asks of an item. ``since``: when it was first contributed; ``copies``: contributions behind it."""

    since: datetime
    copies: int
    alarm: bool


@dataclass(frozen=True, slots=True)
class Score:
    """Points, and the parts they are made of."""

    alarm: float
    age: float
    copies: float

    @property
    def total(self) -> float:
        """The sum of the parts: more comes first."""
        return self.alarm + self.age + self.copies


def score(item: Waiting, *, at: datetime) -> Score:
    """The points of an item at the business time ``at``; a time to come counts as no age."""
    hours = max(0.0, (at - item.since).total_seconds() / 3_600)
    return Score(ALARM if item.alarm else 0.0, hours, COPIES if item.copies > 1 else 0.0)


def hours_left(deadline: datetime | None, *, at: datetime) -> float | None:
    """Hours until the deadline, below 0 when it has passed; None without one."""
    return None if deadline is None else (deadline - at).total_seconds() / 3_600


def in_order(scored: Iterable[tuple[str, Score]]) -> list[str]:
    """Names (ids made in the order of arrival) by points, the older first where they have the same."""
    return [name for name, _ in sorted(scored, key=lambda one: (-one[1].total, one[0]))]
