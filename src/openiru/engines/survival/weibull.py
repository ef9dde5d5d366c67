"""Weibull fit by maximum likelihood for times in (L, R]: S(t) = exp(−(t/scale)^shape).

A point beside Turnbull's band (measurement.md M2). Damped Newton on (log shape, log scale): analytic gradient,
Hessian by central differences of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from openiru.engines.survival.intervals import Floats, intervals, multiplicities

MOST_ROUNDS: Final = 200
_STEP: Final = 1e-5
#: |log shape| past this is a fit that runs away: the data do not tell the shape.
_FAR: Final = 6.0


@dataclass(frozen=True, slots=True)
class Weibull:
    """A fit: ``shape`` (no unit), ``scale`` (unit of the input), the log-likelihood and the rows."""

    shape: float
    scale: float
    log_likelihood: float
    n: int

    @property
    def median(self) -> float:
        """The time at which half are gone, in the unit of the input."""
        return self.scale * math.exp(math.log(math.log(2)) / self.shape)

    def survival(self, times: ArrayLike) -> Floats:
        """S(t) at ``times``."""
        result: Floats = np.exp(-((np.asarray(times, dtype=np.float64) / self.scale) ** self.shape))
        return result


def weibull(left: ArrayLike, right: ArrayLike, *, counts: ArrayLike | None = None) -> Weibull | None:
    """Fit n rows (L, R], R = inf for items still there; ``counts``: how many items each row stands for.

    None when the rows do not tell: nothing gone yet, everything gone at the first look, or no maximum inside.
    Raises :class:`InputError` naming the row that is no interval.
    """
    low, high = intervals(left, right)
    many = multiplicities(counts, low)
    gone = np.isfinite(high)
    if not gone.any():
        return None
    known = np.unique(np.concatenate((low, high[gone])))
    if known[known > 0].size < 2:  # noqa: PLR2004 - one look alone cannot tell a shape
        return None
    data = _Data(low, high, gone, many)
    exposure = (many * np.where(gone, (low + np.where(gone, high, 0.0)) / 2, low)).sum()
    theta = np.array([0.0, math.log(max(exposure, 1e-12) / many[gone].sum())])
    found = _newton(data, theta)
    if found is None:
        return None
    return Weibull(math.exp(found[0]), math.exp(found[1]), data.log_likelihood(found), int(many.sum()))


class _Data:
    """Log-likelihood and its gradient in (a, b) = (log shape, log scale)."""

    def __init__(
        self, low: Floats, high: Floats, gone: np.ndarray[tuple[int], np.dtype[np.bool_]], many: Floats
    ) -> None:
        self.gone = gone
        self.many, self.many_gone = many, many[gone]
        with np.errstate(divide="ignore"):
            self.log_low = np.log(low)
            self.log_high = np.log(high[gone])

    def _hazards(self, theta: Floats, log_time: Floats) -> tuple[Floats, Floats]:
        """H = (t/scale)^shape and dH/da; dH/db is −shape · H."""
        exponent = np.clip(math.exp(theta[0]) * (log_time - theta[1]), None, 690.0)
        h = np.exp(exponent)
        return h, np.where(h > 0, h * np.where(np.isfinite(exponent), exponent, 0.0), 0.0)

    def log_likelihood(self, theta: Floats) -> float:
        h_low, _ = self._hazards(theta, self.log_low)
        h_high, _ = self._hazards(theta, self.log_high)
        width = np.maximum(h_high - h_low[self.gone], 1e-300)
        return float(-(self.many * h_low).sum() + (self.many_gone * np.log(-np.expm1(-width))).sum())

    def gradient(self, theta: Floats) -> Floats:
        shape = math.exp(theta[0])
        h_low, a_low = self._hazards(theta, self.log_low)
        h_high, a_high = self._hazards(theta, self.log_high)
        width = np.maximum(h_high - h_low[self.gone], 1e-300)
        pull = self.many_gone / np.expm1(np.minimum(width, 690.0))
        by_a = -(self.many * a_low).sum() + (pull * (a_high - a_low[self.gone])).sum()
        by_b = shape * (self.many * h_low).sum() - shape * (pull * (h_high - h_low[self.gone])).sum()
        return np.array([by_a, by_b])

    def hessian(self, theta: Floats) -> Floats:
        steps = np.eye(2) * _STEP
        rows = [(self.gradient(theta + s) - self.gradient(theta - s)) / (2 * _STEP) for s in steps]
        hessian = np.array(rows, dtype=np.float64)
        return (hessian + hessian.T) / 2


def _newton(data: _Data, theta: Floats) -> Floats | None:
    value = data.log_likelihood(theta)
    for _ in range(MOST_ROUNDS):
        gradient = data.gradient(theta)
        if np.abs(gradient).max() < 1e-6 * max(1.0, abs(value)):
            return theta
        direction = _direction(data.hessian(theta), gradient)
        for halving in range(40):
            trial = theta + direction * 0.5**halving
            if abs(trial[0]) < _FAR and (reached := data.log_likelihood(trial)) > value:
                theta, value = trial, reached
                break
        else:
            return theta if np.abs(gradient).max() < 1e-3 * max(1.0, abs(value)) else None
    return None


def _direction(hessian: Floats, gradient: Floats) -> Floats:
    """An uphill direction: Newton's where the hill is concave, bent towards the gradient where it is not."""
    top = float(np.linalg.eigvalsh(hessian)[-1])
    bend = 2 * top + 1.0 if top > 0 else 1e-9 * (1 + abs(top))
    step = np.asarray(np.linalg.solve(hessian - np.eye(2) * bend, -gradient), dtype=np.float64)
    longest = float(np.abs(step).max())
    return step if longest <= 2.0 else step * (2.0 / longest)  # noqa: PLR2004 - a factor e² a round is enough
