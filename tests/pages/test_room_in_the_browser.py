"""The rooms of figures in a real browser: accessible in every look, kept up to date by themselves, honest when the server is away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Route, expect
from tests.factories.days import Day, random_day
from tests.pages.browsing import NARROW, WIDE, visit
from tests.pages.conftest import Served
from tests.people import action_day

#: Every page of these rooms, with who looks at it.
PAGES = (
    ("AG/coordinator", "o/day/room"),
    ("AG/coordinator", "o/day/room?wall=1"),
    ("RS/ana", "o/day/room/rows?size=9"),
    ("AG/coordinator", "o/day/statistics?against=40"),
    ("AG/coordinator", "o/day/statements"),
    ("AG/overseer", "o/day/oversight"),
    ("AG/overseer", "o/day/oversight/sample?seed=s&number=3&size=90&which=all"),
    ("AG/overseer", "o/day/oversight/recommendations"),
    ("AG/coordinator", "o/day/setup"),
    ("AG/coordinator", "mandates"),
    ("AG/coordinator", "operations/new"),
    ("AG/admin", "system"),
    ("AG/admin", "people"),
    ("AG/admin", "tokens"),
    ("AG/admin", "units"),
    ("AG/admin", "statements/"),
)
LOOKS = (("en", False, WIDE), ("ar", True, NARROW))


@pytest.fixture(scope="module")
def day(served: Served) -> Day:
    assert served.database
    return random_day(action_day(), 1, items=9, rounds=7)


@pytest.mark.parametrize("turn", [0, pytest.param(1, marks=pytest.mark.campaign)])
def test_every_page_of_figures_is_accessible_and_fits(
    browser: Browser, served: Served, day: Day, turn: int
) -> None:
    """Each page in one of the looks, those that the first turn leaves out in the second."""
    for number, (name, path) in enumerate(PAGES):
        language, dark, width = LOOKS[(number + turn) % 2]
        by = day.world.outside(name)
        with visit(browser, served, by, dark=dark, language=language, width=width) as here:
            assert here.to(path).locator("h1").count() == 1, path
            here.shot(f"{re.sub('[^a-z]+', '-', path)}-{language}-{width}")
            here.expect_accessible()
            here.expect_fits()
            here.expect_clean()


def test_the_last_good_figures_stay_with_their_age_when_the_server_is_away(
    browser: Browser, served: Served, day: Day
) -> None:
    with visit(browser, served, day.world.outside("AG/coordinator")) as here:
        page = here.to("o/day/room")

        def away(route: Route) -> None:
            route.abort()

        page.route("**/room.json", away)
        expect(page.locator("#room-age")).to_contain_text("seconds old")
        assert page.locator("a.number").count() > 20
        page.unroute("**/room.json", away)
        expect(page.locator("#room-age")).to_be_hidden()
