"""An import taken back when people have worked on its items already: nothing is deleted, and each row is told."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.people import World
from tests.stages.assessment.helpers import drafts, facts
from tests.stages.intake.helpers import bring, leaves
from tests.stages.referral.helpers import Post, decided, delivered, let_go, post, ready_day, rows, states

from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import Verdict
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.stages.assessment.commands import assess, void_changed
from openiru.stages.intake.commands import undo_import
from openiru.stages.referral.commands import prepare

pytestmark = pytest.mark.usefixtures("database")


def first_import(world: World, name: str) -> UUID:
    with acting(world.by(name)) as now:
        now.cursor.execute("SELECT id FROM intake_import ORDER BY imported_at, id LIMIT 1")
        return UUID(str(now.cursor.fetchone()[0]))


def standing(world: World) -> list[tuple[str, Milestone]]:
    query = "SELECT oi.state, oi.milestones FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id ORDER BY i.key"
    return [(row["state"], Milestone(row["milestones"])) for row in rows(world, query)]


def test_what_another_unit_brought_too_stays_decided_and_can_be_referred() -> None:
    world = ready_day()
    decided(world, [post(1), post(2)])
    bring(world.by("MK/mila"), post(1), post(2))
    done = undo_import(by=world.by("HR/hana"), import_id=first_import(world, "HR/hana"))
    assert done == {"contributions": 2, "items_undone": 0, "items_stay": 2}
    for state, passed in standing(world):
        assert state == "decided"
        assert passed & (Milestone.SEEN | Milestone.DECIDED | Milestone.DUPLICATE) == (
            Milestone.SEEN | Milestone.DECIDED
        )
    (batch,) = prepare(by=world.by("AG/deputy")).batches
    assert batch.lines == 2


def test_what_stands_on_a_batch_or_was_referred_stays_what_it_is(way: Post) -> None:
    world = ready_day()
    items = decided(world, [post(1), post(2)])
    (sent,) = prepare(by=world.by("AG/deputy"), items=items[:1]).batches
    let_go(world, sent.id)
    delivered(world, sent.id)
    prepare(by=world.by("AG/deputy"), items=items[1:])
    before = standing(world)
    assert [state for state, _ in before] == ["referred", "prepared"]
    done = undo_import(by=world.by("HR/hana"), import_id=first_import(world, "HR/hana"))
    assert done == {"contributions": 2, "items_undone": 0, "items_stay": 2}
    assert standing(world) == before
    assert len(way.letters) == 1


def test_what_nobody_else_brought_is_undone_with_its_verdicts_and_begins_anew_when_it_is_brought_again() -> (
    None
):
    world = ready_day()
    (item,) = decided(world, [post(1)])
    done = undo_import(by=world.by("HR/hana"), import_id=first_import(world, "HR/hana"))
    assert done == {"contributions": 1, "items_undone": 1, "items_stay": 0}
    assert standing(world) == [("undone", Milestone(0))]
    assert prepare(by=world.by("AG/deputy"), items=[item]).batches == ()
    assert void_changed(by=SERVICE.within(world.operation)) == 2
    bring(world.by("HR/hana"), post(1))
    assert standing(world) == [("seen", Milestone.SEEN)]
    for name in ("HR/hana", "HR/ivo"):
        (said,) = assess(by=world.by(name), drafts=drafts(world.by(name), [item], facts(Verdict.REFER)))
        assert said.refused is None
    assert [state for state, _ in standing(world)] == ["decided"]


def test_each_contribution_that_is_taken_back_has_its_leaf_and_every_row_is_in_the_log() -> None:
    world = ready_day()
    decided(world, [post(1), post(2)])
    bring(world.by("MK/mila"), post(2))
    undo_import(by=world.by("HR/hana"), import_id=first_import(world, "HR/hana"))
    assert leaves(SERVICE, "intake.contribution_undone") == 2
    assert len(rows(world, "SELECT 1 FROM registry_operationitem")) == 2  # nothing is deleted
    assert states(world)["telegram:post:openiru_demo_a/2"] == "decided"
    sequence()
    found = verify()
    assert found.problems == []
    assert found.holds
