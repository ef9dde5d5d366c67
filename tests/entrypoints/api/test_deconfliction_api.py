"""Deconfliction through the programming interface: holds stand, lists go out and back, silence is never consent."""

from __future__ import annotations

import csv
import io
import json
import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.entrypoints.api.asking import ROOT, Asker
from tests.people import START, World, action_day, another_operation
from tests.stages.intake.helpers import ADDRESS, KEY, NOISE, bring, ident

pytestmark = pytest.mark.usefixtures("database")

DAY = "/operations/day"
SOON = (START + timedelta(days=2)).isoformat()
HOLD = {"subject": ADDRESS, "reason": "an invented inquiry that nobody else may read", "expires_at": SOON}
SECRET = "an invented secret of enough bytes"


def day() -> World:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, *NOISE)
    return world


def raw(asker: Asker, path: str, body: Any) -> Any:
    """A body in which characters stand that no good program sends."""
    return asker._client.post(
        ROOT + path,
        json.dumps(body),
        content_type="application/json",
        headers=asker._headers() | {"Idempotency-Key": str(uuid4())},
    )


def placed(asker: Asker, **more: Any) -> Any:
    (row,) = asker.post(f"{DAY}/holds", [HOLD | more]).json()
    assert row["status"] == 201, row
    return row["hold"]


def test_holds_are_placed_row_by_row_and_shown_to_the_unit_alone() -> None:
    world = day()
    duma, dora = Asker(world, "MK/duma"), Asker(world, "HR/dora")
    mila = Asker(world, "MK/mila")
    answer = mila.post(
        f"{DAY}/holds",
        [
            HOLD,
            HOLD | {"subject": "no address"},
            HOLD | {"expires_at": None},
            HOLD | {"kind": "judicial", "authority": "Invented court", "expires_at": None},
        ],
    )
    assert answer.status_code == 207
    rows = answer.json()
    assert [(row["index"], row["status"]) for row in rows] == [(0, 201), (1, 400), (2, 400), (3, 403)]
    assert rows[0]["hold"]["items"] == [str(ident(world.by("RS/ana")))]
    assert (rows[0]["hold"]["meets"], rows[0]["hold"]["referred"]) == (1, [])
    assert rows[1]["problem"]["code"] == "OIRU-1000"
    assert rows[1]["hold"] is None
    (own,) = duma.get(f"{DAY}/holds").json()["rows"]
    assert (own["subject"], own["reason"], own["review_due"]) == (KEY, HOLD["reason"], False)
    assert own["reference"] == rows[0]["hold"]["reference"]
    assert dora.get(f"{DAY}/holds").json() == {"rows": [], "next": None}


def test_holds_are_read_page_by_page_to_the_end() -> None:
    world = day()
    deda = Asker(world, "RS/ana")
    rows = deda.post(f"{DAY}/holds", [HOLD | {"subject": f"https://pages.test/{n}"} for n in range(5)]).json()
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = deda.get(f"{DAY}/holds", limit=2, cursor=cursor).json()
        assert len(page["rows"]) <= 2
        seen += [row["id"] for row in page["rows"]]
        cursor = page["next"]
    assert sorted(seen) == sorted(row["hold"]["id"] for row in rows)
    assert len(set(seen)) == 5
    for wrong in ("nonsense", "WyJhIl0", "WzFd"):
        assert deda.get(f"{DAY}/holds", cursor=wrong).status_code == 400
    assert deda.get(f"{DAY}/holds", limit=0).status_code == 422
    assert deda.get(f"{DAY}/holds", limit=501).status_code == 422


def test_a_repeated_request_places_no_second_hold_and_is_nobody_elses_answer() -> None:
    world = day()
    duma, mila, key = Asker(world, "MK/duma"), Asker(world, "MK/mila"), str(uuid4())
    first = mila.post(f"{DAY}/holds", [HOLD], key=key)
    again = mila.post(f"{DAY}/holds", [HOLD], key=key)
    assert (again.status_code, again.json()) == (207, first.json())
    assert len(duma.get(f"{DAY}/holds").json()["rows"]) == 1
    assert mila.post(f"{DAY}/holds", [HOLD | {"reason": "another"}], key=key).status_code == 409
    assert duma.post(f"{DAY}/holds", [HOLD], key=key).status_code == 409


