"""Who acts: tokens, --as in demo and exercise only, founding until somebody could log in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.entrypoints.program import ok, openiru
from tests.people import action_day

from openiru import settings as house
from openiru.core.vocabulary import Environment


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "CONFIG", replace(house.CONFIG, environment=Environment.LIVE))


@pytest.mark.usefixtures("database")
def test_login_keeps_a_token_for_its_user_alone_and_logout_forgets_it(home: Path) -> None:
    action_day()
    made = ok("token", "issue", "RS/ana", "--json").object["token"]
    logged = ok("login", stdin=made.encode() + b"\n")
    assert made not in logged.out + logged.err
    (kept,) = (home / ".config" / "openiru").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    who = ok("whoami", "--json").object
    assert (who["unit"], who["handle"], who["roles"]) == ("RS", "ana", ["analyst"])
    ok("logout")
    assert openiru("whoami").code == 2


@pytest.mark.usefixtures("database")
def test_a_token_that_others_can_read_is_not_used(home: Path) -> None:
    action_day()
    made = ok("token", "issue", "RS/ana", "--json").object["token"]
    ok("login", "--token-file", "-", stdin=made.encode())
    next((home / ".config" / "openiru").iterdir()).chmod(0o644)
    assert openiru("whoami", "--json").error["code"] == "OIRU-2600"


@pytest.mark.usefixtures("database")
def test_what_is_no_token_or_a_foreign_one_is_refused() -> None:
    action_day()
    assert openiru("login", "--json", stdin=b"hello\n").error["code"] == "OIRU-4000"
    assert openiru("login", "--json", stdin=b"oiru_" + b"x" * 43).error["code"] == "OIRU-3000"


@pytest.mark.usefixtures("database", "live")
def test_as_is_refused_in_a_live_instance_with_the_reason() -> None:
    action_day()
    ran = openiru("whoami", "--as", "RS/ana", "--json")
    assert ran.code == 1
    assert ran.error["where"] == "--as"
    assert "would be two" in ran.error["message"]
    unit = openiru("intake", "list", "--unit", "RS", "--json")
    assert (unit.code, unit.error["message"]) == (2, "nobody is logged in")


@pytest.mark.usefixtures("database", "live")
def test_in_a_live_instance_the_machine_founds_only_what_nobody_could() -> None:
    first = ok("unit", "add", "RS", "--contact", "desk", "--json").object
    assert list(first["units"]) == ["RS"]
    ok("person", "add", "adam", "--unit", "RS", "--role", "administrator")
    ok("token", "issue", "RS/adam")
    for refused in (
        ("unit", "add", "HR"),
        ("person", "add", "eva", "--unit", "RS", "--role", "analyst"),
        ("token", "issue", "RS/adam"),
    ):
        assert openiru(*refused, "--json").error["code"] == "OIRU-2600", refused


@pytest.mark.usefixtures("database")
def test_nobody_logged_in_is_told_how(home: Path) -> None:
    action_day()
    ran = openiru("operation", "list")
    assert ran.code == 2
    assert "openiru login" in ran.err
    assert not (home / ".config").exists()


@pytest.mark.usefixtures("database")
def test_operations_are_listed_shown_joined_and_closed() -> None:
    action_day()
    assert [one["slug"] for one in ok("operation", "list", "--as", "RS/ana", "--json").objects] == ["day"]
    shown = ok("operation", "show", "--as", "RS/ana", "--json").object
    assert {one["code"] for one in shown["participants"]} == {"AG", "RS", "HR", "MK"}
    ok(
        "operation",
        "join",
        "day",
        "--authority",
        "Court of tests",
        "--role",
        "judicial",
        "--as",
        "AG/coordinator",
    )
    assert "Court of tests" in ok("operation", "show", "day", "--as", "RS/ana").out
    assert openiru("operation", "close", "day", "--as", "RS/ana", "--json").error["code"] == "OIRU-2600"
    ok("operation", "close", "day", "--as", "AG/coordinator")
    none = openiru("intake", "list", "--as", "RS/ana", "--json")
    assert (none.code, none.error["code"]) == (1, "OIRU-3000")


@pytest.mark.usefixtures("database")
def test_the_directory_and_the_units_are_shown() -> None:
    action_day()
    assert {one["code"] for one in ok("unit", "list", "--json").objects} >= {"AG", "RS"}
    assert {one["handle"] for one in ok("person", "list", "--as", "RS/ana", "--json").objects} == {
        "ana",
        "boro",
        "deda",
    }
    assert ok("directory", "list", "platforms", "--json").objects == []
    assert openiru("directory", "list", "nonsense").code == 2
