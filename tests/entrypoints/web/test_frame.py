"""The frame of every page: what it says of the person, the operation and the instance."""

from __future__ import annotations

from tests.entrypoints.web.visiting import visiting, visitor
from tests.people import action_day


def test_whoever_is_not_signed_in_is_led_to_the_page_of_signing_in_and_back(database: str) -> None:
    answer = visitor().get("/o/day/?a=1")
    assert answer.status_code == 302
    assert answer["Location"] == "/signin?next=%2Fo%2Fday%2F%3Fa%3D1"


def test_my_work_names_operation_unit_role_and_environment(database: str) -> None:
    world = action_day()
    text = visiting(world.outside("RS/ana")).get("/o/day/").content.decode()
    for said in ("A day of tests (invented)", "RS", "analyst", "DEMO", "Everything here is invented data."):
        assert said in text
