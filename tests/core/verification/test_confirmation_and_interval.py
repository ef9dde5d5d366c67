from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.verification.confirm import (
    CONFIRM_AFTER,
    Interval,
    Seen,
    Standing,
    confirmation_due,
    interval,
    verdict,
)
from openiru.core.verification.outcome import Reason
from openiru.core.vocabulary import Outcome

T0 = datetime(2026, 11, 24, 9, tzinfo=UTC)
LETTERS = {
    "L": Outcome.LIVE,
    "G": Outcome.GONE,
    "R": Outcome.RESTRICTED,
    "M": Outcome.MOVED,
    "?": Outcome.INCONCLUSIVE,
    "N": Outcome.INCONCLUSIVE,
}


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def look(letter: str, minutes: float, vantage: str = "one") -> Seen:
    reason = Reason.NAME_UNKNOWN if letter == "N" else Reason.UNTOLD
    return Seen(at(minutes), LETTERS[letter], reason, vantage)


def looks(text: str) -> list[Seen]:
    """ "L5 G30 G45": letters with minutes after the referral."""
    return [look(word[0], float(word[1:])) for word in text.split()]


@pytest.mark.parametrize(
    ("story", "standing", "since"),
    [
        ("", Standing.UNSEEN, None),
        ("?5 ?30", Standing.UNSEEN, None),
        ("L5", Standing.LIVE, 5),
        ("L5 L30", Standing.LIVE, 5),
        ("G5", Standing.UNCONFIRMED, 5),
        ("G5 G14.9", Standing.UNCONFIRMED, 5),
        ("G5 G15", Standing.GONE, 5),
        ("G5 G9 G15", Standing.GONE, 5),
        ("G5 ?10 G15", Standing.GONE, 5),
        ("G5 L10 G15", Standing.UNCONFIRMED, 15),
        ("G5 R10 G15", Standing.UNCONFIRMED, 15),
        ("G5 L10", Standing.LIVE, 10),
        ("L5 G30 G45 ?58", Standing.GONE, 30),
        ("G5 G15 L30", Standing.RETURNED, 30),
        ("G5 G15 R30", Standing.RESTRICTED, 30),
        ("L5 M30", Standing.MOVED, 30),
        ("G5 G15 L30 G45 G58 L65", Standing.FLAPPING, 65),
        ("G5 L15 G30 L45 G60 G75", Standing.FLAPPING, 60),
        ("G5 L15 G30 L45 G60 G1600", Standing.GONE, 60),
        ("N5 N30", Standing.UNSEEN, None),
        ("L5 N30", Standing.LIVE, 5),
        ("N5 N500 N1444", Standing.UNSEEN, None),
        ("N5 N500 N1445", Standing.GONE, 5),
        ("N5 ?500 N1445", Standing.UNSEEN, None),
        ("N5 L500 N1445", Standing.LIVE, 500),
        ("G5 N30 N100", Standing.UNCONFIRMED, 5),
    ],
)
def test_every_story_ends_where_it_should(story: str, standing: Standing, since: float | None) -> None:
    found = verdict(looks(story))
    assert found.standing is standing
    assert found.since == (None if since is None else at(since))


def test_the_order_in_which_looks_are_told_does_not_matter() -> None:
    story = looks("L5 G30 ?35 G45 L58")
    assert verdict(story[::-1]) == verdict(story)


def test_doubt_after_a_standing_is_said() -> None:
    assert verdict(looks("G5 G15 ?30")).in_doubt
    assert not verdict(looks("G5 G15")).in_doubt


def test_the_number_of_exits_is_counted() -> None:
    assert verdict([look("G", 5, "one"), look("G", 15, "two")]).exits == 2
    assert verdict([look("G", 5, "one"), look("G", 15, "one")]).exits == 1


def test_the_confirming_look_is_due_ten_minutes_after_the_first() -> None:
    assert confirmation_due(looks("L5 G30")) == at(40)
    assert confirmation_due(looks("G30 G45")) is None
    assert confirmation_due(looks("L5")) is None


def minutes(after: float, until: float | None) -> Interval:
    return Interval(timedelta(minutes=after), None if until is None else timedelta(minutes=until))


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("", minutes(0, None)),
        ("L5 L30", minutes(30, None)),
        ("L5 G30 G45", minutes(5, 30)),
        ("G5 G15", minutes(0, 5)),
        ("L5 ?30 G58 G70", minutes(5, 58)),
        ("L5 G30", minutes(5, None)),
        ("L5 G30 L45 G58 G70", minutes(45, 58)),
        ("L5 G30 G45 L58 L65", minutes(5, 30)),
        ("L5 R30 G58 G70", minutes(5, 58)),
        ("L-60 G5 G15", minutes(0, 5)),
        ("G-60 G-40 L-20 L5 G30 G45", minutes(5, 30)),
    ],
)
def test_removal_lies_after_the_last_sight_and_not_after_the_first_of_the_two(
    story: str, expected: Interval
) -> None:
    assert interval(looks(story), T0) == expected


@pytest.mark.parametrize("story", ["G-60 G-40", "G-5 G30", "L-90 G-60 G0", "G0 G15"])
def test_what_was_gone_before_the_referral_is_not_owed_to_it(story: str) -> None:
    assert interval(looks(story), T0).already_gone


stories = st.lists(
    st.builds(look, st.sampled_from("LGRM?N"), st.integers(-500, 200_000), st.sampled_from(["one", "two"])),
    max_size=25,
)


@given(stories)
def test_no_story_without_two_gone_looks_ten_minutes_apart_is_gone(story: list[Seen]) -> None:
    if verdict(story).standing in {Standing.GONE, Standing.RETURNED}:
        evidence = [
            one.at for one in story if one.outcome is Outcome.GONE or one.reason is Reason.NAME_UNKNOWN
        ]
        assert max(evidence) - min(evidence) >= CONFIRM_AFTER


@given(
    stories.map(
        lambda story: [
            one for one in story if one.outcome is not Outcome.GONE and one.reason is not Reason.NAME_UNKNOWN
        ]
    )
)
def test_no_story_without_positive_evidence_is_ever_gone(story: list[Seen]) -> None:
    assert verdict(story).standing not in {
        Standing.GONE,
        Standing.UNCONFIRMED,
        Standing.RETURNED,
        Standing.FLAPPING,
    }
    found = interval(story, T0)
    assert found.until is None
    assert not found.already_gone


@given(stories)
def test_a_removal_interval_is_never_empty_and_never_before_the_referral(story: list[Seen]) -> None:
    found = interval(story, T0)
    assert found.after >= timedelta(0)
    if found.until is not None and not found.already_gone:
        assert found.after < found.until
        assert any(one.at - T0 == found.until for one in story)


@given(stories, st.integers(-500, 200_000))
def test_a_doubtful_look_changes_no_standing_but_that_of_unknown_names(story: list[Seen], when: int) -> None:
    story = [one for one in story if one.reason is not Reason.NAME_UNKNOWN]
    after = verdict([*story, look("?", when)])
    before = verdict(story)
    assert (after.standing, after.since) == (before.standing, before.since)


@given(stories)
def test_gone_dates_from_a_look_that_was_really_made(story: list[Seen]) -> None:
    found = verdict(story)
    if found.since is not None:
        assert found.since in {one.at for one in story}
