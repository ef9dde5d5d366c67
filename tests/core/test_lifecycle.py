from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import LifecycleError
from openiru.core.lifecycle import TABLE, Milestone, State, Step, after

SENT = {State.REFERRED, State.ANSWERED, State.GONE, State.REINSTATED, State.WITHDRAWN}


@st.composite
def walks(draw: st.DrawFn) -> list[State]:
    states = [State.SEEN]
    for _ in range(draw(st.integers(0, 30))):
        step = draw(st.sampled_from(sorted(TABLE[states[-1]])))
        states.append(after(states[-1], step))
    return states


def reachable(start: State, *, without: frozenset[State] = frozenset()) -> set[State]:
    seen, todo = {start}, [start]
    while todo:
        for target in TABLE[todo.pop()].values():
            if target not in seen | without:
                seen.add(target)
                todo.append(target)
    return seen


def test_every_state_stands_in_the_table_and_can_be_reached() -> None:
    assert set(TABLE) == set(State)
    assert reachable(State.SEEN) == set(State)


def test_every_step_is_used() -> None:
    assert {step for row in TABLE.values() for step in row} == set(Step)


@pytest.mark.parametrize("gate", [State.IN_ASSESSMENT, State.DECIDED, State.PREPARED])
def test_nothing_is_referred_around_the_gate(gate: State) -> None:
    assert not reachable(State.SEEN, without=frozenset({gate})) & SENT


def test_only_the_prepared_are_referred() -> None:
    sources = {state for state, row in TABLE.items() if Step.REFER in row}
    assert sources == {State.PREPARED}


def test_what_was_sent_becomes_unsent_only_when_the_letter_came_back() -> None:
    ways_out = {
        (state, step, target) for state in SENT for step, target in TABLE[state].items() if target not in SENT
    }
    assert ways_out == {(State.REFERRED, Step.BOUNCE, State.PREPARED)}


def test_a_reinstated_or_withdrawn_item_is_never_referred_again() -> None:
    for state in (State.REINSTATED, State.WITHDRAWN):
        assert reachable(state) == {state}


def test_another_contribution_moves_nothing_but_what_was_undone() -> None:
    for state in State:
        expected = State.SEEN if state is State.UNDONE else state
        assert after(state, Step.CONTRIBUTE) is expected


def test_a_change_of_basis_sends_every_verdict_back_before_sending() -> None:
    for state in set(State) - SENT - {State.SEEN, State.UNDONE}:
        assert after(state, Step.VOID) is State.SEEN


@given(walks())
def test_every_walk_to_a_referral_passes_decided_then_prepared(states: list[State]) -> None:
    for before, now in pairwise(states):
        if now is State.REFERRED and before is not State.REFERRED:
            assert before is State.PREPARED
        if now is State.PREPARED and before is not State.PREPARED:
            assert before in {State.DECIDED, State.REFERRED}  # the second: the letter came back
        # Only a letter that came back makes a sent item unsent: the provider never had it.
        assert not (before in SENT and now not in SENT) or (before, now) == (State.REFERRED, State.PREPARED)


@given(st.sampled_from(State), st.sampled_from(Step))
def test_a_step_that_is_not_in_the_table_is_refused_with_the_steps_that_are(state: State, step: Step) -> None:
    if step in TABLE[state]:
        assert after(state, step) is TABLE[state][step]
        return
    with pytest.raises(LifecycleError) as caught:
        after(state, step)
    assert all(allowed in caught.value.hint for allowed in TABLE[state])


def test_milestones_are_single_bits_that_fit_an_integer_column() -> None:
    values = [milestone.value for milestone in Milestone]
    assert len(set(values)) == len(values)
    assert all(value.bit_count() == 1 and value < 2**31 for value in values)
