"""How far assessors agree: Krippendorff's alpha for names without order.

Source: Krippendorff, Computing Krippendorff's alpha-reliability (2011), nominal, values may be missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Agreement:
    """``alpha`` is None when only one category occurs ("no variation"): 0/0 is not perfect agreement.

    ``raw`` is the share of agreeing pairs; ``marginals`` counts each category over the items compared;
    ``items`` is the number of items with at least two ratings.
    """

    alpha: float | None
    raw: float | None
    items: int
    marginals: tuple[tuple[str, int], ...]


def krippendorff(units: Iterable[Sequence[Hashable]]) -> Agreement:
    """Nominal alpha over ``units``: the ratings of each item, in any order, missing ones left out."""
    pairable = [Counter(ratings) for ratings in units if len(ratings) > 1]
    totals: Counter[Hashable] = Counter()
    disagreeing = agreeing = 0.0
    for counts in pairable:
        size = counts.total()
        same = sum(n * (n - 1) for n in counts.values())
        agreeing += same / (size - 1)
        disagreeing += (size * (size - 1) - same) / (size - 1)
        totals.update(counts)
    n = totals.total()
    marginals = tuple(sorted((str(name), count) for name, count in totals.items()))
    if not n:
        return Agreement(None, None, 0, ())
    expected = n * n - sum(count * count for count in totals.values())
    alpha = 1 - (n - 1) * disagreeing / expected if expected else None
    return Agreement(alpha, agreeing / n, len(pairable), marginals)
