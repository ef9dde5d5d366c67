"""What needs another language is anybody's to take on; an alarm puts an item first, or out of everybody's sight."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from tests.people import World, action_day
from tests.stages.assessment.helpers import say
from tests.stages.intake.helpers import bring, ident

from openiru.core.errors import ConflictError, NotFoundError, PermissionDeniedError, UsageError
from openiru.core.vocabulary import Verdict
from openiru.foundation.database.acting import By, acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.foundation.registry.queries import items as items_by_id
from openiru.ports.formats import Row
from openiru.stages.assessment.beside import alarms, alike, both_reasons, own_day
from openiru.stages.assessment.commands_alarms import ABUSE, LIFE, hand_over, raise_alarm
from openiru.stages.assessment.commands_claims import claim_next, open_item
from openiru.stages.assessment.commands_language import (
    NewTranslation,
    ask_language,
    give_up_request,
    take_request,
    translate,
    withdraw_requests,
)
from openiru.stages.assessment.commands_searches import end_search, save_search
from openiru.stages.assessment.languages import requests, translations
from openiru.stages.assessment.waiting import Filters, searches, waiting
from openiru.stages.intake.commands import Source, import_rows

pytestmark = pytest.mark.usefixtures("database")
WORDS = NewTranslation(wanted="en", text="invented words", machine="", own_unit=False)
TWO = "https://t.me/openiru_demo_a/2"


def day() -> tuple[World, UUID, UUID]:
    world = action_day()
    bring(world.by("RS/ana"), "https://t.me/openiru_demo_a/1", TWO)
    ana = world.by("RS/ana")
    return world, ident(ana), ident(ana, "telegram:post:openiru_demo_a/2")


def waits(by: By) -> list[UUID]:
    with acting(by):
        return [row["item_id"] for row in requests()]


def proved() -> bool:
    sequence()
    return verify().holds


def test_a_request_is_taken_on_by_whoever_comes_first_and_ends_with_the_words() -> None:
    world, first, second = day()
    ana, hana, mila = (world.by(name) for name in ("RS/ana", "HR/hana", "MK/mila"))
    (asked,) = ask_language(by=ana, items=[first], wanted="en", note="slang")
    assert asked.request is not None
    assert claim_next(by=hana, filters=Filters()) == second, "what cannot be read yet is not offered"
    take_request(by=hana, which=asked.request)
    with pytest.raises(ConflictError):
        take_request(by=mila, which=asked.request)
    with pytest.raises(ConflictError):
        translate(by=mila, item=first, translation=WORDS, which=asked.request)
    translate(by=hana, item=first, translation=WORDS, which=asked.request)
    assert waits(ana) == []
    with acting(ana):
        (shown,) = translations([first])[first]
    assert (shown["text"], shown["machine"], shown["unit"]) == ("invented words", "", "HR")
    with acting(mila):
        assert {row.asked for row in waiting(Filters()).rows} == {False}
    assert proved()


def test_asking_twice_is_one_request_and_many_are_withdrawn_as_one() -> None:
    world, first, second = day()
    ana, batch = world.by("RS/ana"), uuid4()
    made = ask_language(by=ana, items=[first, second], wanted="en", batch=batch)
    assert all(one.request for one in made)
    assert [one.request for one in ask_language(by=ana, items=[first], wanted="en")] == [None]
    assert made[0].request is not None
    take_request(by=world.by("HR/hana"), which=made[0].request)
    assert withdraw_requests(by=ana, batch=batch) == 1, "what somebody works on stays"
    give_up_request(by=world.by("HR/hana"), which=made[0].request)
    assert waits(ana) == [first]
    assert proved()


def test_who_may_not_and_what_is_no_language() -> None:
    world, first, _ = day()
    with pytest.raises(UsageError):
        ask_language(by=world.by("RS/ana"), items=[first], wanted="Arabic!")
    with pytest.raises(PermissionDeniedError):
        ask_language(by=world.by("AG/coordinator"), items=[first], wanted="en")
    with pytest.raises(PermissionDeniedError):
        translate(by=world.by("AG/overseer"), item=first, translation=WORDS)
    with pytest.raises(NotFoundError):
        translate(by=world.by("RS/ana"), item=uuid4(), translation=WORDS)


def test_a_translation_kept_inside_the_unit_stays_there() -> None:
    world, first, _ = day()
    kept = NewTranslation(wanted="en", text="x", machine="invented translator 2", own_unit=True)
    translate(by=world.by("RS/ana"), item=first, translation=kept)
    with acting(world.by("RS/boro")):
        assert len(translations([first])[first]) == 1
    with acting(world.by("HR/hana")):
        assert translations([first]) == {}


def test_a_threat_to_life_comes_first_for_everybody() -> None:
    world, first, second = day()
    raise_alarm(by=world.by("RS/ana"), item=second, kind=LIFE, note="")
    with acting(world.by("HR/hana")):
        rows = waiting(Filters()).rows
    assert [row.item for row in rows] == [second, first]
    assert rows[0].score.alarm > 0
    assert proved()


def test_what_is_sealed_is_out_of_everybodys_sight_and_stays_there() -> None:
    world, first, _ = day()
    alarm = raise_alarm(by=world.by("RS/ana"), item=first, kind=ABUSE, note="seen by chance")
    assert proved()
    rows = [Row(2, "https://t.me/openiru_demo_a/1", reason="again, invented")]
    source = Source(rows=rows, file_name="b.csv", file_digest="sha256:00", format="csv")
    assert import_rows(by=world.by("MK/mila"), source=source).counts["refused"] == 1
    for name in ("RS/ana", "RS/boro", "HR/hana", "MK/mila", "AG/coordinator", "AG/overseer"):
        with acting(world.by(name)):
            assert items_by_id([first]) == {}, name
    with pytest.raises(NotFoundError):
        raise_alarm(by=world.by("HR/hana"), item=first, kind=ABUSE, note="")
    with acting(world.by("AG/coordinator")):
        (shown,) = alarms()
    assert shown["canonical"]
    hand_over(by=world.by("AG/coordinator"), alarm=alarm, to="duty desk, invented", note="ref 1")
    with pytest.raises(ConflictError):
        hand_over(by=world.by("AG/deputy"), alarm=alarm, to="again", note="")
    with acting(world.by("AG/coordinator")):
        (shown,) = alarms()
    assert (shown["canonical"], shown["handed_to"], shown["item"]) == ("", "duty desk, invented", None)
    assert proved()


def test_the_third_person_reads_both_reasons_and_not_whose_they_are() -> None:
    world, first, _ = day()
    say(world.by("RS/ana"), first, Verdict.REFER)
    with acting(world.by("MK/mila")):
        assert both_reasons(first) == []
    say(world.by("HR/hana"), first, Verdict.DO_NOT_REFER)
    with acting(world.by("MK/mila")):
        reasons = both_reasons(first)
    assert {one["verdict"] for one in reasons} == {"refer", "do_not_refer"}
    assert all(set(one) == {"slot", "verdict", "confidence", "facts"} for one in reasons)


def test_of_alike_items_the_open_ones_tell_nothing() -> None:
    world, first, second = day()
    with acting(world.by("RS/ana")):
        assert [(one["item"], one["state"]) for one in alike(first)] == [(second, None)]
    say(world.by("HR/hana"), second, Verdict.REFER)
    with acting(world.by("RS/ana")):
        assert [one["state"] for one in alike(first)] == [None]
    say(world.by("MK/mila"), second, Verdict.REFER)
    with acting(world.by("RS/ana")):
        assert [one["state"] for one in alike(first)] == ["decided"]


def test_ones_own_day_is_ones_own() -> None:
    world, first, _ = day()
    ana = world.by("RS/ana")
    open_item(by=ana, item=first)
    open_item(by=ana, item=first)
    say(ana, first, Verdict.REFER)
    with acting(ana):
        mine = own_day()
    assert (mine.exposure.opened, [one["verdict"] for one in mine.given]) == (1, ["refer"])
    with acting(world.by("RS/boro")):
        others = own_day()
    assert (others.exposure.opened, others.given) == (0, [])


def test_a_saved_search_is_ones_own_or_the_units() -> None:
    world, *_ = day()
    ana, boro, hana = (world.by(name) for name in ("RS/ana", "RS/boro", "HR/hana"))
    save_search(by=ana, name="mine", filters=Filters(language="ar"), shared=False)
    save_search(by=ana, name="mine", filters=Filters(language="sr"), shared=False)
    ours = save_search(by=ana, name="ours", filters=Filters(platform="telegram"), shared=True)
    with acting(ana):
        assert [(one["name"], one["filters"]) for one in searches()] == [
            ("mine", {"language": "sr"}),
            ("ours", {"platform": "telegram"}),
        ]
    with acting(boro):
        assert [one["name"] for one in searches()] == ["ours"]
    with acting(hana):
        assert searches() == []
    with pytest.raises(NotFoundError):
        end_search(by=boro, search=ours)
    end_search(by=ana, search=ours)
    with acting(boro):
        assert searches() == []
