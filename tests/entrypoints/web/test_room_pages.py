"""The operations room in the browser: figures that are links to their rows, conditional polling, the wall, who may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from tests.entrypoints.web.visiting import visiting
from tests.factories.days import Day, random_day
from tests.people import action_day

from openiru.stages.impact import room

pytestmark = pytest.mark.usefixtures("database")
LINK = re.compile(r'<a class="number" href="([^"]+)">([\d,]+)</a>')


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    room.forget()
    yield
    room.forget()


@pytest.fixture
def day(database: str) -> Day:
    assert database
    return random_day(action_day(), 1, items=9, rounds=6)


def rows_of(client: object, href: str) -> int:
    """How many rows stand on all pages of a list."""
    found = 0
    while href:
        text = client.get(unescape(href)).content.decode().partition("</main>")[0]  # type: ignore[attr-defined] # Django's client
        found += text.count('<tr><th scope="row"')
        after = re.search(r'href="([^"]+)" rel="next"', text)
        href = after[1] if after else ""
    return found


def test_every_number_of_the_room_is_a_link_to_as_many_rows(day: Day) -> None:
    client = visiting(day.world.people["AG/coordinator"])
    text = client.get("/o/day/room").content.decode()
    links = LINK.findall(text)
    assert len(links) > 20
    numbers: dict[str, int] = {href: int(n) for href, n in links if "figure=contributed" not in href}
    for href in list(numbers)[::3]:
        assert rows_of(client, href) == numbers[href], href
    assert "as of <time" in text
    assert text.count("n = ") >= 4
    assert 'style="' not in text


def test_whoever_has_the_figures_already_gets_nothing_again(day: Day) -> None:
    client = visiting(day.world.people["RS/ana"])
    first = client.get("/o/day/room.json")
    assert first.status_code == 200
    assert first.json()["figures"]["distinct"] > 0
    again = client.get("/o/day/room.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    part = client.get("/o/day/room?part=1")
    assert part["ETag"] == first["ETag"]
    assert b"<html" not in part.content


def test_the_wall_has_no_menu_and_nothing_to_press(day: Day) -> None:
    text = visiting(day.world.people["AG/coordinator"]).get("/o/day/room?wall=1").content.decode()
    assert "Verified gone" in text
    assert not re.search("<(a|button|form|nav) ", text)


def test_an_operation_without_events_says_what_will_come() -> None:
    world = action_day()
    text = visiting(world.people["AG/coordinator"]).get("/o/day/room").content.decode()
    assert "Figures appear here by themselves" in text


@pytest.mark.parametrize("page", ["room", "room.json", "room/rows?size=1"])
def test_who_may_not_see_figures_is_refused(day: Day, page: str) -> None:
    assert visiting(day.world.people["AG/admin"]).get(f"/o/day/{page}").status_code == 403
    assert visiting(day.world.people["AG/coordinator"]).get(f"/o/none/{page}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status"),
    [("size=x", 400), ("size=99999999", 400), ("size=3&figure=nothing", 400), ("size=3&unit=%00", 400), ("size=3&cursor=zzz", 400),
     ("size=3&platform=%3Cscript%3E", 200)],
)  # fmt: skip
def test_a_strange_address_of_rows_is_refused_or_empty(day: Day, asked: str, status: int) -> None:
    answer = visiting(day.world.people["AG/coordinator"]).get(f"/o/day/room/rows?{asked}")
    assert answer.status_code == status
    assert b"<script>" not in answer.content
