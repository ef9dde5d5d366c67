from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.engines.survival import weibull, wilson

INF = float("inf")


def looked(times: np.ndarray, looks: list[float]) -> tuple[np.ndarray, np.ndarray]:
    edges = np.array([0, *looks, INF])
    cell = np.searchsorted(edges, times)
    return edges[cell - 1], edges[cell]


@pytest.mark.parametrize("shape", [0.6, 1.0, 2.5])
def test_the_fit_finds_the_shape_and_scale_behind_the_looks(shape: float) -> None:
    times = 30 * np.random.default_rng(1).weibull(shape, 4000)
    fit = weibull(*looked(times, [1, 6, 12, 24, 48, 72, 168]))
    assert fit is not None
    assert fit.shape == pytest.approx(shape, rel=0.06)
    assert fit.scale == pytest.approx(30, rel=0.06)


def test_the_median_of_the_design_page_on_a_coarse_grid() -> None:
    times = np.random.default_rng(2).exponential(28.8, 20_000)
    fit = weibull(*looked(times, [1, 6, 24, 72, 168]))
    assert fit is not None
    assert fit.median == pytest.approx(28.8 * np.log(2), rel=0.03)
    assert float(fit.survival(fit.median)) == pytest.approx(0.5)


def test_the_fit_is_a_maximum() -> None:
    times = np.random.default_rng(3).exponential(10, 300)
    left, right = looked(times, [1, 4, 24, 72])
    fit = weibull(left, right)
    assert fit is not None

    def likelihood(shape: float, scale: float) -> float:
        def s(t: np.ndarray) -> np.ndarray:
            return np.exp(-((t / scale) ** shape))

        return float(np.log(s(left) - s(right)).sum())

    assert likelihood(fit.shape, fit.scale) == pytest.approx(fit.log_likelihood)
    for by in (0.95, 1.05):
        assert likelihood(fit.shape * by, fit.scale) < fit.log_likelihood
        assert likelihood(fit.shape, fit.scale * by) < fit.log_likelihood


@pytest.mark.parametrize(
    ("left", "right"), [([], []), ([24, 24], [INF, INF]), ([0, 0], [1, 1]), ([0, 0, 1], [1, 1, INF])]
)
def test_rows_that_do_not_tell_give_no_fit(left: list[float], right: list[float]) -> None:
    assert weibull(left, right) is None


def test_a_row_that_runs_to_a_point_gives_no_fit_or_a_finite_one() -> None:
    fit = weibull([5] * 20, [6] * 20)
    assert fit is None or np.isfinite(fit.shape)


def test_wilson_against_published_values() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, 0.27753), abs=1e-5)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, example
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="no share"):
        wilson(3, 2)


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_and_stays_between_nothing_and_all(successes: int, more: int) -> None:
    bounds = wilson(successes, successes + more)
    assert bounds is not None
    low, high = bounds
    assert 0 <= low <= successes / (successes + more) <= high <= 1
