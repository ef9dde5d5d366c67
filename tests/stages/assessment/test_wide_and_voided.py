"""More than one piece of content needs proof, a second unit and an overseer who knows; what changes voids."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.people import START, World, action_day
from tests.stages.assessment.helpers import ADDRESS, day, say, state
from tests.stages.intake.helpers import bring, leaves

from openiru.core.assessment.wide import Brand, Sample
from openiru.core.errors import ConflictError, ExtentError, PermissionDeniedError, TwoPersonError
from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import Verdict
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment import queries
from openiru.stages.assessment.commands import void_changed
from openiru.stages.assessment.commands_wide import NewWide, propose_wide
from openiru.stages.assessment.deciding import DraftError
from openiru.stages.intake.commands import undo_import

pytestmark = pytest.mark.usefixtures("database")
SAMPLE = Sample(seed="invented seed", population=400, drawn=30, terrorist=29)


def channel(world: World, address: str = "https://t.me/openiru_demo_whole") -> UUID:
    bring(world.by("RS/ana"), address)
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT id FROM registry_item ORDER BY id DESC LIMIT 1")
        return UUID(str(now.cursor.fetchone()[0]))


def wide(
    item: UUID, proof: Brand | Sample = SAMPLE, why: str = "invented: it reposts what is removed"
) -> NewWide:
    return NewWide(item=item, proof=proof, why_not_items=why)


def test_a_channel_is_decided_by_two_units_after_a_proposal_the_overseer_knows() -> None:
    world = action_day()
    day(world)
    item = channel(world)
    (done,) = propose_wide(by=world.by("RS/ana"), proposals=[wide(item)])
    assert done.refused is None
    with acting(world.by("AG/overseer")):
        (told,) = queries.wide_told()
        assert told["case"]["proof"]["seed"] == "invented seed"
        assert told["case"]["proof"]["share"] == pytest.approx(29 / 30)
    assert leaves(SERVICE, "assessment.overseer_told") == 1
    with acting(world.by("HR/hana")):
        assert item in {row["id"] for row in queries.open_for()}
    say(world.by("RS/ana"), item, Verdict.REFER)
    assert isinstance(say(world.by("RS/boro"), item, Verdict.REFER).refused, TwoPersonError)
    with acting(world.by("AG/coordinator")):
        codes = [problem.code for problem in queries.wide_problems([item], send_at=START)[item]]
        assert codes == ["second-person", "second-unit", "overseer-not-told"]
    assert say(world.by("HR/hana"), item, Verdict.REFER).state == "decided"
    with acting(world.by("AG/coordinator")):
        later = START + timedelta(minutes=1)
        assert queries.wide_problems([item], send_at=later) == {item: []}
        assert [p.code for p in queries.wide_problems([item], send_at=START)[item]] == ["overseer-not-told"]


def test_a_proposal_without_proof_reason_or_route_is_refused() -> None:
    world = action_day()
    post = day(world)
    item = channel(world)
    playlist = channel(world, "https://www.youtube.com/playlist?list=PLopeniru000000000000")
    by = world.by("RS/ana")
    small = Sample(seed="s", population=400, drawn=5, terrorist=5)
    answers = propose_wide(
        by=by,
        proposals=[
            wide(item, small),
            wide(item, Brand(outlet="", source="")),
            wide(item, why=" "),
            wide(post),
            wide(playlist),
            wide(item, Brand(outlet="Invented outlet", source="its own page, invented")),
            wide(item),
        ],
    )
    assert [type(one.refused) for one in answers] == [
        DraftError, DraftError, DraftError, ExtentError, ExtentError, type(None), ConflictError,
    ]  # fmt: skip
    for name in ("AG/coordinator", "AG/admin"):
        with pytest.raises(PermissionDeniedError):
            propose_wide(by=world.by(name), proposals=[wide(item)])


def test_what_changes_voids_every_units_verdicts_and_the_item_starts_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, Verdict.REFER)
    say(world.by("HR/hana"), item, Verdict.REFER)
    service = SERVICE.within(world.operation)
    assert void_changed(by=service) == 0
    with pytest.raises(PermissionDeniedError):
        void_changed(by=world.by("AG/coordinator"))
    monkeypatch.setattr(queries, "RULES", "openiru-assessment/2")
    assert void_changed(by=service) == 2
    assert void_changed(by=service) == 0
    with acting(world.by("RS/ana")):
        row = items_by_id([item])[item]
        assert (row["state"], row["basis_digest"], row["decided_at"]) == ("seen", "", None)
        assert not Milestone(row["milestones"]) & (Milestone.DECIDED | Milestone.ASSESSED)
    assert leaves(SERVICE, "assessment.voided") == 2
    assert say(world.by("RS/ana"), item, Verdict.REFER).state == "in_assessment"
    monkeypatch.undo()
    assert void_changed(by=service) == 1
    assert say(world.by("RS/ana"), item, Verdict.REFER).state == "in_assessment"
    assert say(world.by("HR/hana"), item, Verdict.REFER).state == "decided"


def test_a_verdict_on_what_is_shown_now_stays_when_an_older_one_is_voided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, Verdict.REFER)
    monkeypatch.setattr(queries, "RULES", "openiru-assessment/2")
    say(world.by("HR/hana"), item, Verdict.REFER)
    assert void_changed(by=SERVICE.within(world.operation)) == 1
    assert state(world.by("RS/ana"), item) == "in_assessment"
    assert say(world.by("MK/mila"), item, Verdict.REFER).state == "decided"


def test_verdicts_on_what_was_taken_back_are_voided_before_it_is_assessed_again() -> None:
    world = action_day()
    done = bring(world.by("RS/ana"), ADDRESS)
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT id FROM registry_item")
        item = UUID(str(now.cursor.fetchone()[0]))
    say(world.by("HR/hana"), item, Verdict.REFER)
    undo_import(by=world.by("RS/ana"), import_id=done)
    assert void_changed(by=SERVICE.within(world.operation)) == 1
    bring(world.by("MK/mila"), ADDRESS)
    assert say(world.by("HR/hana"), item, Verdict.REFER).state == "in_assessment"