def test_holds_end_by_their_own_unit_all_or_none() -> None:
    world = day()
    mila, duma, dora = Asker(world, "MK/mila"), Asker(world, "MK/duma"), Asker(world, "HR/dora")
    hold = placed(mila)["id"]
    body = {"holds": [hold], "why": "the invented inquiry is closed"}
    assert mila.post(f"{DAY}/holds/release", body).status_code == 403
    foreign = dora.post(f"{DAY}/holds/release", body)
    assert foreign.status_code == 404
    assert "duty desk MK" in foreign.json()["hint"]
    assert "inquiry" not in foreign.content.decode()
    assert duma.post(f"{DAY}/holds/release", body | {"holds": [hold, str(uuid4())]}).status_code == 404
    assert len(duma.get(f"{DAY}/holds").json()["rows"]) == 1
    assert duma.post(f"{DAY}/holds/release", body | {"why": " "}).status_code == 400
    assert duma.post(f"{DAY}/holds/release", body).json() == {"released": [hold]}
    assert duma.get(f"{DAY}/holds").json()["rows"] == []
    (ended,) = duma.get(f"{DAY}/holds", ended="true").json()["rows"]
    assert ended["ended_why"] == body["why"]


def test_an_override_tells_the_holders_at_once() -> None:
    world = day()
    placed(Asker(world, "MK/mila"))
    placed(Asker(world, "MK/mila"), subject="telegram:post:openiru_demo_a/*", scope="pattern")
    item = str(ident(world.by("RS/ana")))
    officer, ana = Asker(world, "AG/officer"), Asker(world, "RS/ana")
    body = {"item": item, "threat": "an invented threat"}
    assert ana.post(f"{DAY}/overrides", body).status_code == 403
    assert officer.post(f"{DAY}/overrides", body | {"item": str(uuid4())}).status_code == 404
    other = str(ident(world.by("RS/ana"), "web:pages.test/noise"))
    assert officer.post(f"{DAY}/overrides", body | {"item": other}).json()["code"] == "OIRU-2300"
    done = officer.post(f"{DAY}/overrides", body)
    assert done.status_code == 201, done.content
    assert done.json()["told"] == [{"unit": "MK", "contact": "duty desk MK, +000 MK"}]
    duma = Asker(world, "MK/duma")
    first = duma.get(f"{DAY}/overrides", limit=1).json()
    second = duma.get(f"{DAY}/overrides", limit=1, cursor=first["next"]).json()
    assert second["next"] is None
    both = first["rows"] + second["rows"]
    assert {(row["key"], row["threat"], row["unit"], row["operation"]) for row in both} == {
        (KEY, "an invented threat", "AG", "day")
    }
    assert len({row["hold_id"] for row in both}) == 2
    assert ana.get(f"{DAY}/overrides").json()["rows"] == []


@pytest.mark.parametrize("secret", [None, SECRET])
def test_a_list_goes_out_and_its_answer_closes_the_gap_in_a_round(secret: str | None) -> None:
    world = day()
    lead = Asker(world, "AG/coordinator")
    opened = lead.post(f"{DAY}/rounds", {"due_at": SOON}).json()
    listing = lead.post(f"{DAY}/lists", {"round_id": opened["id"], "secret": secret})
    assert listing.status_code == 200, listing.content
    assert (listing.json()["rows"], listing.json()["left_out"]) == (3, 0)
    rows = list(csv.DictReader(io.StringIO(listing.json()["text"])))
    name = "hash" if secret else "key"
    assert ("openiru_demo" in listing.json()["text"]) is (secret is None)
    text = f"{name},hit\n" + "".join(f"{row[name]},{'no' if n else 'yes'}\n" for n, row in enumerate(rows))
    back = {
        "text": text,
        "round_id": opened["id"],
        "for_unit": "MK",
        "expires_at": SOON,
        "secret": secret,
    }
    assert Asker(world, "HR/hana").post(f"{DAY}/lists/answers", back).status_code == 403
    part = lead.post(f"{DAY}/lists/answers", back | {"text": text.rsplit("\n", 2)[0]})
    assert part.status_code == 409
    assert "never consent" in part.json()["detail"]
    done = lead.post(f"{DAY}/lists/answers", back)
    assert done.json() == {"hits": 1, "no_hits": 2, "unknown": 0, "refused": [], "unplaced": []}
    shown = lead.get(f"{DAY}/rounds/{opened['id']}").json()
    assert shown["answered"] == [{"unit": "MK", "hits": 1}]
    assert shown["silent"] == ["AG", "HR", "RS"]


