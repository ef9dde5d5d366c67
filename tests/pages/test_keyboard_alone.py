"""The main job by keyboard alone: the focus is seen and never covered, dialogs give it back, single keys keep out of what one writes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.pages.browsing import NARROW, WIDE, visit
from tests.pages.conftest import Served
from tests.pages.filled import Filled, filled
from tests.pages.places import places

_O = "o/<slug:operation>/"
#: Pages of the main job, and the public ones: route.
WAY = (
    _O,
    _O + "contribute",
    _O + "queue",
    _O + "assess/<uuid:item>",
    _O + "prepare",
    _O + "outbox",
    _O + "tracking",
    _O + "statements/<uuid:release>",
)
#: How the element that has the focus looks: whether there is a mark around it, and whether another element covers its middle.
FOCUS = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const name = `${one.tagName} ${one.id || one.name || one.textContent.trim().slice(0, 40)}`;
    const box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    const marked = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== 'none';
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 40), 1), innerWidth - 2);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 12), 1), innerHeight - 2);
    const there = document.elementFromPoint(x, y);
    const inside = box.bottom > 0 && box.top < innerHeight && box.width > 0;
    const open = inside && there && (one.contains(there) || there.contains(one) || [...(one.labels || [])].some(l => l.contains(there)));
    return {name, marked, open: Boolean(open)};
}"""


@pytest.fixture(scope="module")
def made(served: Served) -> Filled:
    assert served.database
    return filled()


def tabbed(page: Page, most: int) -> list[str]:
    """What is wrong with the focus on its way through a page."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at is None:
            break
        if not at["marked"]:
            found.append(f"{at['name']}: the focus is not seen")
        if not at["open"]:
            found.append(f"{at['name']}: the focus is covered or off the screen")
    return found


@pytest.mark.parametrize("width", [WIDE, pytest.param(NARROW, marks=pytest.mark.campaign)])
def test_the_focus_is_seen_and_never_covered_all_along_the_main_job(
    browser: Browser, served: Served, made: Filled, width: int
) -> None:
    known = places(made)
    found = []
    for who in sorted({known[route][0] for route in WAY}):
        with visit(browser, served, made.world.outside(who), width=width) as here:
            for path in [path for name, path in map(known.__getitem__, WAY) if name == who]:
                found += [f"{path}: {one}" for one in tabbed(here.to(path), 120)]
    assert not found, "\n".join(found)


def test_the_first_stop_leads_past_the_menu_to_the_page(
    browser: Browser, served: Served, made: Filled
) -> None:
    with visit(browser, served, made.world.outside("RS/ana")) as here:
        page = here.to("o/day/items")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_be_in_viewport()
        assert page.locator(":focus").get_attribute("href") == "#main"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_dialog_gives_the_focus_back_to_what_opened_it(
    browser: Browser, served: Served, made: Filled
) -> None:
    with visit(browser, served, made.world.outside("RS/ana")) as here:
        page = here.to("o/day/queue")
        page.locator("tbody th a").first.focus()
        before = page.evaluate("document.activeElement.href")
        for opens, dialog in (("?", "#shortcuts"), ("Control+k", "#palette"), ("/", "#palette")):
            page.keyboard.press(opens)
            expect(page.locator(dialog)).to_be_visible()
            for _ in range(8):
                page.keyboard.press("Tab")
                where = page.evaluate(
                    "document.activeElement.closest('dialog')?.id ?? document.activeElement.tagName"
                )
                assert where in {dialog[1:], "BODY"}, "the focus left the dialog"
            page.keyboard.press("Escape")
            expect(page.locator(dialog)).to_be_hidden()
            assert page.evaluate("document.activeElement.href") == before, opens
            page.wait_for_timeout(750)  # a second Escape within 0.7 s hides everything


def test_single_keys_keep_out_of_what_somebody_writes_and_can_be_switched_off(
    browser: Browser, served: Served, made: Filled
) -> None:
    with visit(browser, served, made.world.outside("MK/mila")) as here:
        page = here.to(f"o/day/assess/{made['disputed']}")
        at = page.url
        page.locator("details.written summary").click()
        page.locator("#reasons").focus()
        page.keyboard.type("xtz?/12s")
        assert page.locator("#reasons").input_value() == "xtz?/12s"
        page.locator("#wanted").focus()
        page.keyboard.press("z")
        assert page.url == at
        page.keyboard.press("Escape")
        page.evaluate("localStorage.setItem('openiru-single-keys', 'off')")
        page = here.to(f"o/day/assess/{made['disputed']}")
        page.locator("h1").click()
        for key in ("x", "t", "z", "?", "/"):
            page.keyboard.press(key)
        assert page.url == at
        expect(page.locator("dialog[open]")).to_have_count(0)
        here.expect_clean()
