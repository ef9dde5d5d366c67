"""Statistics and statements: definitions, comparison, sign-off by all, two persons, embargo, corrections, the public page."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.entrypoints.web.visiting import visiting, visitor
from tests.factories.days import Day, random_day
from tests.people import action_day

from openiru.core.errors import OpenIruError
from openiru.core.impact.indicators import BY_ID
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.stages.impact import oversight, releases

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def day(database: str) -> Day:
    assert database
    return random_day(action_day(), 1, items=6, rounds=5)


def client(day: Day, name: str) -> Client:
    return visiting(day.world.people[name])


def post(who: Client, path: str, **fields: str) -> HttpResponse:
    return who.post(path, {"request_id": str(uuid4()), **fields})  # type: ignore[return-value] # Django's client wraps it


def proposed(day: Day, **fields: str) -> str:
    answer = post(client(day, "AG/coordinator"), "/o/day/statements", **fields)
    assert answer.status_code == 303
    return str(answer["Location"])


def sign_all(day: Day, path: str) -> None:
    for name in ("AG/officer", "RS/deda", "HR/dora", "MK/duma"):
        assert post(client(day, name), path, act="sign").status_code == 303


def test_statistics_stand_beside_their_definitions_and_can_be_taken_away_and_compared(day: Day) -> None:
    who = client(day, "AG/coordinator")
    text = who.get("/o/day/statistics?against=40").content.decode()
    assert BY_ID["referred"].definition in text
    assert "What changed" in text
    for form in ("csv", "json", "html", "text"):
        href = re.search(rf'href="(/o/day/statistics/report.{form}[^"]+)"', text)
        assert href is not None
        first, again = who.get(href[1]), who.get(href[1])
        assert first.content == again.content != b""
        assert "attachment" in first["Content-Disposition"]
    assert who.get("/o/day/statistics?as_of=yesterday").status_code == 400
    assert client(day, "AG/admin").get("/o/day/statistics").status_code == 403


def test_a_statement_needs_every_sign_off_and_a_second_person_and_is_then_public_for_good(day: Day) -> None:
    path = proposed(day)
    early = post(client(day, "AG/officer"), path, act="release")
    assert early.status_code == 409
    assert b"not signed yet by AG, HR, MK, RS" in early.content
    sign_all(day, path)
    assert post(client(day, "RS/deda"), path, act="sign").status_code == 409
    assert post(client(day, "AG/coordinator"), path, act="release").status_code == 403
    assert post(client(day, "RS/ana"), path, act="release").status_code == 403
    form = {"request_id": str(uuid4()), "act": "release"}
    twice = [client(day, "AG/officer").post(path, form).status_code for _ in range(2)]
    assert twice == [303, 303]
    shown = visitor().get("/statements/1")
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "Invented data" in text
    assert BY_ID["distinct"].definition in text
    assert "<script" not in text
    assert "t.me" not in text
    assert "Statement 1" in visitor().get("/statements/").content.decode()
    assert post(client(day, "AG/officer"), path, act="release").status_code == 409
    sequence()
    assert [one for one in verify().problems if "impact" in str(one)] == []


def test_a_correction_has_a_number_of_its_own_and_says_what_changed(day: Day) -> None:
    first = proposed(day, as_of="40")
    sign_all(day, first)
    assert post(client(day, "AG/officer"), first, act="release").status_code == 303
    assert (
        post(client(day, "AG/coordinator"), "/o/day/statements", as_of="40", corrects="1").status_code == 409
    )
    assert post(client(day, "AG/coordinator"), "/o/day/statements", corrects="9").status_code == 404
    second = proposed(day, corrects="1")
    sign_all(day, second)
    assert post(client(day, "AG/officer"), second, act="release").status_code == 303
    text = visitor().get("/statements/2").content.decode()
    assert "What changed since statement 1" in text
    assert "corrected by" in visitor().get("/statements/1").content.decode()


def test_nobody_reads_a_statement_before_its_embargo_ends(day: Day) -> None:
    path = proposed(day, embargo="2020-12-24 10:00")
    sign_all(day, path)
    assert post(client(day, "AG/officer"), path, act="release").status_code == 303
    assert visitor().get("/statements/1").status_code == 404
    assert b"Statement 1" not in visitor().get("/statements/").content
    day.pass_time(timedelta(days=100).total_seconds() / 3600)
    assert visitor().get("/statements/1").status_code == 200


def test_no_statement_goes_out_while_a_recommendation_waits(day: Day) -> None:
    by = day.world.by("AG/overseer")
    oversight.recommend(by=by, text="Write the reasons down.")
    path = proposed(day)
    sign_all(day, path)
    refused = post(client(day, "AG/officer"), path, act="release")
    assert refused.status_code == 409
    assert b"wait for an answer" in refused.content


@pytest.mark.parametrize(
    "path", ["/statements/7", "/statements/99999999999999999999", "/o/day/statements/not-one"]
)
def test_what_is_not_there_is_not_found(day: Day, path: str) -> None:
    assert client(day, "AG/coordinator").get(path).status_code == 404


def test_a_statement_of_another_operation_cannot_be_signed_here(day: Day) -> None:
    path = proposed(day)
    with pytest.raises(OpenIruError, match="no such statement"):
        releases.sign(by=day.by(day.other, "RS/deda"), release=UUID(path.rpartition("/")[2]))
