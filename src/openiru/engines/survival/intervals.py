"""Checks on interval-censored times before anything is computed from them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from openiru.core.errors import InputError

Floats: TypeAlias = NDArray[np.float64]


def intervals(left: ArrayLike, right: ArrayLike, *, exact: bool = False) -> tuple[Floats, Floats]:
    """``left`` and ``right`` as float arrays of shape (n,), each interval (L, R] with R = inf for "not yet".

    Raises :class:`InputError` naming the first row that is no interval: R ≤ L (clock skew), a negative or
    missing bound. With ``exact``, L = R is a time that is known.
    """
    low, high = np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if low.ndim != 1 or low.shape != high.shape:
        raise InputError("left and right bounds are two columns of one length")
    good = (low >= 0) & np.isfinite(low) & ((high >= low) if exact else (high > low))
    if not good.all():
        row = int(np.argmin(good))
        raise InputError(
            f"({low[row]}, {high[row]}] is no interval", where=f"row {row + 1}", hint="L is before R."
        )
    return low, high


def multiplicities(counts: ArrayLike | None, low: Floats) -> Floats:
    """How many items each row stands for, shape (n,), whole numbers above 0; ones without ``counts``."""
    if counts is None:
        return np.ones(low.size)
    many = np.asarray(counts, dtype=np.float64)
    if many.shape != low.shape or (many.size and (many.min() < 1 or (many % 1).any())):
        raise InputError("counts are one whole number above 0 for each row")
    return many


def coarsen(left: ArrayLike, right: ArrayLike, step: float) -> tuple[Floats, Floats]:
    """Widen every (L, R] outwards to whole multiples of ``step``: never more is claimed than was seen.

    26,000 rows looked at at times of their own have 10,000 cells and take ten seconds; on quarters of an hour
    they have some hundred and take a twentieth of one.
    """
    if step <= 0:
        raise InputError("the step of a grid is above 0")
    low, high = intervals(left, right)
    widened_low: Floats = np.floor(low / step) * step
    widened_high: Floats = np.ceil(high / step) * step
    return widened_low, widened_high
