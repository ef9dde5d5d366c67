"""Passkeys in a real browser: enrolled with a code, signed in with, shown again, refused without verification of the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession
from tests.pages.browsing import NARROW, Visit, visit
from tests.pages.conftest import Served
from tests.people import World, action_day

from openiru.foundation.database.acting import SERVICE
from openiru.foundation.people.commands_signin import invite


@pytest.fixture(scope="module")
def world(served: Served) -> World:
    del served
    return action_day()


@contextmanager
def device(seen: Visit, *, verifies: bool = True) -> Iterator[tuple[CDPSession, str]]:
    """A device that holds passkeys, as Chromium plays it; ``verifies``: it recognises its owner."""
    session = seen.page.context.new_cdp_session(seen.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    made: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield session, made["authenticatorId"]
    session.detach()


def enrol(seen: Visit, world: World, name: str) -> None:
    """Up to the page on which the passkey is made."""
    who = world.outside(name)
    (made,) = invite(by=replace(SERVICE, unit=who.unit), people=[who.person])
    page = seen.to("/signin/enrol")
    page.get_by_label("Code").fill(made.code)
    page.get_by_role("button", name="Use the code").click()
    page.get_by_role("link", name="Make a passkey").click()
    page.wait_for_url("**/me/keys/add")


def test_a_passkey_is_made_with_a_code_and_signs_in_afterwards(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served) as seen, device(seen) as (session, key):
        enrol(seen, world, "RS/ana")
        seen.expect_accessible()
        seen.page.get_by_role("button", name="Make the passkey").click()
        seen.page.wait_for_url("**/me/keys/codes")
        assert seen.page.locator(".codes li").count() == 10
        seen.expect_accessible()
        (credential,) = session.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert credential["isResidentCredential"]
        assert credential["rpId"] == "localhost"
        seen.to("/signout").get_by_role("main").get_by_role("button", name="Sign out").click()
        seen.page.wait_for_load_state()
        seen.to("/me/sessions")
        assert "/signin?next=" in seen.page.url
        seen.expect_accessible()
        seen.page.get_by_role("button", name="Sign in with a passkey").click()
        seen.page.wait_for_url("**/me/sessions")
        seen.expect_accessible()
        seen.shot("sessions")
        seen.to("/signin/again?next=/me/keys")
        seen.page.get_by_role("button", name="Show my passkey").click()
        seen.page.wait_for_url("**/me/keys")
        seen.expect_accessible()
        seen.shot("keys")
        seen.expect_clean()


def test_a_device_that_does_not_recognise_its_owner_makes_no_passkey(
    browser: Browser, served: Served, world: World
) -> None:
    with visit(browser, served) as seen, device(seen, verifies=False):
        enrol(seen, world, "RS/boro")
        seen.page.get_by_role("button", name="Make the passkey").click()
        seen.page.get_by_role("alert").filter(has_text="That did not work").wait_for()
        assert seen.page.url.endswith("/me/keys/add")
        seen.to("/me/sessions")
        assert seen.page.url.endswith("/signin/enrol/how")
        seen.expect_clean()


@pytest.mark.parametrize("path", ["signin", "signin/demo", "signin/enrol"])
def test_the_doors_are_accessible_and_fit(browser: Browser, served: Served, world: World, path: str) -> None:
    del world
    with visit(browser, served, width=NARROW) as seen:
        seen.to(path)
        seen.expect_accessible()
        seen.expect_fits()
        seen.shot(path.replace("/", "-"))
        seen.expect_clean()


def test_a_click_on_the_cast_signs_in(browser: Browser, served: Served, world: World) -> None:
    del world
    with visit(browser, served) as seen:
        seen.to("/me/sessions")
        seen.page.get_by_role("link", name="Choose from the cast").click()
        seen.shot("cast")
        seen.page.get_by_role("button", name="HR/hana").click()
        seen.page.wait_for_url("**/me/sessions")
        seen.expect_clean()
