"""The frame in a real browser: light and dark, both directions, wide and narrow; the keys; the palette; the cover."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect
from tests.factories.referred import contributed
from tests.pages.browsing import NARROW, WIDE, visit
from tests.pages.conftest import Served
from tests.people import World, action_day

PAGES = ("/", "/o/day/", "/help/roles", "/no/such/page")
LOOKS = [
    ("en", False, WIDE),
    ("en", True, NARROW),
    ("ar", False, NARROW),
    ("ar", True, WIDE),
    ("sr-latn", False, WIDE),
]


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    made = action_day()
    contributed(made.by("RS/ana"), [f"https://t.me/invented_frame/{n}" for n in range(1, 9)])
    return made


@pytest.mark.parametrize(("language", "dark", "width"), LOOKS)
def test_every_page_of_the_frame_is_accessible_and_fits_in_every_look(
    browser: Browser, served: Served, world: World, *, language: str, dark: bool, width: int
) -> None:
    with visit(browser, served, world.outside("RS/ana"), dark=dark, language=language, width=width) as here:
        for path in PAGES:
            page = here.to(path)
            assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
            assert page.locator("html").get_attribute("data-bs-theme") == ("dark" if dark else "light")
            here.shot(
                f"frame-{path.strip('/').replace('/', '-')}-{language}-{'dark' if dark else 'light'}-{width}"
            )
            here.expect_accessible()
            here.expect_fits()
        here.expect_clean()


def test_the_keys_open_help_and_palette_and_can_be_switched_off(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served, world.outside("RS/ana")) as here:
        page = here.to("/o/day/")
        page.keyboard.press("?")
        expect(page.locator("#shortcuts")).to_be_visible()
        expect(page.locator("#shortcuts")).to_contain_text("Hide everything at once")
        here.shot("frame-shortcuts")
        here.expect_accessible()
        page.locator("[data-keys-switch]").first.uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        expect(page.locator("#shortcuts")).to_be_hidden()
        page.keyboard.press("Control+k")
        expect(page.locator("#palette")).to_be_visible()
        here.expect_clean()


def test_the_palette_leads_to_a_pasted_address_by_keyboard_alone(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served, world.outside("RS/ana")) as here:
        page = here.to("/o/day/")
        page.keyboard.press("/")
        page.keyboard.insert_text("hxxps://t[.]me/invented_frame/3")
        found = page.locator("#palette-found a")
        expect(found).to_have_count(1)
        here.shot("frame-palette")
        here.expect_accessible()
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/o/day/items/[0-9a-f-]{36}$"))
        here.expect_clean()


def test_a_key_that_is_written_into_a_field_does_nothing_else(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served, world.outside("RS/ana")) as here:
        page = here.to("/palette")
        page.locator("#find-q").press_sequentially("?/1")
        assert page.locator("#find-q").input_value() == "?/1"
        expect(page.locator("dialog[open]")).to_have_count(0)


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
        here.expect_accessible()
        page.keyboard.press("Enter")
        expect(cover).to_be_hidden()
        here.expect_clean()


def test_without_scripts_the_frame_still_leads_everywhere(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served, world.outside("RS/ana"), scripts=False) as here:
        page = here.to("/")
        page.locator("summary", has_text="Choose an operation").click()
        page.get_by_role("link", name="A day of tests (invented)").first.click()
        expect(page.locator("h1")).to_have_text("My work")
        page.locator("select[name=language]").select_option("ar")
        page.locator("form.look button").click()
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.locator(".top-find").click()
        expect(page.locator("#find-q")).to_be_visible()
