from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.assessment.two_persons import (
    NEGATIVE,
    PARKING,
    Cast,
    RulingOutcome,
    decide,
    may_see,
    needs_second,
    next_slot,
)
from openiru.core.errors import TwoPersonError
from openiru.core.vocabulary import Role, Slot, Verdict

SEED = b"a seed of the tests"
V = Verdict


def cast(person: str, slot: Slot, verdict: Verdict, basis: str = "b1") -> Cast:
    return Cast(person=person, unit="U1", slot=slot, verdict=verdict, basis=basis)


def outcome(*casts: Cast, both: bool = True) -> RulingOutcome:
    return decide(casts, basis="b1", both=both).outcome


casts_ = st.builds(
    Cast,
    person=st.sampled_from("pqrs"),
    unit=st.just("U1"),
    slot=st.sampled_from(Slot),
    verdict=st.sampled_from(Verdict),
    basis=st.sampled_from(["b1", "b2"]),
    revoked=st.booleans(),
    coordinator=st.booleans(),
)


@given(st.lists(casts_, max_size=6), st.booleans())
def test_never_decided_without_two_people_who_say_refer_on_one_basis(casts: list[Cast], both: bool) -> None:  # noqa: FBT001 - drawn
    try:
        ruling = decide(casts, basis="b1", both=both)
    except TwoPersonError:
        return
    if ruling.outcome is RulingOutcome.DECIDED:
        first, second = ruling.refers
        assert first.person != second.person
        assert {first.verdict, second.verdict} == {V.REFER}
        assert {first.basis, second.basis} == {"b1"}
        assert not first.revoked
        assert not second.revoked
    else:
        assert ruling.refers == ()


@given(st.lists(casts_, max_size=6))
def test_one_person_alone_never_decides(casts: list[Cast]) -> None:
    alone = [replace(each, person="p") for each in casts]
    try:
        assert decide(alone, basis="b1", both=False).outcome is not RulingOutcome.DECIDED
    except TwoPersonError:
        assert len(alone) > 1 or alone[0].slot is Slot.THIRD


@pytest.mark.parametrize("first", Verdict)
@pytest.mark.parametrize("second", Verdict)
def test_every_pair_of_verdicts_has_one_outcome_whatever_the_order(first: Verdict, second: Verdict) -> None:
    one = outcome(cast("p", Slot.A, first), cast("q", Slot.B, second))
    assert one is outcome(cast("q", Slot.B, second), cast("p", Slot.A, first))
    assert one is outcome(cast("p", Slot.B, first), cast("q", Slot.A, second))
    if {first, second} & PARKING:
        assert one is RulingOutcome.PARKED
    elif {first, second} <= NEGATIVE:
        assert one is RulingOutcome.REJECTED
    else:
        assert one is (RulingOutcome.DECIDED if first is second else RulingOutcome.DISAGREEMENT)


def test_one_verdict_waits_or_settles_only_a_negative() -> None:
    assert outcome() is RulingOutcome.WAITING
    assert outcome(cast("p", Slot.B, V.REFER), both=False) is RulingOutcome.WAITING
    assert outcome(cast("p", Slot.B, V.DO_NOT_REFER), both=False) is RulingOutcome.REJECTED
    assert outcome(cast("p", Slot.B, V.DO_NOT_REFER), both=True) is RulingOutcome.WAITING
    assert outcome(cast("p", Slot.A, V.NEEDS_EXPERT)) is RulingOutcome.PARKED


def test_a_revoked_verdict_and_one_on_another_basis_do_not_count() -> None:
    first = cast("p", Slot.A, V.REFER)
    assert outcome(first, replace(cast("q", Slot.B, V.REFER), revoked=True)) is RulingOutcome.WAITING
    assert outcome(first, cast("q", Slot.B, V.REFER, basis="b2")) is RulingOutcome.WAITING


def test_one_person_cannot_be_two() -> None:
    with pytest.raises(TwoPersonError):
        outcome(cast("p", Slot.A, V.REFER), cast("p", Slot.B, V.REFER))
    with pytest.raises(TwoPersonError):
        outcome(cast("p", Slot.A, V.REFER), cast("q", Slot.A, V.REFER))


