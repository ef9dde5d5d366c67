"""openiru operation, mandate, directory: a day is set up whole by the program, by those whose day it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.entrypoints.program import ok, openiru
from tests.people import action_day

LAW = ("--act", "Invented act", "--article", "1", "--authority", "Invented", "--kind", "invented")


@pytest.mark.usefixtures("database")
def test_the_register_shows_what_waits_for_its_second_person() -> None:
    action_day()
    ok("mandate", "propose", "other", *LAW, "--as", "AG/coordinator")
    shown = {one["slug"]: one for one in ok("mandate", "list", "--as", "RS/ana", "--json").objects}
    assert shown["other"]["confirmed_at"] is None
    ok("mandate", "confirm", "other", "--as", "AG/deputy")
    shown = {one["slug"]: one for one in ok("mandate", "list", "--as", "RS/ana", "--json").objects}
    assert shown["other"]["confirmed_at"]


@pytest.mark.usefixtures("database")
def test_phases_are_set_in_the_zone_of_the_operation_and_moved_by_setting_them_again() -> None:
    action_day()
    for ends in ("12:00", "14:00"):
        ok(
            "operation",
            "phase",
            "day",
            f"contribution=2020-10-06T08:00/2020-10-06T{ends}",
            "--as",
            "AG/deputy",
        )
    zone = ok("operation", "list", "--as", "RS/ana", "--json").object["zone"]
    (window,) = ok("operation", "show", "day", "--as", "RS/ana", "--json").object["phases"]
    assert zone == "Europe/Belgrade"
    assert window["phase"] == "contribution"
    assert (window["starts_at"][:16], window["ends_at"][:16]) == ("2020-10-06T06:00", "2020-10-06T12:00")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "window",
    ["contribution", "lunch=2020-10-06T08:00/2020-10-06T09:00", "referral=2020-10-06T09:00/2020-10-06T08:00"],
)
def test_a_phase_that_cannot_be_is_refused_as_wrong_usage(window: str) -> None:
    action_day()
    ran = openiru("operation", "phase", "day", window, "--as", "AG/coordinator", "--json")
    assert (ran.code, ran.error["code"]) == (2, "OIRU-1000")


@pytest.mark.usefixtures("database")
def test_only_the_unit_that_leads_says_who_takes_part_when_and_until_when() -> None:
    action_day()
    ok("person", "add", "kim", "--unit", "HR", "--role", "coordinator")
    for words in (
        ("join", "day", "--authority", "Court of tests", "--role", "judicial"),
        ("phase", "day", "referral=2020-10-06T08:00/2020-10-06T09:00"),
        ("close", "day"),
    ):
        ran = openiru("operation", *words, "--as", "HR/kim", "--json")
        assert (ran.code, ran.error["code"], ran.error["hint"]) == (1, "OIRU-2600", "AG leads it."), words
    assert not ok("operation", "show", "day", "--as", "HR/kim", "--json").object["phases"]


@pytest.mark.usefixtures("database")
def test_nobody_joins_an_operation_that_is_closed() -> None:
    action_day()
    ok("operation", "close", "day", "--as", "AG/coordinator")
    ran = openiru(
        "operation", "join", "day", "--authority", "Court of tests", "--as", "AG/coordinator", "--json"
    )
    assert ran.error["code"] == "OIRU-3500"
    again = openiru("operation", "close", "day", "--as", "AG/coordinator", "--json")
    assert again.error["code"] == "OIRU-3500"


@pytest.mark.usefixtures("database")
def test_the_directory_shows_by_whom_a_group_is_designated_and_where_that_is_missing(tmp_path: Path) -> None:
    action_day()
    act = {"list": "EU", "date": "2002-05-02", "source": "Invented journal 1"}
    path = tmp_path / "directory.json"
    path.write_text(
        json.dumps(
            {
                "organisations": [
                    {"slug": "invented-a", "designations": [act]},
                    {"slug": "invented-b", "designations": [{**act, "source": ""}]},
                    {"slug": "invented-c"},
                    {"slug": "outlet-a", "kind": "outlet", "parent": "invented-a"},
                    {"slug": "outlet-c", "kind": "outlet", "parent": "invented-c"},
                ]
            }
        ),
        encoding="utf-8",
    )
    ok("directory", "load", str(path))
    gaps = {one["slug"]: one["gap"] for one in ok("directory", "list", "organisations", "--json").objects}
    assert gaps == {
        "invented-a": "",
        "invented-b": "without source",
        "invented-c": "not designated",
        "outlet-a": "",
        "outlet-c": "not designated",
    }
    assert "EU 2002-05-02 (as invented-a)" in ok("directory", "list", "organisations").out
