"""Each way around the two persons is tried, through the commands and behind their backs."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import Error as DatabaseError
from tests.foundation.evidence import a_row, write
from tests.people import World, action_day
from tests.stages.assessment.helpers import REFER, day, drafts, say, state
from tests.stages.intake.helpers import bring

from openiru.core.errors import (
    ConflictError,
    ExtentError,
    NotFoundError,
    PermissionDeniedError,
    TwoPersonError,
    UsageError,
)
from openiru.core.vocabulary import Role, Verdict
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.operations.commands import close_operation
from openiru.foundation.people.commands import NewPerson, add_people
from openiru.foundation.people.commands_changes import revoke_person
from openiru.stages import assessment
from openiru.stages.assessment import commands, queries
from openiru.stages.assessment.commands import assess
from openiru.stages.intake.commands import undo_import

pytestmark = pytest.mark.usefixtures("database")
YES = Verdict.REFER


def test_one_person_fills_no_two_places() -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, YES)
    assert isinstance(say(world.by("RS/ana"), item, YES).refused, TwoPersonError)
    (draft,) = drafts(world.by("HR/hana"), [item], REFER)
    first, second = assess(by=world.by("HR/hana"), drafts=[draft, draft])
    assert first.refused is None
    assert isinstance(second.refused, UsageError)


def test_who_leads_administers_oversees_or_deconflicts_gives_no_verdict() -> None:
    world = action_day()
    item = day(world)
    given = drafts(world.by("RS/ana"), [item], REFER)
    for name in ("AG/coordinator", "AG/deputy", "AG/admin", "AG/overseer", "AG/officer", "RS/deda"):
        with pytest.raises(PermissionDeniedError):
            assess(by=world.by(name), drafts=given)
    assert state(world.by("RS/ana"), item) == "seen"


def test_a_second_role_opens_no_door() -> None:
    world = action_day()
    item = day(world)
    unit = world.units["HR"]
    others = (Role.COORDINATOR, Role.ADMINISTRATOR, Role.OVERSEER)
    made = add_people(
        by=By(SERVICE.person, unit, using="worker"),
        people=[
            NewPerson(handle=other.value, display_name="Two Hats (invented)", roles=(Role.ANALYST, other))
            for other in others
        ],
    )
    for other in others:
        with pytest.raises(PermissionDeniedError):
            say(By(made[other.value], unit, world.operation), item, YES)
    assert state(world.by("RS/ana"), item) == "seen"


def test_nothing_is_assessed_in_a_closed_operation() -> None:
    world = action_day()
    item = day(world)
    close_operation(by=world.by("AG/coordinator"), operation=world.operation)
    with pytest.raises(ConflictError):
        say(world.by("RS/ana"), item, YES)
    assert state(world.by("RS/ana"), item) == "seen"


def test_the_service_gives_no_verdict() -> None:
    world = action_day()
    item = day(world)
    with pytest.raises(PermissionDeniedError):
        say(SERVICE.within(world.operation), item, YES)


def test_whoever_is_revoked_after_looking_says_nothing_any_more() -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, YES)
    given = drafts(world.by("HR/hana"), [item], REFER)
    revoke_person(by=replace(SERVICE, unit=world.units["HR"]), person=world.by("HR/hana").person)
    with pytest.raises(PermissionDeniedError):
        assess(by=world.by("HR/hana"), drafts=given)
    assert state(world.by("RS/ana"), item) == "in_assessment"


def test_a_verdict_on_another_basis_is_refused_and_says_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = action_day()
    item = day(world)
    given = drafts(world.by("RS/ana"), [item], REFER)
    (blind,) = assess(by=world.by("RS/ana"), drafts=[replace(given[0], basis="sha256:00", seen=None)])
    assert isinstance(blind.refused, ConflictError)
    monkeypatch.setattr(queries, "RULES", "openiru-assessment/2")
    (done,) = assess(by=world.by("RS/ana"), drafts=given)
    assert isinstance(done.refused, ConflictError)
    assert "rules was openiru-assessment/1, is openiru-assessment/2" in str(done.refused)


def test_verdicts_on_two_bases_do_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, YES)
    monkeypatch.setattr(queries, "RULES", "openiru-assessment/2")
    say(world.by("HR/hana"), item, YES)
    assert state(world.by("RS/ana"), item) == "in_assessment"
    assert say(world.by("MK/mila"), item, YES).state == "decided"


def test_a_draft_that_is_not_whole_is_refused_with_everything_that_is_wrong() -> None:
    world = action_day()
    item = day(world)
    broken = replace(REFER, claims=(), exceptions=REFER.exceptions[1:], reasons="")
    (done,) = assess(by=world.by("RS/ana"), drafts=drafts(world.by("RS/ana"), [item], broken))
    assert {problem.code for problem in done.problems} == {
        "ground-missing",
        "exception-unanswered",
        "reasons-missing",
    }
    assert state(world.by("RS/ana"), item) == "seen"


def test_one_refused_draft_refuses_no_other() -> None:
    world = action_day()
    item = day(world)
    good = drafts(world.by("RS/ana"), [item], REFER)
    strange = replace(good[0], item=new_id())
    done = assess(by=world.by("RS/ana"), drafts=[strange, *good])
    assert isinstance(done[0].refused, NotFoundError)
    assert done[1].refused is None


def test_more_than_one_piece_and_shorteners_are_not_assessed_the_ordinary_way() -> None:
    world = action_day()
    post = day(world)
    bring(
        world.by("RS/ana"),
        "https://t.me/openiru_demo_whole",
        "https://www.youtube.com/playlist?list=PLopeniru000000000000",
        "https://bit.ly/openiru-short",
        "https://t.me/",
    )
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT id FROM registry_item WHERE extent <> 'item' OR needs_resolving")
        wide = [UUID(str(row[0])) for row in now.cursor.fetchall()]
        ready = {row["id"] for row in queries.open_for()}
    assert len(wide) == 4
    assert post in ready
    assert not ready & set(wide)
    done = assess(by=world.by("RS/ana"), drafts=drafts(world.by("RS/ana"), wide, REFER))
    assert [type(one.refused) for one in done] == [ExtentError] * 4


def test_what_was_taken_back_is_not_assessed() -> None:
    world = action_day()
    alone = bring(world.by("RS/ana"), "https://t.me/openiru_demo_b/1")
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT id FROM registry_item")
        item = UUID(str(now.cursor.fetchone()[0]))
    undo_import(by=world.by("RS/ana"), import_id=alone)
    assert say(world.by("RS/ana"), item, YES).refused is not None


def test_nothing_in_the_room_asks_how_urgent_it_is_or_reads_a_setting() -> None:
    assert set(inspect.signature(assess).parameters) == {"by", "drafts"}
    for path in Path(str(assessment.__file__)).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not names & {"CONFIG", "environ", "urgent"}
    assert {Role.COORDINATOR, Role.ADMINISTRATOR} <= commands.NEVER


Line = dict[str, Any]


def _same_person(line: Line) -> None:
    line |= {f"b_{name}": line[f"a_{name}"] for name in ("unit_id", "id", "person_id", "verdict")}


def _another_basis(line: Line) -> None:
    line["basis_digest"] = "sha256:00"


def _another_person(line: Line) -> None:
    line["b_person_id"] = new_id()


def _made_up(line: Line) -> None:
    line["b_id"] = new_id()


def _lied(line: Line) -> None:
    line["b_verdict"] = "do_not_refer"


def _one_only(line: Line) -> None:
    line["b_id"] = line["b_person_id"] = line["b_unit_id"] = None


BENDS: tuple[Callable[[Line], None], ...] = (
    _same_person, _another_basis, _another_person, _made_up, _lied, _one_only,
)  # fmt: skip


def test_the_database_takes_no_line_without_two_people() -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, YES)
    say(world.by("HR/hana"), item, YES)
    line = _line(world, item)
    for bend in BENDS:
        crooked = dict(line)
        bend(crooked)
        with pytest.raises(DatabaseError), acting(world.by("AG/coordinator")) as now:
            insert(now.cursor, "referral_line", [crooked])
    with acting(world.by("AG/coordinator")) as now:
        insert(now.cursor, "referral_line", [line])
        now.cursor.execute("SELECT count(*) FROM referral_line")
        assert now.cursor.fetchone() == (1,)


def test_the_database_takes_no_line_on_a_yes_and_a_no() -> None:
    world = action_day()
    item = day(world)
    say(world.by("RS/ana"), item, YES)
    say(world.by("HR/hana"), item, Verdict.DO_NOT_REFER)
    say(world.by("MK/mila"), item, YES)
    line = _line(world, item)
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute("SELECT unit_id, id, person_id FROM assessment_assessment")
        unit, one, person = now.cursor.fetchone()
    line |= {"b_unit_id": unit, "b_id": one, "b_person_id": person}
    with pytest.raises(DatabaseError), acting(world.by("AG/coordinator")) as now:
        insert(now.cursor, "referral_line", [line])


def _line(world: World, item: UUID) -> Line:
    """A line as it should be, with a batch to stand in."""
    officer = world.by("AG/coordinator")
    load_directory(by=officer, providers=[{"slug": "host"}], platforms=[], organisations=[])
    with acting(officer) as now:
        now.cursor.execute("SELECT id FROM directory_provider")
        provider = now.cursor.fetchone()[0]
    referral = write(
        officer,
        "referral_referral",
        provider_id=provider,
        deciding_unit_id=officer.unit,
        sending_unit_id=officer.unit,
    )
    with acting(officer) as now:
        pair = queries.pairs_for([item])[item]
        row = a_row(
            "referral_line", now, referral_id=referral, item_id=item, extent="item", needs_resolving=False
        )
        return row | {
            name: getattr(pair, name)
            for name in (
                "basis_digest",
                *(f"{s}_{n}" for s in "ab" for n in ("unit_id", "id", "person_id", "verdict")),
            )
        }


def test_nobody_writes_a_verdict_for_another_unit_or_changes_one() -> None:
    world = action_day()
    item = day(world)
    done = say(world.by("RS/ana"), item, Verdict.NEEDS_EXPERT)
    boro = world.by("RS/boro")
    with pytest.raises(DatabaseError), acting(boro) as now:
        now.cursor.execute(
            "UPDATE assessment_assessment SET verdict = 'refer' WHERE id = %s", [done.assessment]
        )
    with acting(boro) as now:
        row = a_row("assessment_assessment", now, item_id=item, slot="A", verdict="refer")
    with pytest.raises(DatabaseError), acting(boro) as now:
        insert(now.cursor, "assessment_assessment", [row | {"unit_id": world.units["HR"]}])
    assert state(boro, item) == "parked"
