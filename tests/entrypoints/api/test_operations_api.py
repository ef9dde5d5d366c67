"""Operations through the programming interface: the same commands, the same refusals, every fault a problem document."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from tests.entrypoints.api.asking import Asker
from tests.people import action_day

pytestmark = pytest.mark.usefixtures("database")

OPENING = {
    "slug": "second-day",
    "title": "A second day (invented)",
    "mandate": "tco",
    "opens_at": "2020-10-07T08:00:00Z",
    "closes_at": "2020-10-09T18:00:00Z",
    "participants": [{"role": "supporting", "unit": "HR"}],
    "phases": [
        {"phase": "contribution", "starts_at": "2020-10-07T08:00:00Z", "ends_at": "2020-10-07T18:00:00Z"}
    ],
}


def test_an_operation_is_opened_shown_joined_and_closed() -> None:
    lead = Asker(action_day(), "AG/coordinator")
    made = lead.post("/operations", OPENING)
    assert made.status_code == 201, made.content
    shown = lead.get("/operations/second-day").json()
    assert [one["code"] for one in shown["participants"]] == ["AG", "HR"]
    assert [one["phase"] for one in shown["phases"]] == ["contribution"]
    joined = lead.post("/operations/second-day/participants", [{"role": "supporting", "unit": "MK"}])
    assert [one["code"] for one in joined.json()] == ["AG", "HR", "MK"]
    moved = lead.put(
        "/operations/second-day/phases",
        [{"phase": "contribution", "starts_at": "2020-10-07T09:00:00Z", "ends_at": "2020-10-07T18:00:00Z"}],
    )
    assert moved.json()[0]["starts_at"] == "2020-10-07T09:00:00Z"
    assert lead.post("/operations/second-day/close").json() == {"slug": "second-day", "closed": True}
    assert {one["slug"] for one in lead.get("/operations").json()} == {"day", "second-day"}


def test_the_same_request_id_is_answered_again_and_not_done_again() -> None:
    lead, key = Asker(action_day(), "AG/coordinator"), str(uuid4())
    first = lead.post("/operations", OPENING, key=key)
    again = lead.post("/operations", OPENING, key=key)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = lead.post("/operations", OPENING | {"title": "Another"}, key=key)
    assert other.status_code == 409
    assert other.json()["code"] == "OIRU-3500"


def test_a_fault_is_a_problem_document_that_says_what_was_saved() -> None:
    world = action_day()
    analyst = Asker(world, "RS/ana")
    answer = analyst.post("/operations", OPENING)
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    document = answer.json()
    assert document["code"] == "OIRU-2600"
    assert document["saved"] == "Nothing was saved."
    assert analyst.get("/operations/second-day").status_code == 404
    assert analyst.get("/nowhere").status_code == 404


def test_what_does_not_fit_is_told_place_by_place() -> None:
    lead = Asker(action_day(), "AG/coordinator")
    answer = lead.post("/operations", OPENING | {"kind": "party", "slug": "No Slug"})
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json()["errors"]} == {"/body/body/kind", "/body/body/slug"}
    assert lead.post("/operations", OPENING, key="not an id").status_code == 422


def test_a_mandate_needs_two_persons() -> None:
    world = action_day()
    one, two = Asker(world, "AG/coordinator"), Asker(world, "AG/deputy")
    entry = {"slug": "more", "act": "Invented act", "article": "1", "authority": "AG", "kinds": ["terrorist"]}
    assert one.post("/mandates", entry).status_code == 201
    assert two.post("/mandates", entry).status_code == 409
    assert one.post("/mandates/more/confirm").status_code == 403
    assert two.post("/mandates/more/confirm").status_code == 200
    assert all(entry["confirmed_at"] for entry in two.get("/mandates").json())


@pytest.mark.parametrize("token", ["", "oiru_nobody", "x" * 5_000, "oiru_\x7f"])
def test_nobody_gets_in_without_a_token_that_holds(token: str) -> None:
    action_day()
    answer = Client(SERVER_NAME="localhost").get(
        "/api/v1/operations", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["hint"]


def test_every_answer_bears_the_headers_of_the_house() -> None:
    for answer in (
        Client(SERVER_NAME="localhost").get("/alive"),
        Client(SERVER_NAME="localhost").get("/nowhere"),
        Client(SERVER_NAME="localhost").get("/api/v1/operations"),
    ):
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_host_name_that_is_not_ours_is_refused() -> None:
    assert Client(SERVER_NAME="elsewhere.example").get("/alive").status_code == 400


def test_a_verb_that_an_address_does_not_know_is_a_problem_document_too() -> None:
    answer = Client(SERVER_NAME="localhost").delete("/api/v1/mandates")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"] == "GET, POST"
