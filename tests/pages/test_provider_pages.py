"""The provider's page in a real browser: found and answered by somebody who comes once, with scripts and without, in every look."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, expect
from tests.pages.browsing import NARROW, WIDE, Visit, visit
from tests.pages.conftest import Served
from tests.stages.referral.helpers import Post, decided, delivered, let_go, post, ready_day

from openiru.stages.referral.commands import prepare, withdraw
from openiru.stages.referral.links import digest_of
from openiru.stages.referral.portal import queries

LOOKS = (("en", False, WIDE), ("en", True, NARROW), ("ar", False, NARROW), ("ar", True, WIDE))
LINK = re.compile(r"^  http://localhost:\d+(/p/[a-z2-7]{32})$", re.MULTILINE)
CODE = re.compile(r"^  Code: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Letter:
    """A letter as its provider has it."""

    reference: str
    link: str
    code: str

    @property
    def at(self) -> str:
        return f"/p/letter/{self.reference}"


@pytest.fixture(scope="module")
def letters(served: Served) -> list[Letter]:
    """Three letters, of three lines, two and two; of the first a line was withdrawn."""
    assert served.database
    with pytest.MonkeyPatch.context() as patch:
        way, world = Post(patch), ready_day()
        decided(
            world, [post(number) for number in range(1, 8)], quote="Invented words of a post", language="en"
        )
        batches = prepare(by=world.by("AG/deputy")).batches
        for batch in batches:
            let_go(world, batch.id)
            delivered(world, batch.id)
        withdraw(by=world.by("AG/officer"), referral=batches[0].id, lines=[3], why="it was art")
        texts = [letter.text for letter in way.letters]
    return [
        Letter(batch.reference, LINK.findall(text)[0], CODE.findall(text)[0])
        for batch, text in zip(batches, texts, strict=True)
    ]


def come_in(here: Visit, letter: Letter) -> None:
    page = here.to(letter.link)
    page.fill("#code", letter.code.lower())
    page.fill("#name", "Trust and safety (invented)")
    page.click("main button")
    expect(page).to_have_url(re.compile(f"{letter.at}$"))


@pytest.mark.parametrize(("language", "dark", "width"), LOOKS)
def test_every_page_for_a_provider_is_accessible_and_fits(
    browser: Browser, served: Served, letters: list[Letter], *, language: str, dark: bool, width: int
) -> None:
    letter = letters[0]
    with visit(browser, served, dark=dark, language=language, width=width) as here:
        name = f"provider-{language}-{'dark' if dark else 'light'}-{width}"
        for number, path in enumerate(("/notice", letter.link, letter.link[:-1], letter.at)):
            here.to(path)
            here.shot(f"{name}-{number}")
            here.expect_accessible()
            here.expect_fits()
        come_in(here, letter)
        for number, path in enumerate((letter.at, f"{letter.at}/receipt"), 4):
            here.to(path)
            for fold in here.page.locator("main details > summary").all():
                fold.click()
            here.shot(f"{name}-{number}")
            here.expect_accessible()
            here.expect_fits()
        here.expect_clean()


def test_a_letter_is_answered_in_three_screens_without_a_script_and_by_keyboard_alone(
    browser: Browser, served: Served, letters: list[Letter]
) -> None:
    letter = letters[1]
    with visit(browser, served, width=NARROW, scripts=False) as here:
        page = here.to(letter.link)
        page.focus("#code")
        page.keyboard.type(letter.code)
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{letter.at}$"))
        expect(page.locator("button.copy").first).to_be_hidden()
        for number, choice in enumerate(("removed", "gone", "time"), 1):
            page.select_option(f"#v-{number}", choice)
        page.focus("#t-3")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(f"{letter.at}/receipt$"))
        expect(page.locator("main")).to_contain_text("Every line is answered")
        here.shot("provider-receipt-360")
        assert page.locator("tbody tr").count() == 3


def test_an_exact_address_is_copied_and_never_a_link(
    browser: Browser, served: Served, letters: list[Letter]
) -> None:
    letter = letters[2]
    with visit(browser, served) as here:
        here.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=served.address)
        come_in(here, letter)
        button = here.page.locator("button.copy").first
        button.click()
        expect(button).to_have_text("Copied")
        copied = here.page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith("https://t.me/openiru_demo_a/")
        outward = here.page.eval_on_selector_all("a[href]", "found => found.map(one => one.href)")
        assert [one for one in outward if not one.startswith(served.address)] == []
        door = queries.door(digest_of(letter.link.rpartition("/")[2]))
        assert door is not None
        assert door.open
        here.expect_clean()
