"""Assessment in a real browser: keys alone, accessible in every look, nothing against the content policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.entrypoints.web.test_assessment_pages import day
from tests.pages.browsing import NARROW, WIDE, visit
from tests.pages.conftest import Served
from tests.people import World

from openiru.core.vocabulary import Verdict


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    from tests.stages.assessment.helpers import say

    made, ids = day(8)
    say(made.by("RS/ana"), ids[0], Verdict.REFER)
    say(made.by("HR/hana"), ids[0], Verdict.DO_NOT_REFER)
    return made


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [
        ("en", False, WIDE),
        ("ar", True, NARROW),
        pytest.param("en", True, NARROW, marks=pytest.mark.campaign),
        pytest.param("ar", False, WIDE, marks=pytest.mark.campaign),
    ],
)
def test_every_page_is_accessible_and_fits(
    browser: Browser, served: Served, world: World, language: str, *, dark: bool, width: int
) -> None:
    with visit(browser, served, world.outside("MK/mila"), dark=dark, language=language, width=width) as here:
        for path in ("queue", "disagreements", "own-day", "wide", "languages", "alarms"):
            here.to(f"/o/day/{path}")
            here.shot(f"assess-{path}-{language}-{'dark' if dark else 'light'}-{width}")
            here.expect_accessible()
            here.expect_fits()
        page = here.to("/o/day/queue")
        for n in (0, 3):
            page.goto(served / "o/day/queue")
            page.locator("tbody th a").nth(n).click()
            page.locator("details.written").evaluate("one => one.open = true")
            here.shot(f"assess-item-{n}-{language}-{'dark' if dark else 'light'}-{width}")
            here.expect_accessible()
            here.expect_fits()
        page.goto(page.url + "/alarm/abuse")
        here.shot(f"assess-alarm-{language}-{'dark' if dark else 'light'}-{width}")
        here.expect_accessible()
        here.expect_clean()


def away(page: Page, before: str) -> None:
    """Wait until the browser stands at another address."""
    expect(page).not_to_have_url(before)


def test_three_items_take_three_keys_each_and_no_mouse(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served, world.outside("HR/ivo")) as here:
        page = here.to("/o/day/queue")
        page.keyboard.press("g")
        page.wait_for_url("**/assess/*")
        urls = {page.url}
        for sentence, sure in (("1", "s"), ("2", "a"), ("o", "d")):
            before = page.url
            page.keyboard.press(sentence)
            expect(page.locator(".sentence input:checked")).to_have_count(1)
            expect(page.locator("[data-whole]")).not_to_contain_text("Each choice")
            page.keyboard.press(sure)
            away(page, before)
            expect(page.locator("#assess .said")).to_contain_text("is saved")
            urls.add(page.url)
        assert len(urls) == 4
        here.shot("assess-next")
        here.expect_accessible()
        before = page.url
        page.keyboard.press("x")
        away(page, before)
        here.expect_clean()


def test_one_key_takes_the_item_off_the_screen(browser: Browser, served: Served, world: World) -> None:
    with visit(browser, served, world.outside("HR/ivo")) as here:
        page = here.to("/o/day/queue")
        page.locator("tbody th a").first.click()
        expect(page.locator("body")).to_contain_text("invented words")
        page.keyboard.press("z")
        page.wait_for_url("**/alarm/abuse")
        expect(page.locator("body")).not_to_contain_text("invented words")
        page.keyboard.press("Enter")
        page.wait_for_url("**/alarms")
        expect(page.locator(".alarm")).to_have_count(1)
        here.expect_clean()
