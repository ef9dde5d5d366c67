"""The counting rules over codes: figures never contradict each other, and every loss has one reason."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from openiru.core.impact import tally
from openiru.core.impact.indicators import contradictions
from openiru.core.lifecycle import Milestone

M = Milestone
#: What becomes true of an item in one operation, in order: each step has those before it.
WAY = (M.SEEN, M.ASSESSED, M.DECIDED, M.REFERRED, M.ANSWERED)
SIDE = (M.ACTED, M.REFUSED, M.GONE, M.RESTRICTED, M.INCONCLUSIVE, M.REINSTATED, M.WITHDRAWN)
ANY = (M.HELD, M.DUPLICATE, M.ALREADY_GONE, M.TRANSCRIBED)


def derived(milestones: int, *, mature: bool) -> int:
    """The bits that the database adds."""
    if not milestones & M.REFERRED or milestones & M.ALREADY_GONE:
        return milestones
    code = milestones | tally.EFFECT | (tally.EFFECT_GONE if milestones & M.GONE else 0)
    if not mature:
        return code
    pairs = (
        (M.GONE, tally.MATURE_GONE),
        (M.INCONCLUSIVE, tally.MATURE_INCONCLUSIVE),
        (M.RESTRICTED, tally.MATURE_RESTRICTED),
    )
    return code | tally.MATURE | next((bit for milestone, bit in pairs if milestones & milestone), 0)


@st.composite
def standings(draw: st.DrawFn) -> int:
    """The code of an item in one operation, as the lifecycle can bring it about."""
    length = draw(st.integers(1, len(WAY)))
    milestones = int(sum(WAY[:length]))
    if length == 2 and draw(st.booleans()):
        milestones |= M.NOT_REFERRED
    allowed = (M.TRANSCRIBED,) if length == 3 else SIDE if length == 5 else SIDE[2:] if length == 4 else ()
    for bit in (*allowed, *ANY[:3]):
        if draw(st.booleans()):
            milestones |= bit
    state = draw(st.sampled_from((0, tally.PARKED, tally.IN_ASSESSMENT))) if length == 1 else 0
    return derived(int(milestones), mature=draw(st.booleans())) | state


codes = st.lists(st.lists(standings(), min_size=1, max_size=3), max_size=30).map(
    lambda items: Counter(_joined(item) for item in items)
)


def _joined(standings_of_one: list[int]) -> int:
    code = 0
    for each in standings_of_one:
        code |= each
    return code


@given(found=codes)
def test_figures_of_any_items_in_any_operations_do_not_contradict_each_other(found: Counter[int]) -> None:
    assert contradictions(tally.count(found)) == []


@given(found=codes)
def test_losses_make_up_the_difference_to_the_stage_before(found: Counter[int]) -> None:
    counts = tally.count(found)
    lost = Counter[str]()
    for loss in tally.losses(found, {}):
        lost[loss.stage] += loss.count
    for stage, before in (
        ("assessed", "distinct"),
        ("decided", "assessed"),
        ("referred", "decided"),
        ("gone", "referred"),
    ):
        assert lost[stage] == counts[before] - counts[stage]
    assert lost["answered"] == counts["silent"]


@given(found=codes)
def test_the_rate_counts_each_mature_item_once_and_none_that_was_gone_before(found: Counter[int]) -> None:
    rate = tally.removal_of(found)
    assert rate.items == sum(n for code, n in found.items() if code & tally.MATURE)
    assert rate.gone <= tally.count(found)["gone"]
    assert rate.already_gone == tally.count(found)["already_gone"]


def test_gone_before_the_referral_is_no_success() -> None:
    before = derived(int(sum(WAY[:4])) | M.GONE | M.ALREADY_GONE, mature=True)
    counts = tally.count({before: 5})
    assert (counts["gone"], counts["already_gone"], counts["referred"]) == (0, 5, 5)
    assert tally.removal_of({before: 5}).rate is None


def test_decided_in_one_operation_and_rejected_in_another_is_decided() -> None:
    code = int(M.SEEN | M.ASSESSED | M.DECIDED | M.NOT_REFERRED)
    counts = tally.count({code: 1})
    assert (counts["assessed"], counts["decided"], counts["not_referred"]) == (1, 1, 0)


def test_a_reason_that_nobody_stated_is_shown_as_such() -> None:
    code = int(M.SEEN | M.ASSESSED | M.NOT_REFERRED)
    found = {loss.reason: loss.count for loss in tally.losses({code: 3}, {"journalism": 2})}
    assert found == {"journalism": 2, "no reason stated": 1}
