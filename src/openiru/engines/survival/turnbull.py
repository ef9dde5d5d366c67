"""Turnbull's non-parametric estimate (NPMLE) of a time that is only known to lie in (L, R].

Source: Turnbull 1976, J. R. Stat. Soc. B 38; self-consistency by EM, sped up by SQUAREM (Varadhan and Roland
2008). Intervals are half-open: a look at L that still found the item says "later than L". Agrees with R
survival::survfit(type = "interval2") to five digits; closed intervals do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiru.engines.survival.intervals import Floats, intervals, multiplicities

MOST_ROUNDS: Final = 5_000
#: Stop when no cell's likelihood could still gain more than this share (Karush-Kuhn-Tucker gap per row).
TOLERANCE: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Fit:
    """The mass ``p`` of each cell (``left``, ``right``], in order; where inside a cell it lies is unknown.

    Times are in the unit of the input. ``closed`` marks cells that are a single known time. ``grid`` are the
    distinct times of looks (finite bounds above 0).
    """

    left: Floats
    right: Floats
    closed: NDArray[np.bool_]
    p: Floats
    grid: Floats
    n: int
    rounds: int
    converged: bool

    def survival(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """(lowest, highest) S(t) at each of ``times``: mass as early, or as late, as the cells allow."""
        at = np.asarray(times, dtype=np.float64)[..., None]
        early = (self.left < at) | (self.closed & (self.left <= at))
        late = self.right <= at
        return 1.0 - (early * self.p).sum(-1), 1.0 - (late * self.p).sum(-1)

    def median(self) -> tuple[float, float] | None:
        """The interval (L, R] that holds the median; R = inf when fewer than half are known gone.

        None when there are no rows.
        """
        if not self.n:
            return None
        cell = int(np.searchsorted(np.cumsum(self.p), 0.5 - 1e-9))
        return float(self.left[cell]), float(self.right[cell])

    def share_within(self, time: float) -> tuple[float, float] | None:
        """F(``time``) as a band: F at the last look up to ``time`` and at the first look from it on.

        None ("not measured") when no look lies in (0, ``time``].
        """
        if not (self.grid <= time).any():
            return None
        later = self.grid[self.grid >= time]
        low = 1.0 - float(self.survival(time)[1])
        high = 1.0 - float(self.survival(later[0])[1] if later.size else self.survival(time)[0])
        return max(0.0, low), min(1.0, high)

    def restricted_mean(self, horizon: float) -> tuple[float, float]:
        """RMST: the integral of S from 0 to ``horizon``, (lower, upper) envelope, in the unit of time."""
        early = np.minimum(self.left, horizon)
        late = np.minimum(self.right, horizon)
        return float((early * self.p).sum()), float((late * self.p).sum())

    def table(self) -> list[tuple[float, float, float]]:
        """(time, lowest S, highest S) at 0 and at every look, for a drawing or a table."""
        times = np.concatenate(([0.0], self.grid))
        low, high = self.survival(times)
        return [
            (float(t), float(lo), float(hi))
            for t, lo, hi in zip(times, low.clip(0), high.clip(0), strict=True)
        ]


def turnbull(
    left: ArrayLike, right: ArrayLike, *, counts: ArrayLike | None = None, exact: bool = False
) -> Fit:
    """Fit n rows (L, R]; R = inf for items still there. L = R counts as a known time only with ``exact``.

    ``counts``: how many items each row stands for, one by default.

    Raises :class:`InputError` naming the row that is no interval.
    """
    low, high = intervals(left, right, exact=exact)
    many = multiplicities(counts, low)
    bounds = np.unique(np.concatenate((low, high)))
    grid = bounds[np.isfinite(bounds) & (bounds > 0)]
    if not low.size:
        empty = np.zeros(0)
        return Fit(empty, empty, np.zeros(0, dtype=np.bool_), empty, grid, 0, 0, converged=True)
    # Order at one time: a known time begins (0), an interval ends (1), an open interval begins (2).
    begins = np.searchsorted(bounds, low) * 3 + np.where(low == high, 0, 2)
    ends = np.searchsorted(bounds, high) * 3 + 1
    cell_begins, cell_ends = _cells(begins, ends)
    first = np.searchsorted(cell_begins, begins)
    last = np.searchsorted(cell_ends, ends, side="right")
    spans, which = np.unique(np.stack((first, last)), axis=1, return_inverse=True)
    weights: Floats = np.bincount(which.ravel(), many).astype(np.float64)
    p, rounds, converged = _maximise(_Em(spans[0], spans[1], weights, cell_begins.size))
    return Fit(
        left=bounds[cell_begins // 3],
        right=bounds[cell_ends // 3],
        closed=cell_begins % 3 == 0,
        p=p,
        grid=grid,
        n=int(many.sum()),
        rounds=rounds,
        converged=converged,
    )


def _cells(begins: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The innermost intervals: a beginning that is followed at once by an end. Only they can hold mass."""
    marks = np.unique(np.concatenate((begins, ends)))
    is_end = marks % 3 == 1
    at = np.flatnonzero(~is_end[:-1] & is_end[1:])
    return marks[at], marks[at + 1]


@dataclass(frozen=True, slots=True)
class _Em:
    """The self-consistency step. Rows with one span of cells [first, last) are counted together."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    weights: Floats
    cells: int

    def likelihoods(self, p: Floats) -> Floats:
        total = np.concatenate(([0.0], np.cumsum(p)))
        covered: Floats = np.maximum(total[self.last] - total[self.first], 1e-300)
        return covered

    def log_likelihood(self, p: Floats) -> float:
        return float((self.weights * np.log(self.likelihoods(p))).sum())

    def gradient(self, p: Floats) -> Floats:
        """Per cell: the mean over rows of 1/likelihood where the row covers the cell; 1 at the maximum."""
        share = self.weights / self.likelihoods(p)
        steps = np.bincount(self.first, share, self.cells + 1) - np.bincount(self.last, share, self.cells + 1)
        gradient: Floats = np.cumsum(steps)[:-1] / self.weights.sum()
        return gradient

    def step(self, p: Floats) -> Floats:
        new = p * np.maximum(self.gradient(p), 0.0)
        normal: Floats = new / new.sum()
        return normal


def _maximise(em: _Em) -> tuple[Floats, int, bool]:
    p = np.full(em.cells, 1.0 / em.cells)
    for done in range(1, MOST_ROUNDS + 1):
        if em.gradient(p).max() - 1.0 < TOLERANCE:
            return p, done, True
        p = _leap(em, p)
    return p, MOST_ROUNDS, False


def _leap(em: _Em, p: Floats) -> Floats:
    """Two EM steps and a SQUAREM leap from them, kept only when the likelihood does not fall."""
    one = em.step(p)
    two = em.step(one)
    r, v = one - p, two - 2 * one + p
    bend = float(np.sqrt((v * v).sum()))
    if bend < 1e-15:  # noqa: PLR2004 - nothing left to extrapolate
        return two
    alpha = -max(1.0, float(np.sqrt((r * r).sum())) / bend)
    leap = p - 2 * alpha * r + alpha * alpha * v
    leap = np.where(leap > 0, leap, two)
    leap = em.step(leap / leap.sum())
    return leap if em.log_likelihood(leap) >= em.log_likelihood(two) else two
