from __future__ import annotations

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.core.errors import InputError
from openiru.engines.survival import coarsen, turnbull

DIABETES = Path(__file__).parents[3] / "../shared/data/survival/interval_diabetes.csv"
INF = float("inf")
rows_ = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 8) | st.just(INF)).map(lambda r: (r[0], r[0] + r[1])),
    min_size=1,
    max_size=25,
)


def test_published_values_of_the_diabetes_set_to_five_digits() -> None:
    if not DIABETES.exists():
        pytest.skip(f"the fixture {DIABETES.name} is not here")
    with DIABETES.open() as file:
        rows = [(float(row["left"]), float(row["right"])) for row in csv.DictReader(file)]
    left, right = zip(*rows, strict=True)
    fit = turnbull(left, right, exact=True)
    _, survival = fit.survival([5, 10, 15, 20, 25, 30])
    assert fit.converged
    assert survival == pytest.approx([0.98391, 0.88578, 0.54245, 0.22226, 0.08927, 0.03198], abs=6e-6)
    assert fit.median() == (16.0, 16.0)


def test_looks_on_one_grid_give_the_plain_shares() -> None:
    left, right = [0, 0, 1, 6, 24], [1, 1, 6, 24, INF]
    fit = turnbull(left, right)
    low, high = fit.survival([1, 6, 24])
    assert high == pytest.approx([0.6, 0.4, 0.2])
    assert low == pytest.approx([0.6, 0.4, 0.2])
    assert fit.median() == (1.0, 6.0)


def test_the_share_within_an_hour_is_a_band_or_not_measured() -> None:
    assert turnbull([0, 1, 6], [6, 6, INF]).share_within(1) == pytest.approx((0.0, 0.0))
    assert turnbull([0, 0], [6, INF]).share_within(1) is None
    band = turnbull([0, 0.5, 2], [0.5, 2, INF]).share_within(1)
    assert band == pytest.approx((1 / 3, 2 / 3))


def test_nothing_gone_has_a_median_beyond_the_last_look() -> None:
    fit = turnbull([24, 24, 6], [INF, INF, INF])
    median = fit.median()
    assert median is not None
    assert median[1] == INF
    assert fit.restricted_mean(48) == pytest.approx((24.0, 48.0))


def test_everything_gone_at_the_first_look() -> None:
    fit = turnbull([0] * 5, [1] * 5)
    assert fit.median() == (0.0, 1.0)
    assert fit.restricted_mean(24) == pytest.approx((0.0, 1.0))


def test_no_rows_is_no_median() -> None:
    fit = turnbull([], [])
    assert fit.median() is None
    assert fit.n == 0
    assert fit.share_within(1) is None


@pytest.mark.parametrize(
    ("left", "right"), [([0, 5], [1, 5]), ([2], [1]), ([-1], [2]), ([float("nan")], [2]), ([INF], [INF])]
)
def test_a_row_that_is_no_interval_is_named(left: list[float], right: list[float]) -> None:
    with pytest.raises(InputError) as caught:
        turnbull(left, right)
    assert caught.value.where == f"row {len(left)}"


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(InputError):
        turnbull([1], [2, 3])


def log_likelihood(
    rows: list[tuple[float, float]], cells: list[tuple[float, float]], p: list[float]
) -> float:
    total = 0.0
    for low, high in rows:
        mass = sum(m for (a, b), m in zip(cells, p, strict=True) if low <= a and b <= high)
        total += np.log(max(mass, 1e-300))
    return total


@settings(max_examples=60, deadline=None)
@given(rows_, st.randoms(use_true_random=False))
def test_no_other_distribution_on_the_cells_is_more_likely(
    rows: list[tuple[float, float]], random: object
) -> None:
    fit = turnbull(*zip(*rows, strict=True))
    cells = list(zip(fit.left.tolist(), fit.right.tolist(), strict=True))
    best = log_likelihood(rows, cells, fit.p.tolist())
    assert fit.converged
    assert fit.p.sum() == pytest.approx(1)
    rng = np.random.default_rng(random.randint(0, 2**32))  # type: ignore[attr-defined]  # hypothesis gives a Random
    for _ in range(20):
        other = 0.7 * fit.p + 0.3 * rng.dirichlet(np.ones(len(cells)))
        assert log_likelihood(rows, cells, other.tolist()) <= best + 1e-5 * len(rows)


@settings(max_examples=60, deadline=None)
@given(rows_)
def test_survival_falls_from_one_and_the_lower_curve_lies_below(rows: list[tuple[float, float]]) -> None:
    table = turnbull(*zip(*rows, strict=True)).table()
    assert table[0][2] == pytest.approx(1)
    for (_, low, high), (_, later_low, later_high) in itertools.pairwise(table):
        assert low <= high + 1e-9
        assert later_low <= low + 1e-9
        assert later_high <= high + 1e-9


def test_many_rows_at_times_of_their_own_are_fitted_in_seconds() -> None:
    rng = np.random.default_rng(7)
    true = rng.exponential(28.8, 20_000)
    offset = rng.uniform(0, 1, true.size).round(2)
    looks = np.array([0, 1, 6, 24, 72, 168])
    at = looks[None, :] + offset[:, None] * (looks[None, :] > 0)
    seen = (at < true[:, None]).sum(1)
    padded = np.concatenate((at, np.full((true.size, 1), INF)), axis=1)
    left, right = padded[np.arange(true.size), seen - 1], padded[np.arange(true.size), seen]
    fit = turnbull(left, right)
    # In the middle of the hour in which each row was looked at: at its edges the estimate rests on few rows.
    low, high = fit.survival(24.5)
    assert float(low) - 0.02 <= np.exp(-24.5 / 28.8) <= float(high) + 0.02


@given(rows_, st.sampled_from([0.25, 1.0, 3.0]))
def test_coarsening_only_widens(rows: list[tuple[float, float]], step: float) -> None:
    left, right = zip(*rows, strict=True)
    low, high = coarsen(left, right, step)
    assert (low <= np.array(left)).all()
    assert (high >= np.array(right)).all()
    assert (np.isinf(high) == np.isinf(right)).all()


def test_a_step_of_nothing_is_refused() -> None:
    with pytest.raises(InputError):
        coarsen([0], [1], 0)
