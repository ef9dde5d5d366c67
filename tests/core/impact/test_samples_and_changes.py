"""A sample follows from its seed alone; what changed between two reports is named figure by figure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import UsageError
from openiru.core.impact.changes import Change, changes, definition_of
from openiru.core.impact.indicators import BY_ID
from openiru.core.impact.sample import Looked, draw, rates

IDS = st.lists(st.text("0123456789abcdef", min_size=1, max_size=6), max_size=30)


@given(IDS, st.integers(1, 40), st.text("abc ", min_size=1).filter(str.strip), st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order(
    ids: list[str], n: int, seed: str, dice: object
) -> None:
    first = draw(ids, n, seed)
    dice.shuffle(ids)  # type: ignore[attr-defined] # a Random of hypothesis
    assert draw(ids, n, seed) == first
    assert len(first) == min(n, len(set(ids)))
    assert set(first) <= set(ids)
    assert draw(ids, n + 1, seed)[:n] == first


def test_another_seed_draws_others_and_no_seed_draws_nothing() -> None:
    ids = [f"{number:04}" for number in range(1000)]
    assert draw(ids, 20, "one") != draw(ids, 20, "two")
    assert draw(ids, 3, "known answer") == ["0287", "0253", "0295"]
    for number, seed in ((0, "x"), (501, "x"), (5, "  "), (5, "x" * 201)):
        with pytest.raises(UsageError):
            draw(ids, number, seed)


def test_every_decision_is_drawn_about_as_often_as_every_other() -> None:
    ids = [str(number) for number in range(20)]
    drawn = [one for seed in range(2000) for one in draw(ids, 2, f"s{seed}")]
    assert all(140 <= drawn.count(one) <= 260 for one in ids)


def test_agreement_and_reversals_are_counted_over_the_sample() -> None:
    found = rates(
        [
            Looked(("refer", "refer"), False),
            Looked(("refer", "do_not_refer"), True),
            Looked(("refer",), False),
        ]
    )
    assert (found.items, found.agreement.items, found.agreement.raw, found.reversed) == (3, 2, 0.5, 1)


def test_what_changed_is_named_and_nothing_else() -> None:
    before, after = {"a": "1", "b": "2", "gone": "3"}, {"a": "1", "b": "4", "new": "5"}
    assert changes(before, after) == (Change("b", "2", "4"), Change("new", "", "5"), Change("gone", "3", ""))
    assert changes(before, before) == ()
    assert all(definition_of(name) for name in [*BY_ID, "removal_rate"])
