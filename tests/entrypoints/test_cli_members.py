"""openiru person revoke and roles, openiru token list and withdraw."""

from __future__ import annotations

import pytest
from tests.entrypoints.program import ok, openiru
from tests.people import action_day

pytestmark = pytest.mark.usefixtures("database")


def test_roles_are_changed_and_shown() -> None:
    action_day()
    told = ok(
        "person",
        "roles",
        "AG/officer",
        "--role",
        "analyst",
        "--role",
        "overseer",
        "--as",
        "AG/admin",
        "--json",
    ).object
    assert told["before"] == ["issuing_officer", "provider_liaison"]
    assert ok("whoami", "--as", "AG/officer", "--json").object["roles"] == ["analyst", "overseer"]
    ran = openiru("person", "roles", "AG/admin", "--role", "analyst", "--as", "AG/admin", "--json")
    assert ran.error["code"] == "OIRU-2600"
    ran = openiru("person", "roles", "RS/ana", "--role", "service", "--json")
    assert (ran.code, ran.error["code"]) == (2, "OIRU-1000")


def test_whoever_is_revoked_cannot_act_and_their_tokens_end() -> None:
    action_day()
    made = ok("token", "issue", "RS/ana", "--json").object["token"]
    ok("login", stdin=made.encode() + b"\n")
    refused = openiru("person", "revoke", "AG/officer", "--as", "AG/coordinator", "--json")
    assert refused.error["code"] == "OIRU-2600"
    ok("logout")
    assert "with 1 tokens" in ok("person", "revoke", "RS/ana").out
    assert openiru("login", "--json", stdin=made.encode()).error["code"] == "OIRU-3000"
    assert openiru("whoami", "--as", "RS/ana", "--json").error["code"] == "OIRU-2600"
    assert openiru("person", "revoke", "RS/nobody", "--json").error["code"] == "OIRU-3000"
    assert openiru("person", "revoke", "RS/boro", "HR/hana", "--json").code == 2


def test_tokens_are_listed_without_the_secret_and_withdrawn() -> None:
    action_day()
    made = ok("token", "issue", "AG/officer", "--label", "first", "--json").object["token"]
    ok("token", "issue", "AG/coordinator", "--label", "second")
    ran = ok("token", "list", "--as", "AG/officer", "--json")
    assert made not in ran.out
    (mine,) = ran.objects
    assert (mine["handle"], mine["label"], mine["works"]) == ("officer", "first", True)
    assert len(ok("token", "list", "--as", "AG/admin", "--json").objects) == 2
    assert (
        openiru("token", "list", "AG/coordinator", "--as", "AG/officer", "--json").error["code"]
        == "OIRU-2600"
    )
    ended = ok("token", "withdraw", mine["id"], "--as", "AG/officer", "--json").object["tokens"]
    assert ended == [mine["id"]]
    assert openiru("login", "--json", stdin=made.encode()).error["code"] == "OIRU-3000"
    assert len(ok("token", "withdraw", "--of", "AG/coordinator", "--json").object["tokens"]) == 1
    assert openiru("token", "withdraw", "--json").code == 2
