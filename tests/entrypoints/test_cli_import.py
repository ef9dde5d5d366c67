"""openiru intake: tried first, taken whole, undone; people and programs are told the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.entrypoints.program import ok, openiru
from tests.people import World, action_day

from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.foundation.database.acting import acting
from openiru.foundation.registry.queries import page
from openiru.ports.formats import Note, Refused, Row
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.intake.holds import NewHold, place_holds
from openiru.stages.intake.preview import preview

CSV = """Link;Date;Language;Reason
https://t.me/openiru_demo_a/1;2020-10-05 10:00;sr;invented
hxxps://t[.]me/s/openiru_demo_a/1;2020-10-05 10:05;sr;invented again
;2020-10-05 10:00;sr;no address
https://pages.test/x;2020-10-05 10:00;hr;invented
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "our list.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


@pytest.mark.usefixtures("database")
def test_a_dry_run_says_what_the_import_then_does_and_writes_nothing(sheet: Path) -> None:
    world = action_day()
    tried = openiru("intake", "import", str(sheet), "--as", "RS/ana", "--dry-run", "--json")
    assert tried.code == 3
    with acting(world.by("RS/ana")):
        assert page() == []
    done = openiru("intake", "import", str(sheet), "--as", "RS/ana", "--json")
    assert done.code == 3
    for name in ("rows", "taken", "new", "known", "held", "refused", "columns"):
        assert tried.object[name] == done.object[name], name
    assert {name: done.object[name] for name in ("rows", "taken", "new", "known", "held")} == {
        "rows": 4,
        "taken": 3,
        "new": 2,
        "known": 1,
        "held": 0,
    }
    assert [one["row"] for one in done.object["refused"]] == [4]
    assert done.object["refused"][0]["reason"]
    assert [one["becomes"] for one in tried.object["sample"]] == ["new", "known", "new"]


@pytest.mark.usefixtures("database")
def test_a_newcomer_needs_no_name_in_a_demonstration_and_is_told_whose_was_used(sheet: Path) -> None:
    action_day()
    tried = openiru("intake", "import", str(sheet), "--operation", "day", "--unit", "RS", "--dry-run")
    assert tried.code == 3
    assert "RS/ana" in tried.err
    assert "Nothing was written." in tried.err
    assert "row 4 refused" in tried.out
    assert "is the address" in tried.out


@pytest.mark.usefixtures("database")
def test_an_import_is_listed_and_undone(sheet: Path) -> None:
    action_day()
    made = openiru("intake", "import", str(sheet), "--as", "RS/ana", "--json").object["import"]
    listed = ok("intake", "list", "--as", "RS/ana", "--json").objects
    assert [one["id"] for one in listed] == [made]
    undone = ok("intake", "undo", made, "--as", "RS/ana", "--json").object
    assert undone["contributions"] == 3
    again = openiru("intake", "undo", made, "--as", "RS/ana", "--json")
    assert (again.code, again.error["code"]) == (1, "OIRU-3500")


@pytest.mark.usefixtures("database")
def test_pasted_text_comes_from_standard_input() -> None:
    action_day()
    pasted = b"seen today: hxxps://t[.]me/openiru_demo_b/7 and https://pages.test/y\n"
    done = ok("intake", "import", "-", "--as", "RS/ana", "--json", stdin=pasted)
    assert done.object["taken"] == 2
    assert done.object["file"] == "standard input"


@pytest.mark.usefixtures("database")
def test_a_column_is_named_by_hand_and_a_unit_contributes_for_itself_only(tmp_path: Path) -> None:
    action_day()
    path = tmp_path / "odd.csv"
    path.write_text("Fundort,wann\nhttps://pages.test/a,2020-10-05\n", encoding="utf-8")
    done = ok("intake", "import", str(path), "--as", "RS/ana", "--map", "address=Fundort", "--json")
    assert done.object["taken"] == 1
    other = openiru("intake", "import", str(path), "--as", "RS/ana", "--unit", "HR", "--json")
    assert (other.code, other.error["where"]) == (1, "--unit")
    wrong = openiru("intake", "import", str(path), "--as", "RS/ana", "--map", "nonsense=Fundort", "--json")
    assert wrong.code == 2


@pytest.mark.usefixtures("database")
def test_a_file_that_is_not_there_or_no_file_of_ours_is_wrong_usage(tmp_path: Path) -> None:
    action_day()
    absent = openiru("intake", "import", str(tmp_path / "no.csv"), "--as", "RS/ana", "--json")
    assert absent.code == 2
    empty = tmp_path / "empty.csv"
    empty.touch()
    nothing = openiru("intake", "import", str(empty), "--as", "RS/ana", "--json")
    assert (nothing.code, nothing.error["code"]) == (1, "OIRU-4021")
    strange = openiru("intake", "import", str(empty), "--as", "RS/ana", "--format", "nonsense", "--json")
    assert strange.code in {1, 2}


ADDRESSES = st.sampled_from(
    [
        "https://t.me/openiru_demo_a/1",
        "https://t.me/s/openiru_demo_a/1",
        "https://t.me/openiru_demo_a/2",
        "https://t.me/openiru_demo_held/1",
        "https://t.me/openiru_demo_held/2",
        "https://pages.test/a",
        "https://pages.test/b",
        "no address at all",
        "",
    ]
)
ROWS = st.lists(st.tuples(ADDRESSES, st.sampled_from(["", "seen", "seen twice"])), max_size=12)


def numbered(given_rows: list[tuple[str, str]]) -> list[Row | Refused | Note]:
    return [Row(number, address, reason=why) for number, (address, why) in enumerate(given_rows, 2)]


@pytest.fixture
def world(database: str) -> World:
    assert database
    return action_day()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ROWS, second=ROWS, who=st.sampled_from(["RS/ana", "HR/hana"]))
def test_what_a_dry_run_counts_is_what_the_import_counts(
    world: World, first: list[tuple[str, str]], second: list[tuple[str, str]], who: str
) -> None:
    hold = NewHold(
        kind=HoldKind.JUDICIAL,
        scope=HoldScope.PATTERN,
        subject="telegram:post:openiru_demo_held/*",
        reason="invented",
        authority="Court of tests",
        everywhere=False,
    )
    place_holds(by=world.by("MK/duma"), holds=[hold])
    for rows, by in ((first, world.by("RS/ana")), (second, world.by(who))):
        tried = preview(by=by, rows=numbered(rows))
        source = Source(rows=numbered(rows), file_name="f", file_digest="sha256:0", format="csv")
        done = import_rows(by=by, source=source)
        assert tried.counts == done.counts
        assert sorted(tried.refused) == sorted(done.refused)
        assert tried.notes == done.notes