DIFFER = (cast("p", Slot.A, V.REFER), cast("q", Slot.B, V.DO_NOT_REFER))


def test_a_third_person_settles_a_disagreement() -> None:
    yes = decide([*DIFFER, cast("r", Slot.THIRD, V.REFER)], basis="b1", both=True)
    assert (yes.outcome, yes.disagreed) == (RulingOutcome.DECIDED, True)
    assert {each.person for each in yes.refers} == {"p", "r"}
    assert outcome(*DIFFER, cast("r", Slot.THIRD, V.OUTSIDE_MANDATE)) is RulingOutcome.REJECTED
    assert outcome(*DIFFER, cast("r", Slot.THIRD, V.NEEDS_EXPERT)) is RulingOutcome.PARKED


def test_the_third_is_neither_of_the_two_nor_the_coordinator_nor_out_of_place() -> None:
    for third in (
        cast("p", Slot.THIRD, V.REFER),
        replace(cast("r", Slot.THIRD, V.REFER), coordinator=True),
    ):
        with pytest.raises(TwoPersonError):
            outcome(*DIFFER, third)
    with pytest.raises(TwoPersonError, match="two before"):
        outcome(DIFFER[0], cast("r", Slot.THIRD, V.REFER))
    with pytest.raises(TwoPersonError, match="differ"):
        outcome(DIFFER[0], cast("q", Slot.B, V.REFER), cast("r", Slot.THIRD, V.REFER))


def test_slots_hide_who_came_first() -> None:
    firsts = [next_slot((), person="p", roles=set(), key=f"k{n}", seed=SEED, basis="b1") for n in range(400)]
    assert 140 < firsts.count(Slot.A) < 260
    again = next_slot((), person="q", roles=set(), key="k0", seed=SEED, basis="b1")
    assert again is firsts[0]


def test_the_next_slot_is_the_free_one_and_the_third_only_after_a_disagreement() -> None:
    def slot(*casts: Cast, person: str = "r", roles: set[Role] | None = None) -> Slot:
        return next_slot(casts, person=person, roles=roles or set(), key="k", seed=SEED, basis="b1")

    assert slot(cast("p", Slot.B, V.REFER)) is Slot.A
    assert slot(cast("p", Slot.A, V.REFER)) is Slot.B
    assert slot(*DIFFER) is Slot.THIRD
    with pytest.raises(TwoPersonError, match="coordinator"):
        slot(*DIFFER, roles={Role.COORDINATOR})
    with pytest.raises(TwoPersonError, match="already"):
        slot(*DIFFER, person="q")
    with pytest.raises(TwoPersonError, match="nothing is left"):
        slot(DIFFER[0], cast("q", Slot.B, V.REFER))


def test_a_share_of_negatives_and_every_referral_gets_a_second_person() -> None:
    drawn = [needs_second(V.DO_NOT_REFER, key=f"k{n}", seed=SEED, share=0.2) for n in range(1000)]
    assert 150 < sum(drawn) < 250
    assert all(needs_second(V.REFER, key=f"k{n}", seed=SEED, share=0.0) for n in range(50))
    assert not needs_second(V.NEEDS_EXPERT, key="k", seed=SEED, share=1.0)
    assert needs_second(V.OUTSIDE_MANDATE, key="k", seed=SEED, share=1.0)


def test_another_verdict_is_seen_only_after_ones_own() -> None:
    first = cast("p", Slot.A, V.REFER)

    def seen(viewer: str, *casts: Cast, roles: set[Role] | None = None, settled: bool = False) -> bool:
        return may_see(viewer, first, casts, roles=roles or set(), settled=settled)

    assert seen("p", first)
    assert not seen("q", first)
    assert not seen("q", first, roles={Role.COORDINATOR})
    assert not seen("q", first, cast("q", Slot.B, V.REFER, basis="b2"))
    assert not seen("q", first, replace(cast("q", Slot.B, V.REFER), revoked=True))
    assert seen("q", first, cast("q", Slot.B, V.REFER))
    assert seen("o", first, roles={Role.OVERSEER})
    assert seen("s", first, settled=True)
