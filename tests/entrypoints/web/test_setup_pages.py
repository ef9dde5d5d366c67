"""Set-up, system, units and people: who may, what it says before, done once, told to the ledger."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.entrypoints.web.visiting import visiting
from tests.people import World, action_day

from openiru.foundation.database.acting import acting
from openiru.foundation.operations import fresh, notices, queries
from openiru.foundation.people.queries import by_token

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def world(database: str, monkeypatch: pytest.MonkeyPatch) -> World:
    assert database
    monkeypatch.setattr(fresh, "is_fresh", lambda *_: True)
    notices._seen.clear()
    return action_day()


def client(world: World, name: str) -> Client:
    return visiting(world.people[name])


def post(who: Client, path: str, **fields: object) -> HttpResponse:
    return who.post(path, {"request_id": str(uuid4()), **fields})  # type: ignore[return-value] # Django's client wraps it


def main_of(who: Client, path: str) -> str:
    answer = who.get(path)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode().partition("</main>")[0].partition("<main")[2])


NEW = {"slug": "next", "title": "Next day (invented)", "kind": "action_day", "mandate": "tco", "zone": "Europe/Belgrade",
       "opens_at": "2020-11-01 08:00", "closes_at": "2020-11-02 18:00", "platforms": "telegram, youtube",
       "contribution_from": "2020-11-01 08:00", "contribution_to": "2020-11-01 12:00"}  # fmt: skip


def test_a_mandate_takes_two_persons(world: World) -> None:
    lead, deputy = client(world, "AG/coordinator"), client(world, "AG/deputy")
    new = {
        "act": "propose",
        "slug": "second",
        "law": "Act (invented)",
        "article": "Art. 3",
        "authority": "AG",
        "kinds": "a, b",
    }
    assert post(lead, "/mandates", **new).status_code == 303
    assert "waits for a second person" in main_of(lead, "/mandates")
    assert post(lead, "/mandates", act="confirm", slug="second").status_code == 403
    assert post(deputy, "/mandates", act="confirm", slug="second").status_code == 303
    assert "waits for a second person" not in main_of(lead, "/mandates")
    assert post(client(world, "RS/ana"), "/mandates", **new | {"slug": "third"}).status_code == 403


def test_an_operation_is_opened_joined_timed_and_closed_by_who_leads_it(world: World) -> None:
    lead = client(world, "AG/coordinator")
    form = {"request_id": str(uuid4()), **NEW, "units": [str(world.units["RS"])]}
    assert [lead.post("/operations/new", form)["Location"] for _ in range(2)] == ["/o/next/setup"] * 2
    text = main_of(lead, "/o/next/setup")
    assert "telegram, youtube" in text
    assert 'value="2020-11-01 12:00"' in text
    here = "/o/next/setup"
    assert post(lead, here, act="join", unit=str(world.units["HR"]), role="supporting").status_code == 303
    assert (
        post(lead, here, act="join", unit="", authority="Court <b>of</b> tests", role="judicial").status_code
        == 303
    )
    assert "Court &lt;b&gt;of&lt;/b&gt; tests" in main_of(lead, here)
    assert (
        post(client(world, "RS/ana"), here, act="join", unit=str(world.units["MK"]), role="lead").status_code
        == 403
    )
    assert post(lead, here, act="close", slug="day").status_code == 400
    assert post(lead, here, act="close", slug="next").status_code == 303
    assert "Close next for good" not in main_of(lead, here)
    with acting(world.outside("AG/coordinator")):
        assert queries.by_slug("next")["closed_at"] is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"opens_at": "soon"},
        {"closes_at": "2020-10-01 00:00"},
        {"kind": "party"},
        {"zone": "Nowhere/At"},
        {"slug": ""},
    ],
)
def test_a_strange_operation_is_not_opened(world: World, wrong: dict[str, str]) -> None:
    lead = client(world, "AG/coordinator")
    assert post(lead, "/operations/new", **NEW | wrong).status_code in {400, 422}
    assert lead.get("/o/next/setup").status_code == 404


def test_a_notice_stands_on_every_desk_until_it_is_taken_down(world: World) -> None:
    lead, ana = client(world, "AG/coordinator"), client(world, "RS/ana")
    hostile = "<img src=x onerror=alert(1)> lunch"
    new = {"act": "notice", "text": hostile, "until": "2020-10-06 18:00", "urgent": "yes"}
    assert post(ana, "/o/day/setup", **new).status_code == 403
    assert post(lead, "/o/day/setup", **new).status_code == 303
    text = ana.get("/o/day/").content.decode()
    assert "Urgent, to all desks" in text
    assert "<img src=x" not in text
    assert post(lead, "/o/day/setup", **new | {"until": "2019-01-01"}).status_code == 400
    found = re.search(r'name="notice" value="([^"]+)"', main_of(lead, "/o/day/setup"))
    assert found is not None
    assert post(lead, "/o/day/setup", act="end", notice=found[1]).status_code == 303
    assert "to all desks:" not in ana.get("/o/day/").content.decode()


def test_the_system_page_is_for_administrators_and_overseers(world: World) -> None:
    for name in ("AG/admin", "AG/overseer"):
        text = main_of(client(world, name), "/system")
        assert "OIRU-C09" in text
        assert "openiru ledger verify" in text
    assert client(world, "AG/coordinator").get("/system").status_code == 403


def test_people_are_added_let_in_changed_and_ended_with_the_effect_said_before(world: World) -> None:
    admin = client(world, "AG/admin")
    made = post(admin, "/people", handle="novi", name="Novi (invented)", roles=["analyst"])
    assert made.status_code == 303
    place = str(made["Location"])
    form = {"request_id": str(uuid4()), "act": "invite"}
    code, again = admin.post(place, form), admin.post(place, form)
    assert b"Code to enrol, shown once" in code.content
    assert again.status_code == 409
    assert post(admin, place, act="roles", roles=["analyst", "second_assessor"]).status_code == 303
    assert post(admin, place, act="roles", roles=["king"]).status_code == 400
    assert "End the membership and 0 tokens" in main_of(admin, place)
    assert post(admin, place, act="revoke").status_code == 303
    assert "This membership has ended" in main_of(admin, place)
    own = f"/people/{world.people['AG/admin'].person}"
    assert "This is you" in main_of(admin, own)
    assert post(admin, own, act="roles", roles=["analyst"]).status_code == 403
    assert admin.get(f"/people/{world.people['RS/ana'].person}").status_code == 404
    assert client(world, "RS/ana").get("/people").status_code == 403


def test_a_token_is_shown_once_rotated_and_withdrawn(world: World) -> None:
    admin, officer = client(world, "AG/admin"), world.people["AG/officer"]
    form = {"request_id": str(uuid4()), "act": "issue", "person": str(officer.person), "label": "a program"}
    shown, again = admin.post("/tokens", form), admin.post("/tokens", form)
    token = re.search(r"oiru_[\w-]+", shown.content.decode())
    assert token is not None
    assert again.status_code == 409
    assert by_token(token[0]).person == officer.person
    assert token[0] not in main_of(admin, "/tokens")
    ids = re.findall(
        r'value="rotate"><input type="hidden" name="token" value="([^"]+)"', main_of(admin, "/tokens")
    )
    mine = main_of(client(world, "AG/officer"), "/tokens")
    assert "a program" in mine
    assert "Issue a token" not in mine
    assert post(client(world, "RS/ana"), "/tokens", act="withdraw", token=ids[0]).status_code in {403, 409}
    assert (
        post(
            client(world, "AG/officer"), "/tokens", act="issue", person=str(officer.person), label="x"
        ).status_code
        == 403
    )
    for one in ids:
        assert post(admin, "/tokens", act="withdraw", token=one).status_code == 303
        break


def test_a_unit_is_added_by_an_administrator_only(world: World) -> None:
    new = {"code": "SI", "name": "Unit SI (invented)", "country": "SI", "legal_profile": "member_state_unit",
           "legal_ground": "Act (invented)", "zone": "Europe/Ljubljana", "contact": "desk"}  # fmt: skip
    assert post(client(world, "RS/ana"), "/units", **new).status_code == 403
    assert post(client(world, "AG/admin"), "/units", **new).status_code == 303
    assert "Unit SI (invented)" in main_of(client(world, "RS/ana"), "/units")
