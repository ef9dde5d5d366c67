"""Oversight: events without content, samples that can be drawn again, recommendations that are answered."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from django.test import Client
from tests.entrypoints.web.visiting import visiting
from tests.factories.days import Day, random_day
from tests.people import action_day

from openiru.core.vocabulary import Role
from openiru.foundation.database.acting import SERVICE, By
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.foundation.people.commands import NewPerson, add_people

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def day(database: str) -> Day:
    assert database
    return random_day(action_day(), 2, items=8, rounds=7)


def client(day: Day, name: str) -> Client:
    return visiting(day.world.people[name])


def main_of(who: Client, path: str) -> str:
    answer = who.get(path)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode().partition("</main>")[0].partition("<main")[2])


def test_events_show_who_by_pseudonym_and_no_content(day: Day) -> None:
    who = client(day, "AG/overseer")
    text = main_of(who, "/o/day/oversight")
    assert "intake.contributed" in text
    assert re.search(r"p-[0-9a-f]{10}", text)
    assert not re.search("Ana|example|t[.]me|youtube", text)
    after = re.search(r'href="([^"]+cursor[^"]+)"', text)
    assert after is not None
    first = re.findall(r'<th scope="row" class="num">([\d,]+)', text)
    second = re.findall(r'<th scope="row" class="num">([\d,]+)', main_of(who, after[1].replace("&amp;", "&")))
    assert second
    assert int(second[0].replace(",", "")) < int(first[-1].replace(",", ""))
    only = main_of(who, f"/o/day/oversight?kind=intake&unit={day.world.units['RS']}")
    assert "<td>RS</td>" in only
    assert "<td>HR</td>" not in only
    assert '<code dir="ltr">intake.' in only
    assert '<code dir="ltr">operations.' not in only
    assert "No event like this" in main_of(who, "/o/day/oversight?since=2030-01-01")


def joining(day: Day, handle: str, role: Role) -> Client:
    """Somebody new of the agency, at the desk."""
    unit = day.world.units["AG"]
    new = NewPerson(handle=handle, display_name=f"{handle} (invented)", roles=(role,))
    ids = add_people(by=replace(SERVICE, unit=unit), people=[new])
    return visiting(By(person=ids[handle], unit=unit))


def test_the_data_protection_officer_consults_the_events_and_no_item(day: Day) -> None:
    who = joining(day, "dpo", Role.DATA_PROTECTION_OFFICER)
    assert "intake.contributed" in main_of(who, "/o/day/oversight")
    assert who.get("/o/day/room").status_code == 200
    assert {
        who.get(f"/o/day/{page}").status_code for page in ("items", "oversight/sample", "statements")
    } == {403}


def test_the_prosecutor_reads_items_and_statements_and_does_not_oversee(day: Day) -> None:
    who = joining(day, "prosecutor", Role.PROSECUTOR)
    assert {who.get(f"/o/day/{page}").status_code for page in ("items", "room", "statements")} == {200}
    assert who.get("/o/day/oversight").status_code == 403
    assert who.get("/o/day/queue").status_code == 403


def test_a_sample_is_drawn_by_the_seed_again_and_the_ledger_has_it(day: Day) -> None:
    who = client(day, "AG/overseer")
    form = {"number": "3", "seed": "my own words", "which": "all", "request_id": str(uuid4())}
    places = [who.post("/o/day/oversight/sample", form)["Location"] for _ in range(2)]
    assert places[0] == places[1]
    text = main_of(who, places[0])
    again = main_of(who, places[0])
    ids = re.findall(r'<code dir="ltr">([0-9a-f-]{36})</code>', text)
    assert len(ids) == 3
    assert ids == re.findall(r'<code dir="ltr">([0-9a-f-]{36})</code>', again)
    assert "drawn of" in text
    sequence()
    assert "impact.sampled" in main_of(who, "/o/day/oversight?kind=impact")
    assert [one for one in verify().problems if "impact" in str(one)] == []


@pytest.mark.parametrize("fields", [{"number": "0"}, {"number": "9999"}, {"seed": "  "}, {"number": "x"}])
def test_a_strange_sample_is_refused(day: Day, fields: dict[str, str]) -> None:
    form = {"number": "3", "seed": "s", "which": "all", "request_id": str(uuid4())} | fields
    assert client(day, "AG/overseer").post("/o/day/oversight/sample", form).status_code == 400


@pytest.mark.parametrize("path", ["oversight", "oversight/sample"])
@pytest.mark.parametrize("name", ["AG/coordinator", "AG/admin", "RS/ana"])
def test_only_overseers_oversee(day: Day, path: str, name: str) -> None:
    assert client(day, name).get(f"/o/day/{path}").status_code == 403


def test_a_recommendation_is_answered_once_by_somebody_else_and_is_counted(day: Day) -> None:
    overseer, lead = client(day, "AG/overseer"), client(day, "AG/coordinator")
    here = "/o/day/oversight/recommendations"
    hostile = "<script>alert(1)</script> \u202e write reasons"
    form = {"request_id": str(uuid4()), "text": hostile, "about": ""}
    assert [overseer.post(here, form).status_code for _ in range(2)] == [303, 303]
    text = main_of(lead, here)
    assert "1 made · 1 wait for an answer, 0 of them overdue" in text
    assert "<script>alert" not in text
    found = re.search(r'name="recommendation" value="([^"]+)"', text)
    assert found is not None
    answer = {"recommendation": found[1], "followed": "partly", "text": "We began with two units."}
    assert overseer.post(here, answer | {"request_id": str(uuid4())}).status_code == 403
    assert lead.post(here, answer | {"request_id": str(uuid4())}).status_code == 303
    assert lead.post(here, answer | {"request_id": str(uuid4())}).status_code == 409
    assert "1 made · 0 wait for an answer, 0 of them overdue · 0 followed, 1 partly" in main_of(lead, here)
