"""The order of the queue is the stated formula, and nothing else."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openiru.core.assessment.order import ALARM, COPIES, Waiting, hours_left, in_order, score

AT = datetime(2020, 10, 6, 7, tzinfo=UTC)


def waiting(hours: float = 0, copies: int = 1, *, alarm: bool = False) -> Waiting:
    return Waiting(since=AT - timedelta(hours=hours), copies=copies, alarm=alarm)


def test_the_parts_are_those_of_the_formula() -> None:
    parts = score(waiting(3.5, 4, alarm=True), at=AT)
    assert (parts.alarm, parts.age, parts.copies) == (ALARM, 3.5, COPIES)
    assert parts.total == ALARM + 3.5 + COPIES


def test_one_contribution_is_no_spread_and_ten_are_no_more_than_two() -> None:
    assert score(waiting(copies=1), at=AT).copies == 0
    assert score(waiting(copies=2), at=AT) == score(waiting(copies=10), at=AT)


def test_what_came_later_than_now_has_no_age() -> None:
    assert score(waiting(-5), at=AT).total == 0


def test_a_threat_to_life_comes_before_a_month_of_waiting() -> None:
    alarm, old = score(waiting(alarm=True), at=AT), score(waiting(24 * 30, 9), at=AT)
    assert in_order([("old", old), ("alarm", alarm)]) == ["alarm", "old"]


@given(st.lists(st.tuples(st.floats(0, 1_000), st.integers(1, 5), st.booleans()), max_size=20))
def test_time_that_passes_changes_no_order(items: list[tuple[float, int, bool]]) -> None:
    known = {f"{n:02}": waiting(h, c, alarm=u) for n, (h, c, u) in enumerate(items)}
    then = AT + timedelta(hours=7)
    before = in_order((name, score(one, at=AT)) for name, one in known.items())
    totals = [score(known[name], at=then).total for name in before]
    assert all(a >= b - 1e-6 for a, b in itertools.pairwise(totals))


def test_the_deadline_is_told_in_hours() -> None:
    assert hours_left(None, at=AT) is None
    assert hours_left(AT + timedelta(hours=2), at=AT) == 2
    assert hours_left(AT - timedelta(hours=2), at=AT) == -2