def test_a_list_of_holds_bears_no_reason_and_a_secret_is_kept_nowhere(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = day()
    placed(Asker(world, "MK/mila"))
    duma, key = Asker(world, "MK/duma"), str(uuid4())
    body = {"what": "holds", "form": "jsonl", "secret": SECRET}
    with caplog.at_level(logging.DEBUG):
        listing = duma.post(f"{DAY}/lists", body, key=key)
        assert duma.post(f"{DAY}/lists", body | {"secret": "short"}).status_code == 422
        assert duma.post(f"{DAY}/lists", body | {"secret": "\x00" * 7}).status_code == 422
    assert listing.json()["rows"] == 1
    assert "inquiry" not in listing.content.decode()
    assert SECRET not in caplog.text
    assert duma.post(f"{DAY}/lists", body, key=key).json() == listing.json()
    assert duma.post(f"{DAY}/lists", body | {"secret": SECRET[::-1]}, key=key).status_code == 409
    assert Asker(world, "MK/mila").post(f"{DAY}/lists", body).status_code == 403
    assert duma.post(f"{DAY}/lists", body | {"round_id": str(uuid4())}).status_code == 400
    assert duma.post(f"{DAY}/lists", {"round_id": str(uuid4())}).status_code == 404


def test_what_cannot_be_read_or_held_of_a_returned_list_is_named() -> None:
    world = day()
    text = f"key,hit\n{KEY},da\nx,maybe\nhttp://,yes\nnothing,yes\nweb:pages.test/strange,no\n"
    answer = Asker(world, "MK/mila").post(f"{DAY}/lists/answers", {"text": text, "expires_at": SOON})
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["hits"], told["unknown"]) == (2, 1)
    assert [one["row"] for one in told["refused"]] == [3, 4]
    assert [(one["subject"], one["problem"]["code"]) for one in told["unplaced"]] == [
        ("nothing", "OIRU-1000")
    ]
    lines = Asker(world, "MK/mila").post(
        f"{DAY}/lists/answers",
        {
            "text": '{"key": "a:\\u0000", "hit": true}\n{"key": "a:\\ud800", "hit": true}\n',
            "form": "jsonl",
            "expires_at": SOON,
        },
    )
    assert [one["row"] for one in lines.json()["refused"]] == [1, 2]
    both = {"text": "key,hit\nx:y,yes\nx:y,no\n", "expires_at": SOON}
    assert Asker(world, "MK/mila").post(f"{DAY}/lists/answers", both).status_code == 422


