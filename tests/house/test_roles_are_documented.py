"""A page for every role: its pages are those of the menu, its keys those of the templates, its pictures those that are made."""

from __future__ import annotations

import re
from pathlib import Path

import django
import pytest
from tests.house.source import PACKAGE, ROOT

from openiru.core.vocabulary import Role
from openiru.foundation.people.permissions import MAY

FOLDER = ROOT / "docs" / "roles"
ROLES = [role for role in Role if role is not Role.SERVICE]
#: Whoever has a letter's link has no desk, and so no menu.
AT_A_DESK = [role for role in ROLES if role is not Role.PROVIDER]
#: Keys of the frame (keys.js) and of the answers that the program draws by itself (stages/assessment/web/words.py).
OF_THE_FRAME = {"Ctrl", "K", "Esc", "/", "?"}


def page(role: Role) -> str:
    return (FOLDER / f"{role.value.replace('_', '-')}.md").read_text(encoding="utf-8")


def named(text: str) -> dict[str, str]:
    """Address -> its page, as the table of a role's page has it."""
    return {where: what for what, where in re.findall(r"^\| ([^|]+) \| `(/[^`]*)` \|$", text, re.MULTILINE)}


def test_every_role_of_a_person_has_its_page_and_nobody_else() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {role.value.replace("_", "-") for role in ROLES}


@pytest.mark.parametrize("role", AT_A_DESK)
def test_the_pages_of_a_role_are_those_of_its_menu(role: Role) -> None:
    """Make them anew: compare with entrypoints/web/menu.py."""
    django.setup()
    from openiru.entrypoints.web.menu import MENU, address_of

    lines = [line for line in MENU if not line.verb or role in MAY[line.verb]]
    assert named(page(role)) == {address_of(line, "OPERATION"): str(line.label) for line in lines}


def test_the_addresses_of_a_provider_are_routes() -> None:
    django.setup()
    from django.urls import resolve

    names = [resolve(where).url_name for where in named(page(Role.PROVIDER))]
    assert {"portal-enter", "portal-letter", "notice", "public-statements"} <= set(names)


@pytest.mark.parametrize("role", ROLES)
def test_the_keys_of_a_role_exist(role: Role) -> None:
    from openiru.stages.assessment.web.words import KEYS, SURE

    known = {*OF_THE_FRAME, *KEYS, *SURE}
    for path in PACKAGE.rglob("templates/**/*.html"):
        known |= set(re.findall(r'data-key="(.)"', path.read_text(encoding="utf-8")))
    cells = re.findall(r"^\| (`[^|]+) \| [^|]+ \| [^|]+ \|$", page(role), re.MULTILINE)
    assert {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)} - known == set()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_page_has_its_parts_and_a_picture(role: Role) -> None:
    text = page(role)
    wanted = ["## What you do first", "## Your pages", "## What you cannot do"]
    assert [part for part in wanted if part not in text] == []
    assert "](../images/desk-" in text


def pictures(folder: Path) -> set[str]:
    texts = [path.read_text(encoding="utf-8") for path in [ROOT / "README.md", *folder.rglob("*.md")]]
    return {name for text in texts for name in re.findall(r"images/(desk-[a-z-]+\.png)\)", text)}


def test_pictures_of_the_documents_are_among_those_that_are_made() -> None:
    from tests.pages.test_pictures import PICTURES

    assert pictures(ROOT / "docs") <= {f"desk-{name}.png" for name in PICTURES}
