"""Referrals through the programming interface: read as they will be sent, let go by a person, answered row by row, taken back."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from tests.entrypoints.api.asking import ROOT, Asker
from tests.entrypoints.api.paging import everything
from tests.people import another_operation
from tests.stages.referral.helpers import (
    PROVIDERS,
    Post,
    bring,
    decided,
    delivered,
    far,
    post,
    prepared,
    ready_day,
    sent,
    states,
)

from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import acting
from openiru.foundation.database.bulk import update
from openiru.stages.referral import queries

pytestmark = pytest.mark.usefixtures("database", "way")
DAY = "/operations/day"
REMOVED = "DECISION_VISIBILITY_CONTENT_REMOVED"


@pytest.fixture
def way(monkeypatch: pytest.MonkeyPatch) -> Any:
    return Post(monkeypatch)


def upload(asker: Asker, data: bytes, *, key: str = "", query: str = "") -> Any:
    headers = asker._headers() | {"Idempotency-Key": key or str(uuid4())}
    return asker._client.generic(
        "POST", f"{ROOT}{DAY}/answers/file{query}", data, content_type="text/csv", headers=headers
    )


def test_what_is_decided_is_prepared_and_the_rest_told_with_its_reason() -> None:
    world = ready_day()
    decided(world, [post(1), far(1)])
    (seen,) = bring(world.by("HR/hana"), [post(9)])
    officer = Asker(world, "AG/deputy")
    nowhere = str(uuid4())
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute("SELECT item_id FROM registry_operationitem")
        items = [str(row[0]) for row in now.cursor.fetchall()]
    answer = officer.post(f"{DAY}/referrals", {"items": [*items, nowhere]})
    assert answer.status_code == 207, answer.content
    told = answer.json()
    assert {one["provider"]: one["lines"] for one in told["batches"]} == {"host": 1, "far": 1}
    left = {one["item"]: one["code"] for one in told["left_out"]}
    assert set(left) == {str(seen), nowhere}
    assert left[nowhere] == "not-here"
    assert all(one["reason"] for one in told["left_out"])


def test_a_referral_is_read_as_it_will_be_sent_let_go_and_read_again() -> None:
    world = ready_day()
    batch = prepared(world, 2)
    officer = Asker(world, "AG/officer")
    coordinator = Asker(world, "AG/deputy")
    whole = coordinator.get(f"{DAY}/referrals/{batch.reference}").json()
    with acting(world.by("AG/deputy")):
        letter = queries.letter(batch.reference)
    assert whole["letter"]["text"] == letter["text"]
    assert whole["letter"]["attachments"] == letter["attachments"]
    assert whole["letter"]["recipient"] == PROVIDERS[0]["address"]
    assert [line["number"] for line in whole["line_rows"]] == [1, 2]
    assert all(len(line["assessments"]) == 2 for line in whole["line_rows"])
    assert [one["reference"] for one in coordinator.get(f"{DAY}/outbox").json()["rows"]] == [batch.reference]
    key = str(uuid4())
    gone = officer.post(f"{DAY}/referrals/send", {"references": [batch.reference], "urgent": True}, key=key)
    assert gone.status_code == 202, gone.content
    again = officer.post(f"{DAY}/referrals/send", {"references": [batch.reference], "urgent": True}, key=key)
    assert again.json() == gone.json()
    assert delivered(world, batch.id).state == "sent"
    whole = coordinator.get(f"{DAY}/referrals/{batch.reference}").json()
    assert (whole["state"], [one["state"] for one in whole["tries"]]) == ("sent", ["sending", "sent"])
    assert coordinator.get(f"{DAY}/outbox").json()["rows"] == []
    assert coordinator.get(f"{DAY}/silent", hours=0).json()[0]["batches"] == [batch.reference]


def test_lists_are_paged_to_their_end() -> None:
    world = ready_day()
    decided(world, [post(n) for n in range(1, 9)] + [far(1)])
    officer = Asker(world, "AG/deputy")
    made = [one["reference"] for one in officer.post(f"{DAY}/referrals", {}).json()["batches"]]
    assert len(made) == 4
    listed = [row["reference"] for row in everything(officer, f"{DAY}/referrals", 3)]
    assert sorted(listed) == sorted(made)
    assert [row["reference"] for row in everything(officer, f"{DAY}/outbox", 1)] == listed
    found = officer.get(f"{DAY}/referrals", provider="far", state=["prepared", "sent"]).json()
    assert len(found["rows"]) == 1
    assert officer.get(f"{DAY}/referrals", state="sent").json()["rows"] == []


def test_answers_are_taken_row_by_row() -> None:
    world = ready_day()
    ref = sent(world, 3).reference
    liaison = Asker(world, "AG/officer")
    rows = [
        {
            "reference": ref,
            "line": 1,
            "decision": REMOVED,
            "decided_at": "2020-10-06T07:00:00Z",
            "puid": "p1",
        },
        {"reference": "HR-2020-999999", "line": 1, "decision": "removed"},
        {"reference": ref, "line": 2, "decision": "burned"},
        {"reference": ref, "line": 3, "decision": "no action", "decided_at": "0001-01-01T00:00:00+14:00"},
        {"reference": ref, "line": 2, "decision": "NO_ACTION"},
    ]
    answer = liaison.post(f"{DAY}/answers", {"answers": rows})
    assert answer.status_code == 207, answer.content
    told = answer.json()
    assert [one["status"] for one in told["rows"]] == [201, 422, 422, 422, 201]
    assert [one["problem"] and one["problem"]["code"] for one in told["rows"]] == [
        None,
        "OIRU-40/reference-unknown",
        "OIRU-40/decision-unknown",
        "OIRU-40/time-unreadable",
        None,
    ]
    assert (told["total"], told["taken"], told["refused"]) == (5, 2, 3)
    again = liaison.post(f"{DAY}/answers", {"answers": rows}).json()
    assert (again["taken"], again["repeated"], again["refused"]) == (0, 2, 3)
    assert sorted(states(world).values()) == ["answered", "answered", "referred"]
    kept = everything(liaison, f"{DAY}/answers", 1)
    assert [(row["number"], row["decision"], row["last"]) for row in kept] == [
        (1, REMOVED, True),
        (2, "NO_ACTION", True),
    ]
    assert len(everything(liaison, f"{DAY}/strays", 2)) == 3
    assert liaison.get(f"{DAY}/answers", reference="none").json()["rows"] == []


def test_a_providers_file_is_taken_and_only_what_was_refused_is_told() -> None:
    world = ready_day()
    ref = sent(world, 2).reference
    liaison, key = Asker(world, "AG/officer"), str(uuid4())
    data = f"reference,line,decision\r\n{ref},1,removed\r\n{ref},7,removed\r\n".encode("utf-16")
    told = upload(liaison, data, key=key, query="?provider=host")
    assert told.status_code == 207, told.content
    assert (told.json()["taken"], [one["number"] for one in told.json()["rows"]]) == (1, [3])
    assert upload(liaison, data, key=key, query="?provider=host").json() == told.json()
    assert upload(liaison, data, key=key).status_code == 409
    document = b'[{"reference": "%s", "line": 2, "decision": "removed"}]' % ref.encode()
    assert upload(liaison, document).json()["taken"] == 1
    assert set(states(world).values()) == {"answered"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 50,
        b"reference,line\nx,1",
        b"{" * 5_000,
        b"\xff\xfe\x00\xd8",
        b'[{"reference": "\\ud800", "line": 1, "decision": "\\u0000", "explanation": "\\udfff"}]',
        b"reference,line,decision\nx\x00y,1,removed\x00\n",
    ],
)
def test_a_file_that_is_none_is_refused_and_no_fault(data: bytes) -> None:
    liaison = Asker(ready_day(), "AG/officer")
    answer = upload(liaison, data)
    assert answer.status_code in {207, 422}, answer.content
    if answer.status_code == 207:
        assert answer.json()["taken"] == 0
    assert liaison.get(f"{DAY}/strays").status_code == 200


def test_what_was_sent_is_corrected_and_withdrawn_by_letters() -> None:
    world = ready_day()
    batch = sent(world, 3)
    officer = Asker(world, "AG/officer")
    path = f"{DAY}/referrals/{batch.reference}"
    mended = officer.post(f"{path}/correct", {"lines": [{"line": 1, "text": "00:12, not 00:21"}], "why": ""})
    assert mended.status_code == 201, mended.content
    assert mended.json()["reference"] == f"{batch.reference}-C1"
    twice = [{"line": 1, "text": "x"}, {"line": 1, "text": "y"}]
    assert officer.post(f"{path}/correct", {"lines": twice}).status_code == 400
    taken = officer.post(f"{path}/withdraw", {"lines": [2], "why": "it was a report"})
    assert taken.json()["reference"] == f"{batch.reference}-W1"
    assert sorted(states(world).values()) == ["referred", "referred", "withdrawn"]
    assert officer.post(f"{path}/withdraw", {"lines": [2], "why": "again"}).status_code == 400
    shown = officer.get(f"{DAY}/referrals/{batch.reference}-W1").json()
    assert (shown["kind"], shown["replaces"]) == ("withdrawal", str(batch.id))


def test_what_never_left_is_given_back_and_what_is_unknown_is_settled() -> None:
    world = ready_day()
    batch = prepared(world, 2)
    officer = Asker(world, "AG/officer")
    path = f"{DAY}/referrals/{batch.reference}"
    assert officer.post(f"{path}/settle", {"was_sent": True, "why": "they said so"}).status_code == 409
    with acting(world.by("AG/officer")) as now:
        row = {"id": batch.id, "state": DeliveryState.UNKNOWN.value}
        update(now.cursor, "referral_referral", [row], key=["id"])
    assert officer.post(f"{DAY}/referrals/unprepare", one(batch, why="too early")).status_code == 409
    said = officer.post(f"{path}/settle", {"was_sent": False, "why": "they never had it"})
    assert (said.status_code, said.json()["was_sent"]) == (200, False)
    back = officer.post(f"{DAY}/referrals/unprepare", one(batch, why="not now"))
    assert back.json() == {"items": 2}
    assert set(states(world).values()) == {"decided"}


def one(batch: Any, **more: Any) -> dict[str, Any]:
    return {"references": [batch.reference], **more}


def test_who_may_not_is_told_so_and_nothing_happens() -> None:
    world = ready_day()
    batch = prepared(world, 1)
    analyst, admin, coordinator = (Asker(world, who) for who in ("HR/hana", "AG/admin", "AG/coordinator"))
    ref = f"{DAY}/referrals/{batch.reference}"
    for path, body in (
        (f"{DAY}/referrals", {}),
        (f"{DAY}/referrals/send", one(batch)),
        (f"{DAY}/referrals/unprepare", one(batch, why="x")),
        (f"{ref}/settle", {"was_sent": True, "why": "x"}),
        (f"{ref}/withdraw", {"why": "x"}),
        (f"{ref}/correct", {"lines": [{"line": 1, "text": "x"}], "why": "x"}),
        (f"{DAY}/answers", {"answers": [{"reference": batch.reference, "line": 1, "decision": "removed"}]}),
    ):
        assert analyst.post(path, body).status_code == 403, path
    for path in (
        "referrals",
        f"referrals/{batch.reference}",
        "outbox",
        "answers",
        "silent",
        "transfers",
        "strays",
    ):
        assert admin.get(f"{DAY}/{path}").status_code == 403, path
        assert coordinator.get(f"{DAY}/{path}").status_code == 200, path
    assert set(states(world).values()) == {"prepared"}


def test_another_operations_referrals_are_not_there() -> None:
    world = ready_day()
    batch = sent(world, 1)
    another_operation(world, "HR", days=9)
    officer, outsider = Asker(world, "AG/officer"), Asker(world, "RS/ana")
    path = f"/operations/other/referrals/{batch.reference}"
    assert officer.get(path).status_code == 404
    assert officer.post(f"{path}/withdraw", {"why": "x"}).status_code == 404
    assert officer.post("/operations/other/referrals/send", one(batch)).status_code == 404
    assert officer.get("/operations/other/referrals").json()["rows"] == []
    assert outsider.get("/operations/other/referrals").status_code in {403, 404}
    assert officer.get("/operations/nowhere/referrals").status_code == 404
    assert set(states(world).values()) == {"referred"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("referrals", {"items": []}),
        ("referrals", {"items": ["x"]}),
        ("referrals", {"provider": "a\x00"}),
        ("referrals", {"instrument": "sermon"}),
        ("referrals/send", {"references": []}),
        ("referrals/send", {"references": ["a\x00"]}),
        ("referrals/unprepare", {"references": ["a"], "why": " "}),
        ("referrals/X/withdraw", {"why": "x", "lines": [0]}),
        ("referrals/X/correct", {"lines": [{"line": 1, "text": "\x00"}]}),
        ("referrals/%00/withdraw", {"why": "x"}),
        ("answers", {"answers": [{"reference": "a", "line": 10**30, "decision": "x"}]}),
        ("answers", {"answers": [{"reference": "\ud800", "line": 1, "decision": "x"}]}),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_done(path: str, body: Any) -> None:
    officer = Asker(ready_day(), "AG/officer")
    answer = officer._client.generic(
        "POST",
        f"{ROOT}{DAY}/{path}",
        json.dumps(body),
        content_type="application/json",
        headers=officer._headers() | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 422, answer.content
    for query in ({"cursor": "x"}, {"limit": 0}, {"limit": 501}, {"provider": "\x00"}, {"state": "lost"}):
        assert officer.get(f"{DAY}/referrals", **query).status_code in {400, 422}


def test_what_was_let_go_is_taken_back_before_a_machine_has_it() -> None:
    world = ready_day()
    batch = prepared(world, 1)
    officer = Asker(world, "AG/officer")
    body = {"references": [batch.reference]}
    assert officer.post(f"{DAY}/referrals/send", {**body, "undo_seconds": 600}).status_code == 202
    assert delivered(world, batch.id).state is None
    assert officer.post(f"{DAY}/referrals/recall", body).json() == {"letters": 1}
    late = officer.post(f"{DAY}/referrals/recall", body)
    assert late.status_code == 409
    assert delivered(world, batch.id).state is None
