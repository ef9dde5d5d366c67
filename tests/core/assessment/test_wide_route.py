from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.assessment.wide import WIDE, Brand, Sample, WideProposal, draw_sample, validate_wide
from openiru.core.vocabulary import Extent

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
GOOD = WideProposal(
    extent=Extent.CHANNEL,
    proof=Sample(seed="2030-05-01", population=400, drawn=40, terrorist=39),
    why_not_items="items return within minutes",
    person="p",
    unit="U1",
    second_person="q",
    second_unit="U2",
    overseer_told_at=NOW - timedelta(hours=1),
)


def codes(proposal: WideProposal) -> list[str]:
    return [problem.code for problem in validate_wide(proposal, send_at=NOW)]


def test_a_complete_proposal_may_go() -> None:
    assert codes(GOOD) == []
    assert codes(replace(GOOD, proof=Brand(outlet="Invented Outlet", source="list of 2030"))) == []


@pytest.mark.parametrize("extent", sorted(set(Extent) - WIDE))
def test_other_extents_have_no_route(extent: Extent) -> None:
    assert "extent-no-route" in codes(replace(GOOD, extent=extent))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (replace(GOOD, proof=None), "proof-missing"),
        (replace(GOOD, proof=Brand(outlet="x", source="")), "brand-unsourced"),
        (replace(GOOD, proof=Sample(seed="", population=40, drawn=40, terrorist=40)), "seed-missing"),
        (replace(GOOD, proof=Sample(seed="s", population=400, drawn=10, terrorist=10)), "sample-small"),
        (replace(GOOD, proof=Sample(seed="s", population=0, drawn=0, terrorist=0)), "sample-small"),
        (replace(GOOD, proof=Sample(seed="s", population=40, drawn=30, terrorist=31)), "sample-impossible"),
        (replace(GOOD, proof=Sample(seed="s", population=40, drawn=30, terrorist=15)), "share-low"),
        (replace(GOOD, why_not_items=" "), "why-missing"),
        (replace(GOOD, second_person="p"), "second-person"),
        (replace(GOOD, second_unit="U1"), "second-unit"),
        (replace(GOOD, overseer_told_at=None), "overseer-not-told"),
        (replace(GOOD, overseer_told_at=NOW), "overseer-not-told"),
    ],
)
def test_each_gap_has_its_code(changed: WideProposal, code: str) -> None:
    assert code in codes(changed)


@given(
    st.sets(st.text(st.characters(codec="utf-8"), min_size=1), max_size=30), st.integers(0, 40), st.randoms()
)
def test_anybody_with_the_seed_draws_the_same_sample(keys: set[str], size: int, random: object) -> None:
    shuffled = list(keys)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a Random
    drawn = draw_sample(shuffled, seed="s", size=size)
    assert drawn == draw_sample(keys, seed="s", size=size)
    assert len(drawn) == min(size, len(keys))
    assert set(drawn) <= keys
