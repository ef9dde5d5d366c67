"""Addresses, contributions and imports through the programming interface."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.entrypoints.api.asking import Asker
from tests.people import action_day, another_operation
from tests.stages.intake.hardships import ask, counted, grown, keys
from tests.stages.intake.helpers import ADDRESS, KEY

pytestmark = pytest.mark.usefixtures("database")
ROWS = "/operations/day/contributions"
IMPORTS = "/operations/day/imports"
OTHER = "https://t.me/openiru_demo_a/2"


def rows(*addresses: str, **more: Any) -> dict[str, Any]:
    return {"rows": [{"address": address, "reason": "invented"} for address in addresses], **more}


def test_addresses_are_answered_one_by_one_and_one_that_is_none_stops_no_other() -> None:
    answer = Asker(action_day(), "AG/admin").post(
        "/addresses", {"texts": ["hxxps://t[.]me/s/openiru_demo_a/1", "no address", "https://t.me/"]}
    )
    assert answer.status_code == 207
    good, bad, wide = answer.json()
    assert (good["index"], good["status"], good["problem"]) == (0, 200, None)
    assert (good["address"]["key"], good["address"]["canonical"]) == (KEY, ADDRESS)
    assert good["address"]["defanged"] == "hxxps://t[.]me/openiru_demo_a/1"
    assert (bad["index"], bad["status"], bad["address"]) == (1, 422, None)
    assert bad["problem"]["code"].startswith("OIRU-41")
    assert (wide["address"]["extent"], bool(wide["address"]["why"])) == ("root", True)


def test_texts_that_do_not_fit_are_no_question() -> None:
    analyst = Asker(action_day(), "RS/ana")
    for texts in (None, [], "x", [1], ["x"] * 1_001, ["x" * 8_193], ["a\x00b"]):
        assert analyst.post("/addresses", {"texts": texts}).status_code == 422, texts
    assert analyst.post("/addresses", {}).status_code == 422
    assert analyst.post("/addresses", {"texts": ["x"]}, key="no id").status_code == 422


def test_rows_are_taken_as_one_import_and_a_bad_row_stops_no_other() -> None:
    analyst = Asker(action_day(), "RS/ana")
    body = rows(ADDRESS, "no address", ADDRESS, OTHER, name="evening-shift", purpose="tested")
    body["rows"][3] |= {
        "seen_at": "2020-10-06T08:30:00+02:00",
        "posted_at": "2020-10-01T00:00:00Z",
        "tlp": "amber",
        "views": 12,
        "digest": f"sha256:{'0' * 64}",
    }
    body["rows"].append({"address": "https://t.me/openiru_demo_a/3", "seen_at": "2021-01-01T00:00:00Z"})
    answer = analyst.post(ROWS, body)
    assert answer.status_code == 201, answer.content
    done = answer.json()
    assert {name: done[name] for name in ("rows", "taken", "new", "known", "held")} == {
        "rows": 5,
        "taken": 2,
        "new": 2,
        "known": 1,
        "held": 0,
    }
    assert [one["row"] for one in done["refused"]] == [2, 5]
    assert all(one["reason"] for one in done["refused"])
    assert (done["dry_run"], done["file"], done["earlier"]) == (False, "evening-shift", [])
    said = ask("SELECT seen_at, seen_zone, tlp, views FROM intake_contribution WHERE number = 4")
    assert [(f"{at:%H:%M}", *rest) for at, *rest in said] == [("06:30", "+02:00", "amber", 12)]
    (listed,) = analyst.get(IMPORTS).json()["rows"]
    assert (listed["id"], listed["purpose"], listed["counts"]["refused"]) == (done["import"], "tested", 2)


def test_a_dry_run_says_the_same_counts_and_writes_nothing() -> None:
    analyst, body, before = Asker(action_day(), "RS/ana"), rows(ADDRESS, "no address", OTHER), counted()
    tried = analyst.post(f"{ROWS}?dry_run=true", body)
    assert tried.status_code == 200, tried.content
    assert grown(before) == {}
    found = tried.json()
    assert [(one["row"], one["becomes"]) for one in found["sample"]] == [(1, "new"), (3, "new")]
    done = analyst.post(ROWS, body).json()
    shared = ("rows", "taken", "new", "known", "held", "refused", "notes")
    assert {name: found[name] for name in shared} == {name: done[name] for name in shared}


def test_the_same_import_sent_twice_is_taken_once_and_answered_twice() -> None:
    analyst, key = Asker(action_day(), "RS/ana"), str(uuid4())
    first = analyst.post(ROWS, rows(ADDRESS), key=key)
    again = analyst.post(ROWS, rows(ADDRESS), key=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(analyst.get(IMPORTS).json()["rows"]) == 1
    assert analyst.post(ROWS, rows(OTHER), key=key).status_code == 409


def test_what_was_said_for_all_rows_holds_where_a_row_says_nothing() -> None:
    body = rows(ADDRESS, OTHER, defaults={"tlp": "red", "language": "srpski"})
    body["rows"][1] |= {"tlp": "green", "language": "hr"}
    assert Asker(action_day(), "RS/ana").post(ROWS, body).status_code == 201
    said = ask("SELECT tlp, language FROM intake_contribution ORDER BY number")
    assert said == [("red", "sr"), ("green", "hr")]


#: What is wrong with a row -> the field that is named.
MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"address": ""}, "address"),
    ({"address": "x" * 8_193}, "address"),
    ({"reason": "a\x00b"}, "reason"),
    ({"reason": "x" * 20_001}, "reason"),
    ({"tlp": "ultraviolet"}, "tlp"),
    ({"tpl": "red"}, "tpl"),
    ({"views": -1}, "views"),
    ({"views": 2**63}, "views"),
    ({"seen_at": "2020-10-06T08:00:00"}, "seen_at"),
    ({"seen_at": "0001-01-01T00:00:00+14:00"}, "seen_at"),
    ({"seen_at": "9999-12-31T23:59:59-14:00"}, "seen_at"),
    ({"digest": "sha256:zz"}, "digest"),
]


def test_a_row_that_does_not_fit_is_named_and_nothing_is_taken() -> None:
    analyst = Asker(action_day(), "RS/ana")
    before = counted()
    for change, field in MISFITS:
        body = rows(OTHER, ADDRESS)
        body["rows"][1] |= change
        answer = analyst.post(ROWS, body)
        assert answer.status_code == 422, answer.content
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"/body/body/rows/1/{field}"]
    assert grown(before) == {}


def test_half_a_letter_and_no_json_are_told_and_nothing_is_taken() -> None:
    analyst = Asker(action_day(), "RS/ana")
    for raw in (
        b'{"rows": [{"address": "https://t.me/a/1", "reason": "\\ud800"}]}',
        b'{"rows": ',
        b"\xff",
        b"",
    ):
        answer = analyst._client.post(
            f"/api/v1{ROWS}",
            raw,
            content_type="application/json",
            headers=analyst._headers() | {"Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code in {400, 422}, raw
        assert answer["Content-Type"] == "application/problem+json"
    assert keys() == set()


def test_an_address_too_long_for_any_index_is_refused_as_a_row() -> None:
    analyst = Asker(action_day(), "RS/ana")
    noise = "".join(uuid4().hex for _ in range(250))
    answer = analyst.post(ROWS, rows(f"https://pages.test/{noise}", ADDRESS))
    assert answer.status_code == 201, answer.content
    assert KEY in keys()


def test_who_may_not_contribute_is_refused_before_anything_is_looked_at() -> None:
    world = action_day()
    another_operation(world, "HR")
    askers = {name: Asker(world, name) for name in ("RS/ana", "AG/overseer", "AG/admin")}
    before = counted()
    for who, path, status in (
        ("AG/overseer", ROWS, 403),
        ("AG/admin", ROWS, 403),
        ("RS/ana", "/operations/other/contributions", 404),
        ("RS/ana", "/operations/nowhere/contributions", 404),
        ("RS/ana", "/operations/%00/contributions", 404),
    ):
        for query in ("", "?dry_run=true"):
            answer = askers[who].post(path + query, rows(ADDRESS))
            assert answer.status_code == status, (who, path, answer.content)
    assert askers["RS/ana"].post(f"{ROWS}?dry_run=perhaps", rows(ADDRESS)).status_code == 422
    assert grown(before) == {}


def test_nothing_comes_into_an_operation_that_is_closed() -> None:
    world = action_day()
    lead, analyst = Asker(world, "AG/coordinator"), Asker(world, "RS/ana")
    assert lead.post("/operations/day/close").status_code == 200
    answer = analyst.post(ROWS, rows(ADDRESS))
    assert (answer.status_code, answer.json()["code"]) == (409, "OIRU-3500")
    assert keys() == set()


def test_imports_are_paged_to_the_end_newest_first_and_are_the_units_own() -> None:
    world = action_day()
    analyst = Asker(world, "RS/ana")
    made = [analyst.post(ROWS, rows(f"https://t.me/openiru_demo_a/{n}")).json()["import"] for n in range(5)]
    found, cursor = [], ""
    while True:
        page = analyst.get(IMPORTS, limit=2, cursor=cursor).json()
        found += [one["id"] for one in page["rows"]]
        if not (cursor := page["next"]):
            break
    assert found == made[::-1]
    assert Asker(world, "HR/hana").get(IMPORTS).json() == {"rows": [], "next": None}
    assert Asker(world, "AG/admin").get(IMPORTS).status_code == 403
    for query in ({"limit": 0}, {"limit": 501}, {"limit": "x"}, {"cursor": "x" * 20_001}):
        assert analyst.get(IMPORTS, **query).status_code == 422
    for text in ("nonsense", "WzFd", "WyJhIl0", "WyJcdTAwMDAiXQ", "é"):
        assert analyst.get(IMPORTS, cursor=text).status_code == 400


def test_refused_rows_are_paged_to_the_end_with_code_and_excerpt() -> None:
    world = action_day()
    analyst = Asker(world, "RS/ana")
    made = analyst.post(ROWS, rows(ADDRESS, *(f"no address {n}" for n in range(4)))).json()["import"]
    found, cursor = [], ""
    while True:
        page = analyst.get(f"{IMPORTS}/{made}/refused", limit=3, cursor=cursor).json()
        found += page["rows"]
        if not (cursor := page["next"]):
            break
    assert [one["row"] for one in found] == [2, 3, 4, 5]
    assert all(one["code"].startswith("OIRU-41") and one["excerpt"].startswith("no address") for one in found)
    assert Asker(world, "HR/hana").get(f"{IMPORTS}/{made}/refused").status_code == 404
    assert analyst.get(f"{IMPORTS}/{uuid4()}/refused").status_code == 404


def test_an_import_is_taken_back_once_by_its_own_unit_in_its_own_operation() -> None:
    world = action_day()
    another_operation(world, "RS")
    askers = {name: Asker(world, name) for name in ("RS/ana", "HR/hana", "AG/overseer")}
    analyst, key = askers["RS/ana"], str(uuid4())
    made = analyst.post(ROWS, rows(ADDRESS, OTHER)).json()["import"]
    before = counted()
    for who, path, status in (
        ("HR/hana", f"{IMPORTS}/{made}/undo", 404),
        ("RS/ana", f"/operations/other/imports/{made}/undo", 404),
        ("RS/ana", f"{IMPORTS}/{uuid4()}/undo", 404),
        ("RS/ana", f"{IMPORTS}/no-id/undo", 422),
        ("AG/overseer", f"{IMPORTS}/{made}/undo", 403),
    ):
        assert askers[who].post(path).status_code == status, path
    assert grown(before) == {}
    assert ask("SELECT count(*) FROM intake_contribution WHERE undone_at IS NOT NULL") == [(0,)]
    done = analyst.post(f"{IMPORTS}/{made}/undo", key=key)
    assert done.json() == {"import": made, "contributions": 2, "items_undone": 2, "items_stay": 0}
    assert analyst.post(f"{IMPORTS}/{made}/undo", key=key).json() == done.json()
    assert analyst.post(f"{IMPORTS}/{made}/undo").status_code == 409
    assert analyst.get(IMPORTS).json()["rows"][0]["undone_at"]
