"""openiru item marking shows and changes what one's own unit said."""

from __future__ import annotations

import pytest
from tests.entrypoints.program import ok, openiru
from tests.people import action_day
from tests.stages.intake.helpers import ADDRESS, bring


@pytest.mark.usefixtures("database")
def test_the_contributor_shows_and_changes_a_marking_and_nobody_else_does() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, tlp="red")
    (shown,) = ok("item", "marking", ADDRESS, "--as", "RS/boro", "--json").objects
    assert (shown["tlp"], shown["pap"], shown["restriction"]) == ("red", "green", "")
    hidden = openiru(
        "item", "marking", ADDRESS, "--tlp", "clear", "--reason", "x", "--as", "HR/hana", "--json"
    )
    assert hidden.error["code"] == "OIRU-3000"
    silent = openiru("item", "marking", ADDRESS, "--tlp", "green", "--as", "RS/boro", "--json")
    assert (silent.code, silent.error["where"]) == (2, "--reason")
    told = ok("item", "marking", ADDRESS, "--tlp", "green", "--reason", "agreed", "--as", "RS/boro")
    assert "all of the operation sees it now" in told.out
    assert ok("item", "show", ADDRESS, "--as", "HR/hana", "--json").object["key"] == shown["key"]
    other = openiru("item", "marking", ADDRESS, "--tlp", "red", "--reason", "x", "--as", "HR/hana", "--json")
    assert "contributed nothing" in other.error["message"]
    assert "contributed nothing" in ok("item", "marking", ADDRESS, "--as", "HR/hana").out
