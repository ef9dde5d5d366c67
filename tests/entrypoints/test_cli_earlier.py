"""What was referred before shows wherever somebody could bring it up again; lists say what a person must see of an item."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.entrypoints.program import ok, openiru
from tests.factories.referred import contributed, walk
from tests.people import World, action_day

BEFORE = "https://t.me/openiru_demo_a/1"
FRESH = "https://t.me/openiru_demo_a/2"
SHEET = f"Link;Date\n{FRESH};2020-10-05\n{BEFORE};2020-10-05\n{BEFORE}?single;2020-10-05\n"
NEXT = ("--operation", "next")


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(SHEET, encoding="utf-8")
    return path


@pytest.fixture
def world(database: str) -> World:
    """An item referred in one operation, and a second operation that has platforms in its scope."""
    assert database
    found = action_day()
    walk(found.by("RS/ana"), list(contributed(found.by("RS/ana"), [BEFORE]).values()))
    law = ("--act", "Invented act", "--article", "1", "--authority", "Invented", "--kind", "invented")
    ok("mandate", "propose", "second", *law, "--as", "AG/coordinator")
    ok("mandate", "confirm", "second", "--as", "AG/deputy")
    scope = ("--unit", "HR", "--platform", "telegram")
    ok(
        "operation",
        "create",
        "next",
        "--title",
        "Next",
        "--mandate",
        "second",
        *scope,
        "--as",
        "AG/coordinator",
    )
    return found


@pytest.mark.usefixtures("world")
def test_an_import_and_its_dry_run_say_what_was_referred_before_and_what_became_of_it(sheet: Path) -> None:
    words = ("intake", "import", str(sheet), *NEXT, "--as", "HR/hana")
    tried = ok(*words, "--dry-run", "--json").object
    done = ok(*words, "--json").object
    assert tried["earlier"] == done["earlier"]
    (one,) = done["earlier"]
    assert (one["number"], one["key"]) == (3, "telegram:post:openiru_demo_a/1")
    assert (one["state"], one["here"]) == ("referred", False)
    assert "unit" not in one
    assert ok("intake", "import", str(sheet), *NEXT, "--as", "HR/hana", "--json").object["earlier"] == []


@pytest.mark.usefixtures("world")
def test_people_read_it_in_the_import_in_the_list_and_in_the_life_of_the_item(sheet: Path) -> None:
    words = ("intake", "import", str(sheet), *NEXT, "--as", "HR/hana")
    told = "row 3: telegram:post:openiru_demo_a/1: referred on 2020-10-06, now referred"
    assert told in ok(*words, "--dry-run").out
    assert told in ok(*words).out
    listed = {line.split()[0]: line for line in ok("item", "list", *NEXT, "--as", "HR/hana").out.splitlines()}
    assert listed["telegram:post:openiru_demo_a/1"].endswith("referred before")
    assert "referred before" not in listed["telegram:post:openiru_demo_a/2"]
    shown = ok("item", "show", BEFORE.removeprefix("https://"), *NEXT, "--as", "HR/hana").out
    assert "before: referred on 2020-10-06, now referred" in shown


@pytest.mark.usefixtures("world")
def test_a_list_says_what_lies_outside_the_scope_and_what_is_held(tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text(f"Link;Date\n{FRESH};2020-10-05\nhttps://pages.example/x;2020-10-05\n", encoding="utf-8")
    ok("intake", "import", str(path), *NEXT, "--as", "HR/hana")
    ok("hold", "place", FRESH, "--why", "invented", *NEXT, "--as", "HR/dora")
    rows = {one["key"]: one for one in ok("item", "list", *NEXT, "--as", "HR/hana", "--json").objects}
    assert rows["telegram:post:openiru_demo_a/2"]["held"] is True
    assert rows["web:pages.example/x"]["flags"] == ["platform-outside"]
    printed = ok("item", "list", *NEXT, "--as", "HR/hana").out
    assert "platform out of scope" in printed
    assert "held" in printed


@pytest.mark.usefixtures("world")
def test_a_hold_is_released_by_the_reference_that_one_quotes_on_the_telephone() -> None:
    ok("hold", "place", FRESH, "--why", "invented", *NEXT, "--as", "HR/dora")
    (hold,) = ok("hold", "list", *NEXT, "--as", "HR/dora", "--json").objects
    words = ("--why", "over", *NEXT, "--as", "HR/dora", "--json")
    assert openiru("hold", "release", "H-00000000", *words).error["code"] == "OIRU-3000"
    assert ok("hold", "release", hold["reference"].lower(), *words).object["released"] == [hold["id"]]
    assert openiru("hold", "release", hold["reference"], *words).error["code"] == "OIRU-3000"


@pytest.mark.usefixtures("world")
def test_who_would_release_another_units_hold_is_told_whom_to_call() -> None:
    day = ("--operation", "day", "--json")
    placed = openiru("hold", "place", BEFORE, "--why", "invented", *day, "--as", "MK/duma")
    assert placed.code == 3  # it was referred already
    hold = placed.object["hold"]
    quoted = f"H-{hold[-8:].upper()}"
    for name in (quoted, hold):
        refused = openiru("hold", "release", name, "--why", "not ours", *day, "--as", "RS/deda").error
        assert quoted in refused["message"]
        assert "call duty desk MK" in refused["hint"]
