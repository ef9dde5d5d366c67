"""Referral in a real browser: let go, counted down, taken back by one key; every page accessible, in both directions, on a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect
from tests.pages.browsing import NARROW, visit
from tests.pages.conftest import Served
from tests.people import World
from tests.stages.referral.helpers import decided, delivered, far, let_go, post, ready_day

from openiru.stages.referral.commands import answer_lines, prepare
from openiru.stages.referral.preparing import Batch


@dataclass(frozen=True)
class Day:
    """A day with a letter on disk, one that waits, and items that are decided."""

    world: World
    written: Batch
    waits: Batch


@pytest.fixture(scope="module")
def day(served: Served) -> Day:
    assert served.database
    world = ready_day()
    officer = world.by("AG/deputy")
    decided(world, [post(1), post(2)])
    (written,) = prepare(by=officer, channel="transcript").batches
    let_go(world, written.id)
    delivered(world, written.id)
    answer_lines(by=officer, reference=written.reference, lines={1: {"decision": "removed"}}, why="telephone")
    decided(world, [post(3), post(4)])
    (waits,) = prepare(by=officer, channel="transcript").batches
    decided(world, [post(5), far(1)])
    return Day(world, written, waits)


def test_what_was_let_go_is_counted_down_and_taken_back_by_one_key(
    browser: Browser, served: Served, day: Day
) -> None:
    with visit(browser, served, day.world.by("AG/deputy")) as here:
        page = here.to(f"o/day/referrals/{day.waits.reference}")
        page.keyboard.press("s")
        page.get_by_role("button", name="Send 1 letter (lines: 2)").click()
        left = page.locator(".leaving-left")
        expect(left).to_have_text(re.compile(r"in (1?\d|2[0-8]) s"))
        here.expect_accessible()
        with visit(browser, served, day.world.by("AG/officer")) as other:
            shown = other.to("o/day/outbox")
            expect(shown.get_by_role("button", name="Take 1 letter back")).to_be_visible()
        page.keyboard.press("u")
        expect(page.get_by_text("Taken back. Nothing has left.")).to_be_visible()
        expect(page.locator(".leaving")).to_have_count(0)
        expect(page.get_by_role("link", name="Review and send 2 lines")).to_be_visible()
        here.expect_clean()


@pytest.mark.parametrize(("dark", "language", "width"), [(False, "en", 1366), (True, "ar", NARROW)])
def test_every_page_is_accessible_and_fits(
    browser: Browser, served: Served, day: Day, *, dark: bool, language: str, width: int
) -> None:
    one = f"referrals/{day.written.reference}"
    paths = ("prepare", "outbox?view=all", one, f"{one}/answer", "answers", "providers/of/host", "tracking")
    with visit(browser, served, day.world.by("AG/deputy"), dark=dark, language=language, width=width) as here:
        for path in paths:
            here.to(f"o/day/{path}")
            here.expect_accessible()
            here.expect_fits()
        here.expect_clean()
