"""A share with its denominator, its band and its confidence interval (measurement.md M1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

#: Two-sided 95 % of the normal distribution.
Z95: Final = 1.959963984540054
#: Below this many items a provider's rate is not shown.
FEWEST: Final = 10


def wilson(successes: int, trials: int, z: float = Z95) -> tuple[float, float] | None:
    """Wilson score interval of a share (Wilson 1927), two numbers in [0, 1]; None without trials.

    Raises :class:`ValueError` when 0 ≤ ``successes`` ≤ ``trials`` does not hold.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no share")
    if not trials:
        return None
    share = successes / trials
    squared = z * z / trials
    centre = (share + squared / 2) / (1 + squared)
    half = z / (1 + squared) * math.sqrt(share * (1 - share) / trials + squared / (4 * trials))
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return low, high


@dataclass(frozen=True, slots=True)
class Rate:
    """``numerator`` of ``denominator``, and the band from what could not be told, both shares in [0, 1].

    ``low`` is the share without the doubtful cases, ``high`` with them.
    """

    numerator: int
    denominator: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """M1 for one group of items. ``rate`` is None when there are no items or too few to show."""

    items: int
    gone: int
    inconclusive: int
    restricted: int
    already_gone: int
    rate: Rate | None
    wilson: tuple[float, float] | None
    suppressed: bool

    @property
    def note(self) -> str:
        """Why there is no rate, in plain words; empty when there is one."""
        if not self.items:
            return "no items"
        return f"n = {self.items}: too few for a rate" if self.suppressed else ""


def removal(
    *,
    items: int,
    gone: int,
    inconclusive: int,
    restricted: int,
    already_gone: int,
    fewest: int = 0,
) -> Removal:
    """M1: gone of the ``items`` referred long enough ago, band [G/N, (G+U)/N], Wilson 95 %.

    ``already_gone`` were gone before the referral and are not among ``items``. ``fewest`` is the least N with
    a rate (:data:`FEWEST` by provider). No items gives no rate: neither 0 % nor 100 %. Raises
    :class:`ValueError` when the counts contradict each other.
    """
    counts = (gone, inconclusive, restricted)
    if min(*counts, items, already_gone) < 0 or sum(counts) > items:
        raise ValueError(f"gone {gone}, inconclusive {inconclusive}, restricted {restricted} of {items}")
    suppressed = 0 < items < fewest
    shown = items > 0 and not suppressed
    return Removal(
        items=items,
        gone=gone,
        inconclusive=inconclusive,
        restricted=restricted,
        already_gone=already_gone,
        rate=Rate(gone, items, gone / items, (gone + inconclusive) / items) if shown else None,
        wilson=wilson(gone, items) if shown else None,
        suppressed=suppressed,
    )
