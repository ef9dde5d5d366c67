"""M2 in one call: from intervals to everything a report shows of the time to removal."""

from __future__ import annotations

from typing import Final

from numpy.typing import ArrayLike

from openiru.core.impact.report import TimeToRemoval
from openiru.engines.survival.intervals import coarsen
from openiru.engines.survival.turnbull import turnbull
from openiru.engines.survival.weibull import weibull

#: Seven days, in hours.
HORIZON: Final = 168.0
#: Quarters of an hour: every quoted threshold (1, 4, 24 h) lies on this grid.
STEP: Final = 0.25


def time_to_removal(
    left: ArrayLike,
    right: ArrayLike,
    *,
    clock: str,
    counts: ArrayLike | None = None,
    horizon: float = HORIZON,
    step: float = STEP,
) -> TimeToRemoval:
    """M2 over n rows (L, R] in hours, R = inf for items still there; ``clock`` names when the clock starts.

    ``counts``: how many items each row stands for, one by default; the same as that many equal rows.
    Bounds are widened outwards to multiples of ``step``. Raises :class:`InputError` naming the row that is no
    interval.
    """
    low, high = coarsen(left, right, step)
    fit, shape = turnbull(low, high, counts=counts), weibull(low, high, counts=counts)
    return TimeToRemoval(
        clock=clock,
        n=fit.n,
        median=fit.median(),
        within_hour=fit.share_within(1.0),
        horizon=horizon,
        restricted_mean=fit.restricted_mean(horizon),
        weibull_median=shape.median if shape is not None else None,
        curve=tuple(row for row in fit.table() if row[0] <= horizon) if fit.n else (),
        converged=fit.converged,
    )
