"""The place behind a shortener is seen by those who may see what was contributed, and by nobody else."""

from __future__ import annotations

import pytest
from tests.people import World, action_day
from tests.stages.intake.helpers import ADDRESS, KEY, bring, ident, items
from tests.stages.intake.test_resolve_shorteners import ONE, TWO, Played

from openiru.core.lifecycle import State
from openiru.core.vocabulary import Tlp
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.stages.intake.commands import undo_import
from openiru.stages.intake.markings import Marking, change_marking
from openiru.stages.intake.resolving import resolve_items

pytestmark = pytest.mark.usefixtures("database")
PEOPLE = {"RS": "RS/ana", "HR": "HR/hana", "MK": "MK/mila"}


def sees(world: World, key: str = KEY) -> str:
    """The units that see an item."""
    return " ".join(sorted(unit for unit, who in PEOPLE.items() if key in items(world.by(who))))


def follow(world: World, who: str) -> bool:
    """Whether everything that this person sees could be followed to the place; the log is whole afterwards."""
    by = SERVICE.within(world.by("RS/ana").operation or SERVICE.unit) if who == "SERVICE" else world.by(who)
    found = resolve_items(by=by, looker=Played())
    sequence()
    assert verify(lambda *_: None).holds
    return bool(found) and all(one.leads_to == KEY for one in found)


@pytest.mark.parametrize(
    ("tlp", "restriction"), [("red", ""), ("amber+strict", ""), ("green", "own_unit_only")]
)
def test_the_place_behind_a_closed_shortener_is_seen_by_its_unit_alone(tlp: str, restriction: str) -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, tlp=tlp, restriction=restriction)
    assert follow(world, "RS/ana")
    assert sees(world) == "RS"
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute("SELECT count(*) FROM registry_alias")
        assert now.cursor.fetchone()[0] == 0


@pytest.mark.parametrize("who", ["RS/ana", "MK/mila", "SERVICE"])
def test_the_place_behind_an_open_shortener_is_seen_by_all_whoever_follows_it(who: str) -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE)
    assert follow(world, who)
    assert sees(world) == "HR MK RS"


def test_the_service_follows_what_is_open_and_opens_a_place_that_was_closed() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, tlp="red")
    bring(world.by("HR/hana"), ONE)
    bring(world.by("MK/mila"), TWO, tlp="red")
    assert follow(world, "SERVICE")
    assert sees(world) == "HR MK RS"
    assert sees(world, "shortener:t.co/openiru2") == "MK"
    assert items(world.by("MK/mila"))["shortener:t.co/openiru2"]["state"] == State.SEEN


@pytest.mark.parametrize("order", [("RS/ana", "HR/hana"), ("HR/hana", "RS/ana")])
def test_a_closed_and_an_open_shortener_of_one_place_leave_it_open(order: tuple[str, str]) -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, tlp="red")
    bring(world.by("HR/hana"), TWO)
    assert follow(world, order[0])
    follow(world, order[1])
    assert sees(world) == "HR MK RS"


def test_an_open_contribution_to_the_place_itself_opens_it_before_and_after() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, tlp="red")
    assert follow(world, "RS/ana")
    bring(world.by("HR/hana"), ADDRESS)
    assert sees(world) == "HR MK RS"
    bring(world.by("MK/mila"), TWO, tlp="red")
    assert follow(world, "MK/mila")
    assert sees(world) == "HR MK RS"


def test_two_units_share_one_closed_shortener_and_both_see_the_place() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, tlp="red")
    bring(world.by("HR/hana"), ONE, restriction="own_unit_only")
    assert follow(world, "HR/hana")
    assert sees(world) == "HR RS"


def test_a_place_that_is_closed_to_another_unit_is_joined_and_not_opened() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, tlp="red")
    bring(world.by("HR/hana"), ONE, tlp="red")
    assert follow(world, "HR/hana")
    assert sees(world) == "HR RS"


def test_a_place_that_was_undone_comes_back_for_those_who_contribute_now() -> None:
    world = action_day()
    first = bring(world.by("HR/hana"), ADDRESS)
    undo_import(by=world.by("HR/hana"), import_id=first)
    assert sees(world) == "HR MK RS"
    bring(world.by("RS/ana"), ONE, tlp="red")
    assert follow(world, "RS/ana")
    assert sees(world) == "RS"


def test_a_closed_place_is_undone_with_its_shortener_and_stays_closed() -> None:
    world = action_day()
    first = bring(world.by("RS/ana"), ONE, tlp="red")
    assert follow(world, "RS/ana")
    undo_import(by=world.by("RS/ana"), import_id=first)
    assert items(world.by("RS/ana"))[KEY]["state"] == State.UNDONE
    assert sees(world) == "RS"
    bring(world.by("HR/hana"), TWO, tlp="red")
    assert follow(world, "HR/hana")
    assert sees(world) == "HR"


def test_one_who_follows_a_shortener_whose_open_contribution_was_undone_does_not_show_the_place_to_all() -> (
    None
):
    world = action_day()
    bring(world.by("RS/ana"), ONE, tlp="red")
    second = bring(world.by("HR/hana"), ONE)
    undo_import(by=world.by("HR/hana"), import_id=second)
    assert sees(world, "shortener:bit.ly/openiru-one") == "HR RS"  # HR has had it
    assert follow(world, "RS/ana")
    assert sees(world) == "RS"


def test_a_marking_that_is_lifted_opens_the_place() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, tlp="red")
    assert follow(world, "RS/ana")
    by = world.by("RS/ana")
    change_marking(by=by, items=[ident(by)], marking=Marking(tlp=Tlp.GREEN), reason="cleared")
    assert sees(world) == "HR MK RS"


def test_nobody_joins_those_who_see_a_place_without_seeing_a_shortener_that_leads_there() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, tlp="red")
    assert follow(world, "RS/ana")
    place = ident(world.by("RS/ana"))
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute("SELECT iru.enclose(%s)", [[place]])
    assert sees(world) == "RS"
