"""The pages of deconfliction: what a hold would meet before it is placed, overrides that tell, rounds in which silence is shown."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.entrypoints.web.visiting import visiting
from tests.people import START, World, action_day
from tests.stages.intake.helpers import ADDRESS, KEY, bring, hold, ident, leaves

from openiru.core.vocabulary import HoldScope
from openiru.foundation.database.acting import acting
from openiru.stages.intake import queries
from openiru.stages.intake.holds import place_holds
from openiru.stages.intake.rounds import open_round

AT = "/o/day"
UNTIL = "2020-10-08T09:00"
PLACE = {
    "kind": "unit",
    "scope": "pattern",
    "subject": "telegram:post:openiru_demo_a/*",
    "reason": "invented",
}


@pytest.fixture
def world(database: str) -> World:
    assert database
    world = action_day()
    bring(world.by("HR/hana"), ADDRESS, "https://pages.test/1")
    return world


def said(answer: object, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[-2000:]  # type: ignore[attr-defined] # Django's answer
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return] # the same


def form(**fields: str) -> dict[str, str]:
    return {"request_id": str(uuid4()), **fields}


def desk(world: World, name: str) -> Client:
    return visiting(world.outside(name))


def test_a_hold_shows_what_it_would_meet_and_is_placed_once_and_released(world: World) -> None:
    officer = desk(world, "RS/deda")
    said(officer.get(f"{AT}/holds/new?subject={KEY}"))
    sent = form(**PLACE, expires_at=UNTIL)
    shown = said(officer.post(f"{AT}/holds/new", sent | {"try": "1"}))
    assert "It would meet 1 item of this operation" in shown
    assert KEY in shown
    with acting(world.by("RS/deda")):
        assert queries.holds() == []
    assert leaves(world.by("RS/deda"), "intake.hold_placed") == 0
    for _ in range(2):
        assert officer.post(f"{AT}/holds/new", sent | {"place": "1"}).status_code == 303
    with acting(world.by("RS/deda")):
        (placed,) = queries.holds()
    assert placed["expires_at"] == START + timedelta(days=2)
    listed = said(officer.get(f"{AT}/holds"))
    assert "invented" in listed.partition("<main")[2]
    other = said(desk(world, "HR/dora").get(f"{AT}/holds"))
    assert placed["reference"] in other
    assert "duty desk RS" not in other
    said(desk(world, "HR/dora").get(f"{AT}/holds/{placed['id']}/release"), 404)
    assert "Fill it in" in said(officer.post(f"{AT}/holds/{placed['id']}/release", form()), 400)
    answer = officer.post(f"{AT}/holds/{placed['id']}/release", form(why="over"), follow=True)
    assert "has ended" in said(answer)
    assert "over" in said(officer.get(f"{AT}/holds?show=all"))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"expires_at": ""}, "needs a day on which it expires"),
        ({"subject": "*"}, "at least 4 characters"),
        ({"kind": "judicial"}, "names the authority"),
        ({"reason": ""}, "reason is empty"),
    ],
)
def test_a_hold_that_cannot_be_placed_keeps_what_was_typed(
    world: World, wrong: dict[str, str], why: str
) -> None:
    shown = said(
        desk(world, "RS/deda").post(
            f"{AT}/holds/new", form(**PLACE, expires_at=UNTIL) | wrong | {"try": "1"}
        ),
        400,
    )
    assert why in shown
    assert 'value="pattern" selected' in shown
    with acting(world.by("RS/deda")):
        assert queries.holds(standing=False) == []


def test_an_override_warns_tells_the_holder_and_is_done_once(world: World) -> None:
    place_holds(by=world.by("RS/ana"), holds=[hold("telegram:post:openiru_demo_a/*", HoldScope.PATTERN)])
    item = ident(world.by("HR/hana"))
    officer = desk(world, "HR/dora")
    assert "duty desk RS" in said(officer.get(f"{AT}/items/{item}/override"))
    said(desk(world, "HR/hana").post(f"{AT}/items/{item}/override", form(threat="now")), 403)
    sent = form(threat="an invented attack tomorrow")
    for _ in range(2):
        assert officer.post(f"{AT}/items/{item}/override", sent).status_code == 303
    assert leaves(world.by("HR/dora"), "intake.hold_overridden") == 1
    notice = said(desk(world, "RS/deda").get(f"{AT}/holds"))
    assert "was passed by HR" in notice
    assert "an invented attack tomorrow" in notice


def opened(world: World) -> UUID:
    return open_round(by=world.by("AG/coordinator"), due_at=START + timedelta(days=1)).id


def test_a_round_is_opened_answered_and_closed_with_silence_shown(world: World) -> None:
    coordinator = desk(world, "AG/coordinator")
    answer = coordinator.post(f"{AT}/rounds/open", form(due_at="2020-10-07T09:00"))
    at = answer["Location"]
    shown = said(coordinator.get(at))
    assert "4 units have not answered: referral waits." in shown
    assert "Close over the silence of 4 units" in shown
    said(desk(world, "RS/ana").post(f"{at}/answer", form(none="yes")), 403)
    officer = desk(world, "RS/deda")
    said(officer.post(f"{at}/answer", form()), 400)
    said(officer.post(f"{at}/answer", form(none="yes", hits=ADDRESS)), 400)
    sent = form(hits=ADDRESS, expires_at=UNTIL)
    for _ in range(2):
        assert officer.post(f"{at}/answer", sent).status_code == 303
    assert "3 units have not answered" in said(officer.get(at))
    said(officer.post(f"{at}/answer", form(none="yes")), 409)
    assert "why is empty" in said(coordinator.post(f"{at}/close", form()), 400)
    coordinator.post(f"{at}/close", form(why="the day begins"))
    assert "the day begins" in said(officer.get(at))


def test_a_list_goes_out_and_comes_back_for_a_unit_without_access(world: World) -> None:
    round_id = opened(world)
    officer = desk(world, "RS/deda")
    answer = officer.post(f"{AT}/lists/export", {"what": "items", "round_id": str(round_id)})
    listing = said(answer)
    assert answer["Content-Disposition"].startswith("attachment")
    assert KEY in listing
    filled = listing.replace(",post,", ",post,yes").replace(",page,", ",page,no").encode()
    sent = form(for_unit="MK", round_id=str(round_id), expires_at=UNTIL)
    done = said(officer.post(f"{AT}/lists/enter", sent | {"file": SimpleUploadedFile("back.csv", filled)}))
    assert re.findall(r"<dd>(\d+)</dd>", done) == ["1", "1", "0"]
    with acting(world.by("RS/deda")):
        assert "MK" in queries.round_state(round_id).answered
    short = SimpleUploadedFile("back.csv", b"key,hit\n" + KEY.encode() + b",no\n")
    sent = form(for_unit="HR", round_id=str(round_id), expires_at=UNTIL)
    assert "silence is never consent" in said(officer.post(f"{AT}/lists/enter", sent | {"file": short}), 409)


def test_a_keyed_list_shows_no_key_and_a_short_secret_is_refused(world: World) -> None:
    officer = desk(world, "RS/deda")
    keyed = said(officer.post(f"{AT}/lists/export", {"what": "items", "secret": "long enough a secret"}))
    assert KEY not in keyed
    said(officer.post(f"{AT}/lists/export", {"what": "items", "secret": "short"}), 400)
    said(desk(world, "RS/ana").post(f"{AT}/lists/export", {"what": "items"}), 403)
    said(officer.post(f"{AT}/lists/export", {"what": "items", "round_id": str(uuid4())}), 404)
