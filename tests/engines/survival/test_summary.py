from __future__ import annotations

import numpy as np
import pytest

from openiru.core.errors import InputError
from openiru.engines.survival import time_to_removal

INF = float("inf")


def test_the_summary_of_a_day() -> None:
    times = time_to_removal([0, 1, 6, 24], [1, 6, 24, INF], clock="referral sent")
    assert (times.n, times.converged, times.clock) == (4, True, "referral sent")
    assert times.median == (1.0, 6.0)
    assert times.within_hour == pytest.approx((0.25, 0.25))
    assert times.curve[0] == pytest.approx((0.0, 1.0, 1.0))
    assert times.weibull_median is not None
    assert times.restricted_mean[0] <= times.restricted_mean[1] <= times.horizon


def test_nothing_referred_and_nothing_gone() -> None:
    none = time_to_removal([], [], clock="referral sent")
    assert (none.n, none.median, none.within_hour, none.curve) == (0, None, None, ())
    silent = time_to_removal([24, 24], [INF, INF], clock="referral sent")
    assert silent.median == (24.0, INF)
    assert silent.weibull_median is None


def test_a_skewed_clock_is_named() -> None:
    with pytest.raises(InputError, match="no interval"):
        time_to_removal(np.array([0.0, 5.0]), np.array([1.0, 4.0]), clock="referral sent")


def test_a_row_that_stands_for_many_is_that_many_rows() -> None:
    low, high, many = [0.0, 1.0, 6.0, 24.0], [1.0, 6.0, 24.0, INF], [5, 1, 3, 7]
    counted = time_to_removal(low, high, counts=many, clock="referral sent")
    repeated = time_to_removal(np.repeat(low, many), np.repeat(high, many), clock="referral sent")
    assert counted.n == repeated.n == 16
    assert counted.median == repeated.median
    assert counted.weibull_median == pytest.approx(repeated.weibull_median)
    assert np.array(counted.curve) == pytest.approx(np.array(repeated.curve))
    for wrong in ([1, 2], [0, 1, 1, 1], [1.5, 1, 1, 1]):
        with pytest.raises(InputError, match="whole number"):
            time_to_removal(low, high, counts=wrong, clock="referral sent")
