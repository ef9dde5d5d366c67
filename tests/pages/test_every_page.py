"""Every page of the URL table in every look: accessible, fits, clean, with one heading, its title and its direction."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from itertools import product

import pytest
from django.conf import settings
from django.urls import get_resolver
from playwright.sync_api import Browser
from tests.house.test_routes_declare_their_policy import routes
from tests.pages.browsing import NARROW, WIDE, Visit, visit
from tests.pages.conftest import Served
from tests.pages.filled import Filled, filled
from tests.pages.places import GUEST, KEYS, NEW, NO_PAGE, NOBODY, pages, places
from tests.people import World

from openiru.foundation.database.acting import SERVICE
from openiru.foundation.people.commands_signin import invite
from openiru.foundation.people.fresh import wall
from openiru.foundation.people.sessions import demo_account

Look = tuple[str, bool, int]
LOOKS: tuple[Look, ...] = tuple(product(("en", "ar"), (False, True), (WIDE, NARROW)))
URLS = "openiru.entrypoints.web.urls"
#: Asked again for a secret: where this page leads somebody who has a code app.
ELSEWHERE = ("/signin/again/code",)
STATUS = {"signin/failed": 401}


@pytest.fixture(scope="module")
def made(served: Served) -> Filled:
    assert served.database
    there = filled()
    _keys(there.world)
    return there


def _keys(world: World) -> None:
    """Somebody with a code app and recovery codes."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    user = demo_account(world.outside(KEYS).person)
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)


@contextmanager
def coming(browser: Browser, served: Served, made: Filled, who: str, look: Look) -> Iterator[Visit]:
    """A browser as somebody of the cast, as the provider with its letter, with a code for the first time, or as nobody."""
    language, dark, width = look
    by = None if who in {NOBODY, GUEST, NEW} else made.world.outside(who)
    with visit(browser, served, by, dark=dark, language=language, width=width) as here:
        if who == GUEST:
            page = here.to(made.link)
            page.fill("#code", made.code)
            page.click("main button")
        elif who == NEW:
            new = made.world.outside(NEW)
            (invited,) = invite(by=replace(SERVICE, unit=new.unit), people=[new.person])
            page = here.to("/signin/enrol")
            page.locator("main input[name=code]").fill(invited.code)
            page.locator("main button").first.click()
            page.wait_for_url("**/signin/enrol/how")
        elif who == KEYS:
            _just_shown(here)
        yield here


def _just_shown(here: Visit) -> None:
    """As if they had typed their code a moment ago: what is asked again before keys are shown."""
    name = settings.SESSION_COOKIE_NAME
    key = next(one["value"] for one in here.page.context.cookies() if one["name"] == name)
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session["account_authentication_methods"] = [{"method": "password", "at": wall()}]
    session.save()


def wrong(here: Visit, path: str, look: Look) -> Iterator[str]:
    """What is wrong with one page."""
    answer = here.page.goto(here.served / path, wait_until="load")
    page = here.page
    language, _, width = look
    if answer is None or answer.status != STATUS.get(path, 200):
        yield f"answers {answer and answer.status}"
        return
    if here.served.address + "/" + path != page.url and not any(one in page.url for one in ELSEWHERE):
        yield f"leads to {page.url}"
    if page.locator("h1").count() != 1:
        yield f"has {page.locator('h1').count()} first headings"
    if len(page.title()) < len("Help · "):
        yield f"has no title: {page.title()!r}"
    told = (page.locator("html").get_attribute("lang"), page.locator("html").get_attribute("dir"))
    if told != (language, "rtl" if language == "ar" else "ltr"):
        yield f"has the language and direction {told}"
    for expect in (
        here.expect_accessible,
        here.expect_clean,
        *([here.expect_fits] if width == NARROW else []),
    ):
        try:
            expect()
        except AssertionError as error:
            yield str(error)[:1_500]
    here.faults.clear()
    here.shot(
        f"{path.partition('?')[0].replace('/', '-')[:40]}-{language}-{'dark' if look[1] else 'light'}-{width}"
    )


def walk(
    browser: Browser, served: Served, made: Filled, chosen: Sequence[tuple[str, str, Look]]
) -> list[str]:
    """Everything that is wrong with these pages (who, path, look)."""
    found = []
    for who, look in sorted({(who, look) for who, _, look in chosen}):
        with coming(browser, served, made, who, look) as here:
            for path in [path for name, path, its in chosen if (name, its) == (who, look)]:
                found += [f"{path} {look}: {one}" for one in wrong(here, path, look)]
    return found


def test_every_page_has_a_place_in_the_world(made: Filled) -> None:
    """A new page fails here until tests/pages/places.py tells the world of it."""
    there = dict(routes(get_resolver(URLS)))
    known = places(made)
    assert [route for route in pages(there) if route not in known] == [], "tell the world of it: places.py"
    assert [route for route in [*known, *NO_PAGE] if route not in there] == []


def test_each_page_is_right_in_one_look(browser: Browser, served: Served, made: Filled) -> None:
    """The look of each page follows from a seed: OPENIRU_TEST_LOOKS chooses another."""
    dice = random.Random(os.environ.get("OPENIRU_TEST_LOOKS", "0"))  # noqa: S311 - the same looks for the same seed
    every = places(made)
    # Of one person's pages two looks: a browser is dearer than a page.
    looks = {who: dice.sample(LOOKS, 2) for who in sorted({who for who, _ in every.values()})}
    chosen = [(who, path, dice.choice(looks[who])) for who, path in every.values()]
    faults = walk(browser, served, made, chosen)
    assert not faults, "\n".join(faults)


@pytest.mark.campaign
@pytest.mark.parametrize("look", LOOKS)
def test_each_page_is_right_in_every_look(browser: Browser, served: Served, made: Filled, look: Look) -> None:
    faults = walk(browser, served, made, [(who, path, look) for who, path in places(made).values()])
    assert not faults, "\n".join(faults)
