"""Intake in a real browser: every page accessible in both directions, the box by keyboard alone, the wizard without a reload."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from tests.pages.browsing import NARROW, WIDE, visit
from tests.pages.conftest import Served
from tests.people import START, World, action_day
from tests.stages.intake.helpers import ADDRESS, bring, hold, ident

from openiru.core.vocabulary import HoldScope
from openiru.foundation.database.acting import acting
from openiru.stages.intake import queries, records
from openiru.stages.intake.holds import place_holds
from openiru.stages.intake.rounds import open_round

LOOKS = (("en", False, WIDE), ("ar", True, NARROW))


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    assert served.database
    world = action_day()
    bring(world.by("HR/hana"), ADDRESS, "https://pages.test/a", tlp="green")
    bring(
        world.by("RS/ana"),
        ADDRESS,
        "https://t.me/openiru_demo_a/2",
        "https://bit.ly/openiru1",
        "https://xn--pple-43d.test/x",
    )
    place_holds(by=world.by("RS/ana"), holds=[hold("telegram:post:openiru_demo_a/*", HoldScope.PATTERN)])
    open_round(by=world.by("AG/coordinator"), due_at=START + timedelta(days=1))
    return world


def pages(world: World) -> list[tuple[str, str]]:
    """Every page of the room, with who looks at it."""
    with acting(world.by("RS/ana")):
        mine: UUID = records.imports(limit=1)[0]["id"]
        held: UUID = queries.holds()[0]["id"]
        round_id = queries.rounds()[0].id
    item = ident(world.by("RS/ana"))
    ana, officer, coordinator = "RS/ana", "RS/deda", "AG/coordinator"
    return [
        (ana, "contribute"),
        (ana, "imports"),
        (ana, "imports/new"),
        (ana, f"imports/{mine}"),
        (ana, f"imports/{mine}/undo"),
        (ana, "items"),
        (ana, f"items/{item}"),
        (ana, "copies"),
        (ana, "copies/contents"),
        (ana, "shorteners"),
        (officer, "holds"),
        (ana, "holds/new"),
        (officer, f"holds/{held}/release"),
        (officer, f"items/{item}/override"),
        (coordinator, "rounds"),
        (coordinator, f"rounds/{round_id}"),
        (officer, f"rounds/{round_id}"),
        (officer, "lists"),
    ]


def faults(
    browser: Browser, served: Served, world: World, look: tuple[str, bool, int], some: list[tuple[str, str]]
) -> list[str]:
    """What is wrong with these pages in this look: not accessible, too wide, against the content policy."""
    language, dark, width = look
    wrong = []
    for name in {who: None for who, _ in some}:
        with visit(browser, served, world.outside(name), dark=dark, language=language, width=width) as here:
            for path in [path for who, path in some if who == name]:
                page = here.to(f"o/day/{path}")
                wrong += [path] * page.locator(".fault-status").count()
                here.shot(f"{path.partition('/')[0]}-{path[-6:].replace('/', '-')}-{language}-{width}")
                try:
                    here.expect_accessible()
                    here.expect_fits()
                    here.expect_clean()
                except AssertionError as error:
                    wrong.append(f"{path}: {error}")
    return wrong


def test_every_page_of_intake_is_accessible_and_fits(browser: Browser, served: Served, world: World) -> None:
    """Each page in one of the looks; the campaign has each in every one."""
    every = pages(world)
    for number, look in enumerate(LOOKS):
        assert faults(browser, served, world, look, every[number :: len(LOOKS)]) == []


@pytest.mark.campaign
@pytest.mark.parametrize("look", LOOKS)
def test_every_page_of_intake_is_accessible_and_fits_in_every_look(
    browser: Browser, served: Served, world: World, look: tuple[str, bool, int]
) -> None:
    assert faults(browser, served, world, look, pages(world)) == []


def test_addresses_are_contributed_by_keyboard_alone(browser: Browser, served: Served, world: World) -> None:
    with visit(browser, served, world.outside("RS/ana")) as here:
        page = here.to("o/day/contribute")
        expect(page.locator("#text")).to_be_focused()
        page.keyboard.insert_text("seen hxxps://pages[.]test/new and hxxps://t[.]me/openiru_demo_a/2")
        expect(page.locator("#parsed .tally")).to_contain_text("2 addresses understood")
        expect(page.locator("#parsed")).to_contain_text("held (H-")
        here.expect_accessible()
        here.shot("contribute-parsed-en")
        page.get_by_role("button", name="Contribute 2 addresses").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/imports/*")
        assert "2 contributions were taken." in page.locator("#message").inner_text()
        here.expect_clean()


def test_a_file_is_tried_and_imported_without_choosing_it_again(
    browser: Browser, served: Served, world: World
) -> None:
    data = b"Link,Why\nhttps://pages.test/w1,first\nnothing,second\nhttps://pages.test/w2,third\n"
    with visit(browser, served, world.outside("RS/ana")) as here:
        page = here.to("o/day/imports/new")
        page.locator("#file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": data})
        page.get_by_role("button", name="Try it").click()
        expect(page.locator("#tried")).to_contain_text("Import 2 rows")
        here.expect_accessible()
        here.shot("wizard-tried-en")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download 1 row").click()
        assert "row,reason" in download.value.path().read_text(encoding="utf-8-sig")
        page.wait_for_timeout(1_600)
        page.get_by_role("button", name="Import 2 rows").click()
        page.wait_for_url("**/imports/*-*")
        expect(page.locator("#message")).to_contain_text("2 rows were taken.")
        here.expect_clean()
