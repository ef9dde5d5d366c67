"""The projections say what the log says, at every size, and can be made again from it."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from tests.foundation.things import bring, step, tell
from tests.people import START, World, action_day

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, Step
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.registry.projector import RULES, rebuild

pytestmark = pytest.mark.usefixtures("database")
M = Milestone


def figures(text: str, *values: Any) -> list[tuple[Any, ...]]:
    """What the login of the figures sees; it has no other rights."""
    with connections["stats"].cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def standing(item: UUID) -> list[tuple[Any, ...]]:
    return figures(
        "SELECT from_index, to_index, state, milestones, language FROM registry_standing"
        " WHERE item_id = %s ORDER BY from_index",
        item,
    )


def content() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    return (
        figures(
            "SELECT operation_id, item_id, from_index, to_index, state, milestones, platform, kind, language,"
            " organisation, work, referred_at, credits FROM registry_standing ORDER BY from_index, item_id"
        ),
        figures(
            "SELECT operation_id, what, subject_id, item_id, unit_id, label, from_index, to_index"
            " FROM registry_mark ORDER BY from_index, what, subject_id"
        ),
    )


def a_life(world: World) -> UUID:
    """An item that is seen, assessed, decided and seen again; a hold on it; a check; an answer twice."""
    ana, hana = world.by("RS/ana"), world.by("HR/hana")
    item = bring(ana, ["one", "two", "three"])["one"]
    sequence()
    step(ana, item, Step.ASSESS, EventType.ASSESSED, gains=M.ASSESSED)
    step(ana, item, Step.DECIDE, EventType.DECIDED, gains=M.DECIDED)
    sequence()
    bring(hana, ["one"])
    step(hana, item, Step.CONTRIBUTE, EventType.CONTRIBUTED, gains=M.DUPLICATE)
    step(hana, item, None, EventType.CONTRIBUTED, language="bs")
    hold, line = new_id(), new_id()
    tell(ana, EventType.HOLD_PLACED, hold, {"unit": str(ana.unit), "label": "unit"})
    sequence()
    tell(ana, EventType.HOLD_RELEASED, hold)
    tell(ana, EventType.ANSWERED, line, {"label": "removed", "item": str(item)})
    tell(ana, EventType.ANSWERED, line, {"label": "restored", "item": str(item)})
    sequence()
    return item


def test_versions_follow_one_another_without_gap_or_overlap_and_the_last_is_open() -> None:
    world = action_day()
    item = a_life(world)
    versions = standing(item)
    assert [row[2] for row in versions] == ["seen", "in_assessment", *["decided"] * 4]
    assert [row[1] for row in versions[:-1]] == [row[0] for row in versions[1:]]
    assert versions[-1][1] is None
    assert [row[3] for row in versions[-2:]] == [int(M.SEEN | M.ASSESSED | M.DECIDED | M.DUPLICATE)] * 2
    assert [row[4] for row in versions] == [*["sq"] * 5, "bs"]


def test_an_event_that_changes_nothing_makes_no_version() -> None:
    world = action_day()
    ana = world.by("RS/ana")
    item = bring(ana, ["one"])["one"]
    step(ana, item, None, EventType.CHECKED)
    sequence()
    step(ana, item, None, EventType.CHECKED)
    sequence()
    assert len(standing(item)) == 1
    assert figures("SELECT count(*) FROM registry_mark WHERE what = 'check'") == [(2,)]


def test_many_steps_in_one_batch_give_the_versions_that_single_batches_give() -> None:
    world = action_day()
    ana = world.by("RS/ana")
    items = bring(ana, ["one", "two"])
    for each in (True, False):
        item = items["one" if each else "two"]
        for what, event in (
            (Step.ASSESS, EventType.ASSESSED),
            (Step.DECIDE, EventType.DECIDED),
            (Step.VOID, EventType.ASSESSMENT_VOIDED),
        ):
            step(ana, item, what, event)
            if each:
                sequence()
    sequence()
    one, two = ([row[2:] for row in standing(items[key])] for key in ("one", "two"))
    assert one == two
    assert len(one) == 4


def test_marks_begin_end_and_begin_again() -> None:
    world = action_day()
    a_life(world)
    marks = figures("SELECT what, label, to_index IS NULL FROM registry_mark ORDER BY from_index")
    assert ("hold", "unit", False) in marks
    assert [mark for mark in marks if mark[0] == "answer"] == [
        ("answer", "removed", False),
        ("answer", "restored", True),
    ]
    units = figures(
        "SELECT unit_id, count(*) FROM registry_mark WHERE what = 'contribution' GROUP BY unit_id"
    )
    assert dict(units) == {world.units["RS"]: 3, world.units["HR"]: 3}
    assert figures("SELECT count(*) FROM registry_mark WHERE what = 'participant'") == [(4,)]


def test_a_rebuild_gives_the_same_content() -> None:
    world = action_day()
    a_life(world)
    before = content()
    assert len(before[0]) >= 7
    size = rebuild()
    assert size == figures("SELECT iru.log_size()")[0][0]
    assert content() == before


def test_an_item_of_two_operations_has_two_standings() -> None:
    world = action_day()
    ana = world.by("RS/ana")
    item = bring(ana, ["one"])["one"]
    other = new_id()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO operations_operation SELECT %s, 'other', title, kind, environment, mandate_id, lead_unit_id,"
            " zone, opens_at, closes_at, closed_at, themes, platforms, languages, groups FROM operations_operation",
            [other],
        )
        cursor.execute(
            "INSERT INTO operations_participant (id, operation_id, unit_id, authority, role, joined_at)"
            " SELECT gen_random_uuid(), %s, unit_id, authority, role, joined_at FROM operations_participant",
            [other],
        )
    bring(ana.within(other), ["one"])
    sequence()
    rows = figures("SELECT DISTINCT operation_id FROM registry_standing WHERE item_id = %s", item)
    assert {row[0] for row in rows} == {world.operation, other}
    assert len(standing(item)) == 2


def test_a_strange_payload_does_not_stop_the_log() -> None:
    world = action_day()
    ana = world.by("RS/ana")
    strange: list[dict[str, Any]] = [
        {"item": "no id", "state": "seen", "milestones": 1},
        {"item": str(new_id()), "state": "seen", "milestones": "one"},
        {"item": 7, "unit": ["a"], "label": {"b": 1}},
    ]
    for payload in strange:
        tell(ana, EventType.CONTRIBUTED, new_id(), payload)
    assert sequence() > 3
    assert figures("SELECT count(*) FROM registry_mark WHERE what = 'contribution'") == [(3,)]


def test_no_event_begins_and_ends_the_same_mark() -> None:
    pairs = [(rule.type, rule.what) for rule in RULES]
    assert len(pairs) == len(set(pairs))


def credit(item: UUID, world: World) -> list[dict[str, int]]:
    """Who is credited with how many contributions, version by version."""
    codes = {str(unit): code for code, unit in world.units.items()}
    rows = figures("SELECT credits FROM registry_standing WHERE item_id = %s ORDER BY from_index", item)
    return [{codes[unit]: count for unit, count in json.loads(row[0]).items()} for row in rows]


@pytest.mark.parametrize("at_once", [True, False])
def test_every_contribution_is_credited_to_its_unit_until_it_is_taken_back(*, at_once: bool) -> None:
    world = action_day()
    ana, hana = world.by("RS/ana"), world.by("HR/hana")
    item = bring(ana, ["one"])["one"]
    told = {"item": str(item), "unit": str(hana.unit)}
    for event, unit in (
        (EventType.CONTRIBUTED, hana.unit),
        (EventType.CONTRIBUTED, hana.unit),
        (EventType.CONTRIBUTION_UNDONE, ana.unit),
        (EventType.CONTRIBUTION_UNDONE, hana.unit),
        (EventType.CONTRIBUTION_CARRIED, ana.unit),
        (EventType.ITEM_RESOLVED, ana.unit),
    ):
        tell(ana, event, new_id(), told | {"unit": str(unit)})
        if not at_once:
            sequence()
    sequence()
    assert credit(item, world) == [
        {"RS": 1},
        {"RS": 1, "HR": 1},
        {"RS": 1, "HR": 2},
        {"HR": 2},
        {"HR": 1},
        {"RS": 1, "HR": 1},
        {},
    ]


def referred(world: World, item: UUID) -> None:
    ana = world.by("RS/ana")
    step(ana, item, None, EventType.LINE_REFERRED, gains=M.REFERRED)


def look(world: World, item: UUID, label: str, event: EventType = EventType.CHECKED) -> None:
    tell(world.by("RS/ana"), event, new_id(), {"item": str(item), "label": label})


def spells(item: UUID) -> list[tuple[Any, ...]]:
    text = "SELECT label, to_index IS NULL FROM registry_mark WHERE what = 'spell' AND item_id = %s ORDER BY from_index"
    return figures(text, item)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_spell_begins_with_the_referral_follows_the_looks_and_ends_once(*, at_once: bool) -> None:
    world = action_day()
    item = bring(world.by("RS/ana"), ["one"])["one"]
    look(world, item, "live|-1")
    referred(world, item)
    for label in ("live|300", "inconclusive|2000", "moved|2700", "gone|3601"):
        look(world, item, label)
        if not at_once:
            sequence()
    look(world, item, "2700|3601", EventType.CONFIRMED_GONE)
    look(world, item, "live|90000")
    look(world, item, "2700|99999", EventType.CONFIRMED_GONE)
    sequence()
    assert spells(item) == [("0|", False), ("3|", False), ("3|5", True)]


def test_gone_before_the_referral_is_no_spell_and_a_bounce_takes_it_back() -> None:
    world = action_day()
    items = bring(world.by("RS/ana"), ["one", "two"])
    for item in items.values():
        referred(world, item)
    look(world, items["one"], "0|0", EventType.CONFIRMED_GONE)
    step(world.by("RS/ana"), items["two"], None, EventType.BOUNCED, loses=M.REFERRED)
    sequence()
    assert spells(items["one"]) == [("0|", False), ("-", True)]
    assert spells(items["two"]) == [("0|", False)]
    times = [
        row[0]
        for row in figures("SELECT referred_at FROM registry_standing WHERE item_id = %s", items["two"])
    ]
    assert times.count(START) == 1
    referred(world, items["two"])
    sequence()
    assert spells(items["two"])[-1] == ("0|", True)


def test_a_mark_of_an_item_is_one_in_each_operation() -> None:
    world = action_day()
    item = bring(world.by("RS/ana"), ["one"])["one"]
    other = world.by("RS/ana")
    for by, reason in ((world.by("RS/ana"), "press"), (other, "research")):
        tell(by, EventType.REJECTED, new_id(), {"item": str(item), "label": reason})
    sequence()
    text = "SELECT label, to_index IS NULL FROM registry_mark WHERE what = 'rejection' ORDER BY from_index"
    assert figures(text) == [("press", False), ("research", True)]
