"""Two people decide on what was shown; a third settles what they see differently; others' verdicts come after one's own."""

from __future__ import annotations

import pytest
from tests.people import World, action_day
from tests.stages.assessment.helpers import KEY, day, say, state

from openiru.core.assessment.two_persons import RulingOutcome, needs_second
from openiru.core.errors import LifecycleError, TwoPersonError
from openiru.core.lifecycle import Milestone, State
from openiru.core.vocabulary import ProtectedPurpose, Verdict
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment import queries
from openiru.stages.assessment.deciding import SECOND_LOOK_SHARE

pytestmark = pytest.mark.usefixtures("database")
REFER, NO, OUTSIDE = Verdict.REFER, Verdict.DO_NOT_REFER, Verdict.OUTSIDE_MANDATE
EXPERT, LANGUAGE = Verdict.NEEDS_EXPERT, Verdict.NEEDS_LANGUAGE


def both(world: World) -> bool:
    """Whether a negative first verdict on the post needs a second in this instance."""
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT iru.assessment_seed()")
        seed = bytes(now.cursor.fetchone()[0])
    return needs_second(NO, key=KEY, seed=seed, share=SECOND_LOOK_SHARE)


def test_two_people_of_two_units_decide() -> None:
    world = action_day()
    item = day(world)
    assert say(world.by("RS/ana"), item, REFER).outcome is RulingOutcome.WAITING
    done = say(world.by("HR/ivo"), item, REFER)
    assert (done.outcome, done.state) == (RulingOutcome.DECIDED, State.DECIDED)
    with acting(world.by("AG/officer")):
        row = items_by_id([item])[item]
        assert Milestone(row["milestones"]) & (Milestone.ASSESSED | Milestone.DECIDED) == 6
        assert row["decided_at"] is not None
        pair = queries.pairs_for([item])[item]
        assert pair.basis_digest == row["basis_digest"] == queries.basis_for([item])[item].digest
        assert {pair.a_person_id, pair.b_person_id} == {
            world.by("RS/ana").person,
            world.by("HR/ivo").person,
        }
    late = say(world.by("MK/mila"), item, NO)
    assert isinstance(late.refused, LifecycleError)


def test_a_negative_verdict_rejects_with_its_reason_alone_or_with_a_second() -> None:
    world = action_day()
    item = day(world)
    first = say(world.by("RS/ana"), item, NO, applies=ProtectedPurpose.JOURNALISM)
    if both(world):
        assert first.outcome is RulingOutcome.WAITING
        first = say(world.by("HR/hana"), item, NO, applies=ProtectedPurpose.JOURNALISM)
    assert first.outcome is RulingOutcome.REJECTED
    with acting(world.by("AG/overseer")):
        row = items_by_id([item])[item]
        assert Milestone(row["milestones"]) & (Milestone.ASSESSED | Milestone.NOT_REFERRED) == 10
        assert queries.pairs_for([item]) == {}
    with acting(SERVICE) as now:
        now.cursor.execute(
            "SELECT o.payload->>'label' FROM ledger_opening o JOIN ledger_leaf l ON l.id = o.id"
            " WHERE l.type = 'assessment.rejected'"
        )
        assert now.cursor.fetchall() == [("journalism",)]


def test_a_third_person_settles_a_disagreement_without_knowing_who_said_what() -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, REFER)
    assert say(world.by("HR/hana"), item, NO).outcome is RulingOutcome.DISAGREEMENT
    with acting(world.by("MK/mila")):
        assert [row["id"] for row in queries.disagreements()] == [item]
        assert queries.verdicts_visible(item) == []
    for name in ("RS/ana", "HR/hana"):
        with acting(world.by(name)):
            assert queries.disagreements() == []
        assert isinstance(say(world.by(name), item, REFER).refused, TwoPersonError)
    done = say(world.by("MK/mila"), item, REFER)
    assert done.outcome is RulingOutcome.DECIDED
    with acting(world.by("AG/coordinator")):
        pair = queries.pairs_for([item])[item]
        assert {pair.a_person_id, pair.b_person_id} == {
            world.by("RS/ana").person,
            world.by("MK/mila").person,
        }
        assert Milestone(items_by_id([item])[item]["milestones"]) & Milestone.DISAGREED


def test_who_hands_an_item_on_takes_no_place() -> None:
    world = action_day()
    item = day(world)
    assert say(world.by("RS/ana"), item, EXPERT).outcome is RulingOutcome.PARKED
    assert isinstance(say(world.by("RS/ana"), item, REFER).refused, TwoPersonError)
    assert say(world.by("RS/boro"), item, REFER).outcome is RulingOutcome.WAITING
    assert say(world.by("HR/hana"), item, LANGUAGE).outcome is RulingOutcome.PARKED
    assert say(world.by("HR/ivo"), item, NO).outcome is RulingOutcome.DISAGREEMENT
    assert say(world.by("MK/niko"), item, LANGUAGE).outcome is RulingOutcome.PARKED
    assert say(world.by("MK/mila"), item, REFER).outcome is RulingOutcome.DECIDED


def test_others_verdicts_are_seen_after_ones_own_and_by_the_overseer() -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, REFER)

    def seen(name: str) -> list[str]:
        with acting(world.by(name)):
            return sorted(row["unit"] for row in queries.verdicts_visible(item))

    assert seen("RS/ana") == ["RS"]
    assert seen("RS/boro") == seen("HR/hana") == seen("AG/coordinator") == []
    assert seen("AG/overseer") == ["RS"]
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute("SELECT count(*) FROM assessment_assessment")
        assert now.cursor.fetchone() == (0,)
        now.cursor.execute("SELECT payload::text FROM iru.timeline(%s)", [item])
        assert not [text for (text,) in now.cursor.fetchall() if "refer" in text]
    say(world.by("HR/hana"), item, NO)
    assert seen("HR/hana") == seen("RS/ana") == ["HR", "RS"]
    assert seen("MK/mila") == []
    with acting(world.by("HR/hana")):
        assert all("assessed_at" not in row for row in queries.verdicts_visible(item))


def test_what_one_can_assess_now_shows_no_verdicts_and_not_what_one_has_assessed() -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, REFER)
    with acting(world.by("RS/ana")):
        mine = queries.open_for()
        assert len(mine) == 2
        assert item not in {row["id"] for row in mine}
        first = queries.open_for(limit=1)
        assert queries.open_for(after_key=first[0]["key"]) == mine[1:]
    with acting(world.by("HR/hana")):
        rows = queries.open_for()
        assert item in {row["id"] for row in rows}
        assert not [name for row in rows for name in row if "verdict" in name or "slot" in name]
    assert state(world.by("RS/ana"), item) == "in_assessment"
