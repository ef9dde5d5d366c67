from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openiru.core.verification.confirm import CONFIRM_AFTER, Seen, Standing, verdict
from openiru.core.verification.outcome import Reason
from openiru.core.verification.schedule import GRID, HOUR_MARK, JITTER, MONTH, next_look, planned
from openiru.core.vocabulary import Outcome

T0 = datetime(2026, 11, 24, 9, tzinfo=UTC)
seeds = st.text(max_size=12)


def look(minutes: float, outcome: Outcome = Outcome.LIVE) -> Seen:
    return Seen(T0 + timedelta(minutes=minutes), outcome, Reason.UNTOLD)


@given(seeds)
def test_planned_looks_stay_within_five_percent_in_order_and_on_their_side_of_the_hour(seed: str) -> None:
    times = [planned(step, seed) for step in range(len(GRID) + 6)]
    assert times == sorted(set(times))
    for base, at in zip(GRID, times, strict=False):
        assert abs(at - base) <= base * JITTER
        assert (at < HOUR_MARK) == (base < HOUR_MARK)


@given(seeds)
def test_the_hour_is_bracketed_for_every_item(seed: str) -> None:
    before, after = planned(2, seed), planned(3, seed)
    assert timedelta(minutes=55) <= before < HOUR_MARK < after <= timedelta(minutes=69)


@given(seeds, st.integers(0, 100))
def test_the_plan_is_the_same_for_the_same_item(seed: str, step: int) -> None:
    assert planned(step, seed) == planned(step, seed)


def test_items_of_one_batch_do_not_all_knock_at_once() -> None:
    assert len({planned(1, str(item)) for item in range(100)}) == 100


def test_after_the_plan_a_look_is_made_every_month() -> None:
    last = planned(len(GRID) + 40, "x") - planned(len(GRID) + 39, "x")
    assert abs(last - MONTH) <= 2 * MONTH * JITTER


def test_the_first_look_comes_five_minutes_after_the_referral() -> None:
    due = next_look(T0, [], "x", now=T0) - T0
    assert abs(due - timedelta(minutes=5)) <= timedelta(minutes=5) * JITTER


def test_looks_before_the_referral_change_nothing() -> None:
    assert next_look(T0, [look(-30)], "x", now=T0) == next_look(T0, [], "x", now=T0)


def test_a_first_gone_is_looked_at_again_ten_minutes_later() -> None:
    story = [look(5), look(120, Outcome.GONE)]
    due = next_look(T0, story, "x", now=T0 + timedelta(minutes=121))
    assert timedelta(minutes=130) <= due - T0 <= timedelta(minutes=130.5)


def test_missed_looks_are_not_made_up_for_one_by_one() -> None:
    late = T0 + timedelta(days=3)
    assert next_look(T0, [look(5)], "x", now=late) == late
    following = next_look(T0, [look(5), look(3 * 24 * 60)], "x", now=late)
    assert following - T0 > timedelta(days=3.5)


def test_years_later_the_next_month_is_found_at_once() -> None:
    due = next_look(T0, [look(60 * 24 * 3650)], "x", now=T0 + timedelta(days=3650))
    assert timedelta(0) < due - (T0 + timedelta(days=3650)) <= MONTH * 1.2


@given(
    seeds,
    st.lists(st.sampled_from([Outcome.LIVE, Outcome.GONE, Outcome.INCONCLUSIVE]), min_size=1, max_size=12),
)
def test_following_the_schedule_confirms_or_ends_every_first_gone(seed: str, outcomes: list[Outcome]) -> None:
    """Whatever is seen, the next look is later than the last, and two gone looks in a row are always enough."""
    story: list[Seen] = []
    now = T0
    for outcome in outcomes:
        due = next_look(T0, story, seed, now=now)
        assert due > now
        now = due
        story.append(Seen(now, outcome, Reason.UNTOLD))
    if len(outcomes) > 1 and outcomes[-2:] == [Outcome.GONE, Outcome.GONE]:
        assert verdict(story).standing in {Standing.GONE, Standing.FLAPPING}


@given(seeds, st.integers(0, 300_000))
def test_a_confirming_look_is_never_too_early(seed: str, minutes: int) -> None:
    first = T0 + timedelta(minutes=minutes)
    due = next_look(T0, [Seen(first, Outcome.GONE, Reason.STATUS_GONE)], seed, now=first)
    assert CONFIRM_AFTER <= due - first <= CONFIRM_AFTER * 1.06
