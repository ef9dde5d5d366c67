"""A live instance in a database of its own: what works in it, what does not exist in it, and what it says under another setting."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.house.source import ROOT

from openiru.foundation.database.prepare import admin_connection
from openiru.settings import CONFIG


@dataclass(frozen=True)
class Live:
    """A shell whose settings name the live instance; ``story``: what was seen when it was founded (live_story.py)."""

    environment: dict[str, str]
    story: dict[str, Any]

    def openiru(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return started(["openiru.entrypoints.cli.main", *arguments, "--json"], self.environment | more)

    def refused(self, *arguments: str, **more: str) -> dict[str, str]:
        ran = self.openiru(*arguments, **more)
        assert ran.returncode != 0, ran.stdout
        error: dict[str, str] = json.loads(ran.stderr)["error"]
        return error


def started(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=environment,
        cwd=ROOT,
    )


@pytest.fixture(scope="module")
def live(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    assert template
    name = f"t_live_{os.getpid()}"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENIRU_TEST_")}
    environment |= {"OPENIRU_ENVIRONMENT": "live", "HOME": str(tmp_path_factory.mktemp("home"))}
    if CONFIG.database_url:
        head, mark, query = CONFIG.database_url.partition("?")
        environment["OPENIRU_DATABASE_URL"] = head.rpartition("/")[0] + f"/{name}{mark}{query}"
    else:
        environment["OPENIRU_DATABASE_NAME"] = name
    try:
        ran = started(["tests.entrypoints.live_story"], environment)
        assert ran.returncode == 0, ran.stderr
        yield Live(environment, json.loads(ran.stdout))
    finally:
        with admin_connection(CONFIG, "postgres") as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_a_live_instance_works_by_token_and_ends_with_it(live: Live) -> None:
    who = live.story["who"]
    assert (who["environment"], who["handle"], who["roles"]) == ("live", "root", ["administrator"])
    worked = live.story["service"]
    assert worked["holds"]
    assert worked["sequenced"] == worked["leaves"] >= 4
    assert worked["without_token"] == "no valid token of this person was shown"
    assert "revoked" in live.story["withdrawn"]


def test_nothing_of_the_played_world_exists_in_it(live: Live) -> None:
    assert live.story["as"] == "--as"
    clock = live.story["clock"]
    assert "no clock but the real one" in clock["command"]
    assert "never_live" in clock["table"]
    assert (clock["environment"], int(clock["year"]) > 2020) == ("live", True)
    assert live.refused("whoami", OPENIRU_NAMES_TABLE="names.json")["where"] == "OPENIRU_NAMES_TABLE"


def test_under_another_setting_status_says_plainly_that_nobody_can_act(live: Live) -> None:
    ran = live.openiru("status", OPENIRU_ENVIRONMENT="demo", OPENIRU_COLOUR="red")
    assert ran.returncode == 1
    checks = {one["id"]: one for one in json.loads(ran.stdout)["checks"]}
    assert checks["OIRU-C14"]["state"] == "fail"
    assert "holds live data, the setting says demo" in checks["OIRU-C14"]["found"]
    assert "live" in checks["OIRU-C14"]["hint"]
    assert (checks["OIRU-C15"]["state"], "OPENIRU_COLOUR" in checks["OIRU-C15"]["found"]) == ("warn", True)
    checks = {one["id"]: one for one in json.loads(live.openiru("status").stdout)["checks"]}
    assert (checks["OIRU-C14"]["state"], checks["OIRU-C15"]["state"]) == ("ok", "ok")


def test_a_misspelt_setting_stops_the_program_and_names_the_right_one(live: Live) -> None:
    error = live.refused("whoami", OPENIRU_ENVIROMENT="live")
    assert (error["code"], error["where"]) == ("OIRU-1500", "OPENIRU_ENVIROMENT")
    assert "OPENIRU_ENVIRONMENT" in error["hint"]
