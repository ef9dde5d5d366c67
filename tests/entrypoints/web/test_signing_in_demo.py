"""The cast of a demonstration signs in with a click, by the same session that everybody gets."""

from __future__ import annotations

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from tests.entrypoints.web.visiting import visiting, visitor
from tests.people import action_day

from openiru.entrypoints.web.session import who
from openiru.foundation.database.acting import By, acting

pytestmark = pytest.mark.usefixtures("database")


def acting_in(client: object) -> By | None:
    """Who the middleware finds for the cookies of a browser."""
    request: HttpRequest = RequestFactory().get("/")
    request.session = client.session  # type: ignore[attr-defined] # as the middleware of Django does
    return who(request)


def test_a_click_signs_in_and_the_session_acts() -> None:
    world = action_day()
    client = visitor()
    assert "ana" in client.get("/signin/demo").content.decode()
    answer = client.post("/signin/demo", {"person": str(world.outside("RS/ana").person), "next": "/o/day/"})
    assert (answer.status_code, answer["Location"]) == (303, "/o/day/")
    by = acting_in(client)
    assert by is not None
    assert (by.person, len(by.token)) == (world.outside("RS/ana").person, 32)
    with acting(by.within(world.operation)) as now:
        assert now.unit_code == "RS"


def test_the_helper_of_the_tests_signs_in_the_same_way() -> None:
    world = action_day()
    by = acting_in(visiting(world.by("HR/hana")))
    assert by is not None
    assert by.person == world.outside("HR/hana").person
