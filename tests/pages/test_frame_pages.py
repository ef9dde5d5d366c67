"""The frame in a real browser: light and dark, both directions, wide and narrow; the keys; the cover."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.pages.browsing import NARROW, WIDE, visit
from tests.pages.conftest import Served
from tests.people import World, action_day


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    return action_day()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/o/day/"])
def test_my_work_is_accessible_and_fits_in_every_look(
    browser: Browser, served: Served, world: World, path: str, *, dark: bool, language: str, width: int
) -> None:
    with visit(browser, served, world.outside("RS/ana"), dark=dark, language=language, width=width) as here:
        page = here.to(path)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        assert page.locator("html").get_attribute("data-bs-theme") == ("dark" if dark else "light")
        here.shot(
            f"work-{path.strip('/').replace('/', '-')}-{language}-{'dark' if dark else 'light'}-{width}"
        )
        here.expect_accessible()
        here.expect_fits()
        here.expect_clean()


def test_escape_twice_hides_everything_until_the_button(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served, world.outside("RS/ana")) as here:
        page = here.to("/o/day/")
        for _ in range(3):
            page.keyboard.press("Escape")
        cover = page.locator("#cover")
        expect(cover).to_be_visible()
        assert page.title() == "OpenIRU"
        box = cover.bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) == (WIDE, 800)
        page.keyboard.press("Enter")
        expect(cover).to_be_hidden()
        here.expect_clean()