def test_a_round_is_opened_answered_and_closed_over_silence() -> None:
    world = day()
    lead, duma, dora = Asker(world, "AG/coordinator"), Asker(world, "MK/duma"), Asker(world, "HR/dora")
    assert Asker(world, "RS/ana").post(f"{DAY}/rounds", {"due_at": SOON}).status_code == 403
    assert lead.post(f"{DAY}/rounds", {"due_at": START.isoformat()}).status_code == 400
    opened = lead.post(f"{DAY}/rounds", {"due_at": SOON})
    assert (opened.status_code, opened.json()["items"]) == (201, 3)
    one = f"{DAY}/rounds/{opened.json()['id']}"
    bad = {"hits": [ADDRESS, "nothing"], "expires_at": SOON}
    assert duma.post(f"{one}/answer", bad).status_code == 400
    assert duma.get(f"{DAY}/holds").json()["rows"] == []
    assert duma.post(f"{one}/answer", {"hits": [ADDRESS]}).status_code == 400
    key, good = str(uuid4()), {"hits": [ADDRESS], "expires_at": SOON}
    answered = duma.post(f"{one}/answer", good, key=key)
    assert answered.status_code == 201
    assert [hold["meets"] for hold in answered.json()["holds"]] == [1]
    assert duma.post(f"{one}/answer", good, key=key).json() == answered.json()
    assert duma.post(f"{one}/answer", good).status_code == 409
    assert dora.post(f"{one}/answer", {}).json()["holds"] == []
    assert Asker(world, "RS/ana").post(f"{one}/answer", {}).status_code == 403
    assert dora.post(f"{one}/close", {"why": "enough"}).status_code == 403
    assert lead.post(f"{one}/close", {"why": " "}).status_code == 400
    closed = lead.post(f"{one}/close", {"why": "they agreed by telephone"}).json()
    assert (closed["closed"], closed["blocks"], closed["silent"]) == (True, False, ["AG", "RS"])
    assert lead.post(f"{one}/close", {"why": "again"}).status_code == 409
    assert Asker(world, "RS/deda").post(f"{one}/answer", {}).status_code == 409


def test_rounds_come_in_pages_and_stay_in_their_operation() -> None:
    world = day()
    lead = Asker(world, "AG/coordinator")
    made = [lead.post(f"{DAY}/rounds", {"due_at": SOON}).json()["id"] for _ in range(3)]
    first = lead.get(f"{DAY}/rounds", limit=2).json()
    rest = lead.get(f"{DAY}/rounds", limit=2, cursor=first["next"]).json()
    assert [one["id"] for one in first["rows"] + rest["rows"]] == made
    assert rest["next"] is None
    another_operation(world, "RS")
    other = "/operations/other"
    assert lead.get(f"{other}/rounds").json()["rows"] == []
    assert lead.get(f"{other}/rounds/{made[0]}").status_code == 404
    assert lead.post(f"{other}/rounds/{made[0]}/close", {"why": "x"}).status_code == 404
    assert lead.post(f"{other}/lists", {"round_id": made[0]}).status_code == 404
    stranger = Asker(world, "HR/dora")
    for path in ("holds", "overrides", "rounds", f"rounds/{made[0]}"):
        assert stranger.get(f"{other}/{path}").status_code in {403, 404}
    assert lead.get("/operations/nowhere/holds").status_code == 404
    assert lead.get("/operations/%00/holds").status_code == 404


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 5_001])
def test_texts_that_cannot_be_kept_are_refused_where_they_come_in(text: str) -> None:
    world = day()
    duma = Asker(world, "MK/duma")
    round_id = str(uuid4())
    for path, body in (
        ("holds", [HOLD | {"reason": text}]),
        ("holds", [HOLD | {"subject": text}]),
        ("holds", [HOLD | {"contact": text}]),
        ("holds/release", {"holds": [str(uuid4())], "why": text}),
        ("overrides", {"item": str(uuid4()), "threat": text}),
        ("lists", {"secret": text}),
        ("lists/answers", {"text": "key,hit\n", "for_unit": text, "expires_at": SOON}),
        ("lists/answers", {"text": "key,hit\n", "reason": text, "expires_at": SOON}),
        (f"rounds/{round_id}/answer", {"hits": [text]}),
    ):
        assert raw(duma, f"{DAY}/{path}", body).status_code == 422, path
    lead = Asker(world, "AG/coordinator")
    assert raw(lead, f"{DAY}/rounds/{round_id}/close", {"why": text}).status_code == 422


@pytest.mark.parametrize(
    "moment", ["2020-10-08T07:00:00", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", 1e300, None]
)
def test_times_that_nobody_can_hold_are_refused_where_they_come_in(moment: object) -> None:
    lead = Asker(day(), "AG/coordinator")
    assert lead.post(f"{DAY}/rounds", {"due_at": moment}).status_code == 422
    assert lead.post(f"{DAY}/lists/answers", {"text": "", "expires_at": moment}).status_code == 422
    assert lead.get(f"{DAY}/rounds").json()["rows"] == []
