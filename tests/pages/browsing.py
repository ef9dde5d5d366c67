"""Visiting the running desk with a real browser, and what every page must keep: accessibility, and the content policy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, ConsoleMessage, Page, Request
from tests.entrypoints.web.visiting import visiting
from tests.pages.conftest import Served

from openiru.foundation.database.acting import By

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
WIDE, NARROW = 1366, 360
#: Told by the browser itself, inside the page, before any script of the page runs.
TELLS = (
    "addEventListener('securitypolicyviolation', e => console.error("
    "'CSP ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sourceFile + ' ' + e.sample))"
)

#: Only what is wrong comes back: the whole answer of axe is many times the page.
ASKS = """async tags => {
    const {violations} = await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
    return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
}"""


@dataclass
class Visit:
    """A page in a browser of its own, and what went wrong in it."""

    page: Page
    served: Served
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def to(self, path: str) -> Page:
        """Go to a page of the desk, and wait until it is there."""
        self.page.goto(self.served / path, wait_until="load")
        return self.page

    def expect_clean(self) -> None:
        """Nothing violated the content policy, no script failed, nothing was asked of another server."""
        assert self.faults == []
        away = [url for url in self.requests if urlsplit(url).netloc != urlsplit(self.served.address).netloc]
        assert [url for url in away if not url.startswith("data:")] == []

    def expect_accessible(self) -> None:
        """axe-core finds nothing against WCAG 2.2 AA on the page as it stands."""
        self.page.evaluate(_axe())
        said: list[str] = self.page.evaluate(ASKS, TAGS)
        assert said == []

    def shot(self, name: str) -> None:
        """A picture of the whole page, where OPENIRU_TEST_SHOTS names a folder for them; nothing otherwise."""
        folder = os.environ.get("OPENIRU_TEST_SHOTS", "")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def expect_fits(self) -> None:
        """Nobody has to scroll sideways."""
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"the page is {wider} px wider than the screen"


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


@contextmanager
def visit(
    browser: Browser,
    served: Served,
    by: By | None = None,
    *,
    dark: bool = False,
    language: str = "en",
    width: int = WIDE,
    scripts: bool = True,
) -> Iterator[Visit]:
    """A browser of its own, signed in as this person (None: not signed in)."""
    context = browser.new_context(
        viewport={"width": width, "height": 800 if width > NARROW else 740},
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    context.set_default_timeout(15_000)
    cookies = {"language": language}
    if by is not None:
        name = str(settings.SESSION_COOKIE_NAME)
        cookies[name] = visiting(by).cookies[name].value
    context.add_cookies(
        [{"name": name, "value": value, "url": served.address} for name, value in cookies.items()]
    )
    page = context.new_page()
    page.add_init_script(TELLS)
    here = Visit(page, served)
    page.on("console", lambda told: _heard(here, told))
    page.on("pageerror", lambda error: here.faults.append(f"script: {error.message}"))
    page.on("request", lambda request: _asked(here, request))
    try:
        yield here
    finally:
        context.close()


def _heard(here: Visit, told: ConsoleMessage) -> None:
    # A page of a fault is answered with its status, which the browser tells as an error of the network.
    if told.type in {"error", "warning"} and "Failed to load resource" not in told.text:
        here.faults.append(told.text)


def _asked(here: Visit, request: Request) -> None:
    here.requests.append(request.url)
