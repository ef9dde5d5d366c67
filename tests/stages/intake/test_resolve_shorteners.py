"""A shortener is followed, its place is counted once, everybody stays credited, and holds are asked again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

import pytest
from django.db import connections
from tests.people import World, action_day
from tests.stages.intake.helpers import ADDRESS, KEY, NOISE, bring, hold, ident, items, leaves

from openiru.core.errors import OutsideError, PermissionDeniedError
from openiru.core.lifecycle import Milestone, State
from openiru.foundation.database.acting import SERVICE, acting
from openiru.ports.looker import Hop, Looker, Observation, Trouble
from openiru.stages.intake import queries
from openiru.stages.intake.commands import undo_import
from openiru.stages.intake.holds import place_holds
from openiru.stages.intake.resolving import resolve_items

pytestmark = pytest.mark.usefixtures("database")
ONE, TWO, DEAD = "https://bit.ly/openiru-one", "https://t.co/openiru2", "https://bit.ly/openiru-dead"


class Played(Looker):
    """A net in which every short address leads to one post, but for the ones named."""

    name: ClassVar[str] = "played"

    def __init__(self, **ends: str) -> None:
        self.ends = ends
        self.asked: list[str] = []

    @classmethod
    def build(cls, config: Mapping[str, str]) -> Self:
        return cls(**config)

    def look(self, url: str) -> Observation:
        return self.resolve(url)

    def resolve(self, url: str) -> Observation:
        self.asked.append(url)
        end = self.ends.get(url.rsplit("/", 1)[1].replace("-", "_"), ADDRESS)
        if not end:
            return Observation(url, 0, Trouble.TIMEOUT)
        if end == "guarded":
            hops = (Hop(url, 301, "192.0.2.1", "http://127.0.0.1/"),)
            return Observation(url, 0, Trouble.REFUSED_BY_GUARD, hops=hops)
        return Observation(url, 200, final_url=end, hops=(Hop(url, 301, "192.0.2.1", end), Hop(end, 200)))


def row(world: World, key: str) -> tuple[str, Milestone]:
    found = items(world.by("AG/coordinator"))[key]
    return str(found["state"]), Milestone(int(str(found["milestones"])))


def units(world: World, key: str) -> list[str]:
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT units FROM iru.markings(%s)", [[ident(world.by("RS/ana"), key)]])
        found: list[str] = now.cursor.fetchone()[0]
        return found


def test_two_shorteners_of_one_place_give_one_item_with_all_its_contributors() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, *NOISE)
    bring(world.by("HR/hana"), TWO)
    played = Played()
    done = resolve_items(by=world.by("MK/mila"), looker=played)
    assert sorted(played.asked) == sorted([ONE, TWO])
    assert [(one.leads_to, one.known, one.held, one.refused) for one in done] == [
        (KEY, False, False, None)
    ] * 2
    assert row(world, KEY) == (State.SEEN, Milestone.SEEN | Milestone.DUPLICATE)
    assert row(world, "shortener:bit.ly/openiru-one") == (State.UNDONE, Milestone(0))
    assert units(world, KEY) == ["HR", "RS"]
    assert leaves(SERVICE, "intake.contribution_carried") == 2
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT key, hops FROM registry_alias ORDER BY key")
        aliases = now.cursor.fetchall()
        assert [key for key, _ in aliases] == ["shortener:bit.ly/openiru-one", "shortener:t.co/openiru2"]
        assert "openiru_demo_a/1" in str(aliases[0][1])
    assert resolve_items(by=world.by("MK/mila"), looker=played) == []


def flags(world: World, key: str) -> object:
    return items(world.by("AG/coordinator"))[key]["flags"]


def test_a_shortener_is_in_scope_until_it_was_followed_and_its_place_is_judged_then() -> None:
    world = action_day()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE operations_operation SET platforms = '{telegram}'")
    bring(world.by("RS/ana"), ONE, TWO, NOISE[1])
    assert flags(world, "shortener:bit.ly/openiru-one") == []
    assert flags(world, "web:pages.test/noise") == ["platform-outside"]
    resolve_items(by=world.by("RS/ana"), looker=Played(openiru_one="https://pages.test/end"))
    assert flags(world, "web:pages.test/end") == ["platform-outside"]
    assert flags(world, KEY) == []


def test_a_place_that_was_there_takes_one_more_contribution() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS)
    bring(world.by("HR/hana"), ONE)
    (done,) = resolve_items(by=world.by("HR/hana"), keys=["shortener:bit.ly/openiru-one"], looker=Played())
    assert done.known
    assert row(world, KEY) == (State.SEEN, Milestone.SEEN | Milestone.DUPLICATE)
    assert units(world, KEY) == ["HR", "RS"]


@pytest.mark.parametrize("subject", [ADDRESS, "shortener:bit.ly/openiru-one"])
def test_holds_are_asked_again_for_the_place_by_its_key_and_by_the_shorteners(subject: str) -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE)
    place_holds(by=world.by("MK/duma"), holds=[hold(subject)])
    (done,) = resolve_items(by=world.by("RS/ana"), looker=Played())
    assert done.held
    assert row(world, KEY)[1] == Milestone.SEEN | Milestone.HELD
    with acting(world.by("RS/ana")):
        assert done.final is not None
        assert queries.blocking([done.final])[done.final].code == "hold"


def test_what_cannot_be_followed_stays_and_the_answer_says_why() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, TWO, DEAD, "https://bit.ly/openiru-loop")
    played = Played(openiru_one="guarded", openiru_dead="", openiru_loop="https://t.co/openiru9")
    done = {one.key: one for one in resolve_items(by=world.by("RS/ana"), looker=played)}
    refused = {key for key, one in done.items() if isinstance(one.refused, OutsideError)}
    assert refused == set(done) - {"shortener:t.co/openiru2"}
    assert len(refused) == 3
    assert all(row(world, key) == (State.SEEN, Milestone.SEEN) for key in refused)


def test_undoing_the_import_of_a_followed_shortener_undoes_its_place() -> None:
    world = action_day()
    first = bring(world.by("RS/ana"), ONE)
    second = bring(world.by("HR/hana"), TWO)
    resolve_items(by=world.by("RS/ana"), looker=Played())
    undo_import(by=world.by("RS/ana"), import_id=first)
    assert row(world, KEY) == (State.SEEN, Milestone.SEEN)
    assert units(world, KEY) == ["HR"]
    undo_import(by=world.by("HR/hana"), import_id=second)
    assert row(world, KEY) == (State.UNDONE, Milestone(0))


def test_a_shortener_contributed_again_is_followed_again() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE)
    resolve_items(by=world.by("RS/ana"), looker=Played())
    bring(world.by("HR/hana"), ONE)
    assert row(world, "shortener:bit.ly/openiru-one")[0] == State.SEEN
    (done,) = resolve_items(by=world.by("RS/ana"), looker=Played())
    assert done.known
    assert row(world, KEY) == (State.SEEN, Milestone.SEEN | Milestone.DUPLICATE)
    assert units(world, KEY) == ["HR", "RS"]


def test_the_overseer_resolves_nothing() -> None:
    world = action_day()
    with pytest.raises(PermissionDeniedError):
        resolve_items(by=world.by("AG/overseer"), looker=Played())
