from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import HeldError, UsageError
from openiru.core.intake.deconfliction import (
    Disclosure,
    Hold,
    RoundAnswer,
    Subject,
    blind,
    check_new,
    disclose,
    ensure_free,
    meets,
    override,
    review_due,
    round_state,
    standing,
    stands,
)
from openiru.core.vocabulary import HoldKind, HoldScope

T0 = datetime(2030, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOLD = Hold(
    id="h1",
    reference="H-2030-1",
    kind=HoldKind.UNIT,
    scope=HoldScope.KEY,
    subject="site:example.org/a",
    unit="U1",
    call="duty desk, +00 000",
    reason="an invented investigation",
    placed_at=T0,
    until=T0 + 7 * DAY,
)
JUDICIAL = replace(HOLD, id="h2", kind=HoldKind.JUDICIAL)
ITEM = Subject(key="site:example.org/a", account="acc:1", works=frozenset({"sha256:aa"}), operation="op1")


def test_a_units_hold_stands_from_its_first_moment_until_just_before_its_end() -> None:
    assert not stands(HOLD, T0 - timedelta(microseconds=1))
    assert stands(HOLD, T0)
    assert not stands(HOLD, T0 + 7 * DAY)
    assert not stands(replace(HOLD, released_at=T0 + DAY), T0 + DAY)


@given(st.timedeltas(timedelta(0), timedelta(days=36_500)))
def test_a_judicial_hold_never_ends_by_time(later: timedelta) -> None:
    assert stands(JUDICIAL, T0 + later)
    assert review_due(JUDICIAL, T0 + later) == (later >= 7 * DAY)
    assert not stands(replace(JUDICIAL, released_at=T0), T0 + later)


@pytest.mark.parametrize(
    ("scope", "subject", "met"),
    [
        (HoldScope.KEY, "site:example.org/a", True),
        (HoldScope.KEY, "site:example.org/b", False),
        (HoldScope.PATTERN, "site:example.org/*", True),
        (HoldScope.PATTERN, "site:example.net/*", False),
        (HoldScope.ACCOUNT, "acc:1", True),
        (HoldScope.ACCOUNT, "acc:2", False),
        (HoldScope.WORK, "sha256:aa", True),
        (HoldScope.WORK, "sha256:bb", False),
        (HoldScope.OPERATION, "op1", True),
        (HoldScope.OPERATION, "op2", False),
    ],
)
def test_a_hold_meets_what_its_scope_names(scope: HoldScope, subject: str, met: bool) -> None:  # noqa: FBT001 - a table
    assert meets(replace(HOLD, scope=scope, subject=subject), ITEM) is met


def test_an_alias_of_the_key_is_held_too() -> None:
    assert meets(HOLD, Subject(key="short:x", aliases=frozenset({HOLD.subject})))


def test_others_learn_only_that_a_hold_stands_and_whom_to_call() -> None:
    assert {f.name for f in fields(Disclosure)} == {"reference", "call"}
    told = str(disclose(JUDICIAL))
    for secret in (HOLD.reason, HOLD.subject, HOLD.unit, "judicial"):
        assert secret not in told
    with pytest.raises(HeldError) as caught:
        ensure_free([JUDICIAL], [], ITEM, T0)
    assert HOLD.call in caught.value.hint
    assert HOLD.reason not in str(caught.value.as_dict())


def test_an_override_needs_the_threat_passes_one_item_and_tells_the_holder() -> None:
    with pytest.raises(UsageError):
        override(HOLD, ITEM, person="p", threat=" ", now=T0)
    with pytest.raises(UsageError):
        override(HOLD, ITEM, person="p", threat="a threat", now=T0 + 8 * DAY)
    passed = override(HOLD, ITEM, person="p", threat="an invented imminent threat", now=T0)
    assert passed.tell_unit == "U1"
    ensure_free([HOLD], [passed], ITEM, T0)
    with pytest.raises(HeldError):
        ensure_free([HOLD, JUDICIAL], [passed], ITEM, T0)
    other = replace(ITEM, key="short:x", aliases=frozenset({HOLD.subject}))
    with pytest.raises(HeldError):
        ensure_free([HOLD], [passed], other, T0)


def test_standing_holds_come_oldest_first() -> None:
    older = replace(JUDICIAL, id="h0", placed_at=T0 - DAY)
    assert [hold.id for hold in standing([HOLD, older], ITEM, T0)] == ["h0", "h1"]


@pytest.mark.parametrize(
    "bad",
    [
        replace(HOLD, reason=" "),
        replace(HOLD, call=""),
        replace(HOLD, subject=""),
        replace(HOLD, until=None),
        replace(HOLD, until=T0),
        replace(HOLD, scope=HoldScope.PATTERN, subject="*"),
    ],
)
def test_a_hold_that_says_too_little_is_not_placed(bad: Hold) -> None:
    with pytest.raises(UsageError):
        check_new(bad)


def test_a_judicial_hold_needs_no_end() -> None:
    endless = replace(JUDICIAL, until=None)
    check_new(endless)
    assert stands(endless, T0 + 9_999 * DAY)
    assert not review_due(endless, T0 + 9_999 * DAY)


@given(
    st.sets(st.sampled_from("ABCDE")),
    st.dictionaries(st.sampled_from("ABCDEF"), st.sampled_from(RoundAnswer)),
)
def test_silence_is_never_consent(asked: set[str], answers: dict[str, RoundAnswer]) -> None:
    state = round_state(asked, answers, deadline=T0, now=T0 + DAY)
    assert set(state.hits) | set(state.no_hits) | set(state.silent) == asked
    assert state.clear == all(answers.get(unit) is RoundAnswer.NO_HIT for unit in asked)
    assert state.overdue == bool(asked - set(answers))


def test_blind_keys_agree_only_under_one_secret() -> None:
    secret = b"0123456789abcdef"
    assert blind("k", secret) == blind("k", secret)
    assert blind("k", secret) != blind("k", secret + b"x")
    assert len(blind("k", secret)) == 64
    with pytest.raises(UsageError):
        blind("k", b"short")
