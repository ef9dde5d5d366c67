"""Units, people and tokens through the programming interface: one's own unit only, a token shown once, nobody's own roles."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from tests.entrypoints.api.asking import Asker
from tests.entrypoints.api.paging import everything
from tests.people import START, action_day

from openiru.foundation.database.acting import SERVICE
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.foundation.operations.clock import set_clock

pytestmark = pytest.mark.usefixtures("database")
UNIT = {"code": "XX", "name": "Unit XX (invented)", "country": "XX", "legal_profile": "third_country_unit"}


def person(asker: Asker, handle: str) -> str:
    return next(str(row["id"]) for row in everything(asker, "/people", 500) if row["handle"] == handle)


def works(token: str) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    answer = Client(SERVER_NAME="localhost").get("/api/v1/whoami", headers=headers)
    return bool(answer.status_code == 200)


def test_everybody_may_ask_who_they_are() -> None:
    told = Asker(action_day(), "HR/hana").get("/whoami").json()
    assert (told["unit"], told["handle"], told["roles"]) == ("HR", "hana", ["analyst"])
    assert (told["environment"], told["business_time"]) == ("demo", "2020-10-06T07:00:00Z")


def test_units_are_listed_to_the_end_and_added_by_an_administrator() -> None:
    world = action_day()
    admin, analyst = Asker(world, "AG/admin"), Asker(world, "RS/ana")
    assert analyst.post("/units", [UNIT]).status_code == 403
    made = admin.post("/units", [UNIT])
    assert (made.status_code, [one["name"] for one in made.json()]) == (201, ["XX"])
    assert admin.post("/units", [UNIT]).json() == made.json()
    codes = [row["code"] for row in everything(analyst, "/units", 2)]
    assert {"AG", "HR", "MK", "RS", "XX"} <= set(codes)
    assert codes == sorted(set(codes))
    assert admin.post("/units", [UNIT | {"code": "YY"}, UNIT | {"code": "YY"}]).status_code == 400
    for wrong in ({"zone": "Mars/Olympus"}, {"code": "../x"}, {"name": "a\x00"}, {"legal_profile": "club"}):
        assert admin.post("/units", [UNIT | wrong]).status_code == 422, wrong


def test_people_are_added_to_ones_own_unit_and_seen_there_only() -> None:
    world = action_day()
    admin, key = Asker(world, "AG/admin"), str(uuid4())
    new = [{"handle": "nora", "roles": ["analyst"]}, {"handle": "otto", "roles": ["overseer"]}]
    made = admin.post("/people", new, key=key)
    assert made.status_code == 201, made.content
    assert admin.post("/people", new, key=key).json() == made.json()
    names = [row["handle"] for row in everything(admin, "/people", 3)]
    assert names == ["coordinator", "deputy", "officer", "overseer", "admin", "nora", "otto"]
    assert {row["handle"] for row in Asker(world, "HR/hana").get("/people").json()["rows"]} == {
        "hana",
        "ivo",
        "dora",
    }
    assert Asker(world, "HR/hana").post("/people", new).status_code == 403
    misfits: list[dict[str, Any]] = [
        {"handle": "a b"},
        {"handle": "\x00"},
        {"roles": []},
        {"roles": ["king"]},
        {"handle": "x" * 81},
    ]
    for wrong in misfits:
        assert admin.post("/people", [new[0] | wrong]).status_code == 422, wrong
    assert admin.post("/people", [new[0] | {"roles": ["service"]}]).status_code == 400
    assert admin.post("/people", [new[0], new[0]]).status_code == 400


def test_roles_change_and_memberships_end() -> None:
    world = action_day()
    admin, officer = Asker(world, "AG/admin"), Asker(world, "AG/officer")
    who = person(admin, "officer")
    changed = admin.post(f"/people/{who}/roles", {"roles": ["overseer"]})
    assert changed.json() == {
        "person": who,
        "before": ["issuing_officer", "provider_liaison"],
        "roles": ["overseer"],
    }
    assert officer.get("/whoami").json()["roles"] == ["overseer"]
    assert admin.post(f"/people/{person(admin, 'admin')}/roles", {"roles": ["analyst"]}).status_code == 403
    foreign = person(Asker(world, "HR/hana"), "hana")
    for unknown in (str(uuid4()), foreign):
        assert admin.post(f"/people/{unknown}/roles", {"roles": ["analyst"]}).status_code == 404
        assert admin.post("/people/revoke", {"people": [who, unknown]}).status_code == 404
        assert officer.post(f"/people/{unknown}/roles", {"roles": ["analyst"]}).status_code == 403
    assert officer.get("/whoami").status_code == 200
    ended = admin.post("/people/revoke", {"people": [who, who]})
    assert (ended.status_code, ended.json()["people"], len(ended.json()["tokens"])) == (200, [who], 1)
    assert officer.get("/whoami").status_code == 401
    assert admin.post(f"/people/{who}/roles", {"roles": ["analyst"]}).status_code == 409


def kept() -> str:
    """Every answer that is kept for a repeated request."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(answer::text, ' '), '') FROM ledger_request")
        return str(cursor.fetchone()[0])


def test_a_token_is_shown_once_and_kept_nowhere() -> None:
    world = action_day()
    admin, key = Asker(world, "AG/admin"), str(uuid4())
    body = {"person": person(admin, "deputy"), "label": "nightly job"}
    made = admin.post("/tokens", body, key=key)
    assert made.status_code == 201, made.content
    token = made.json()["token"]
    assert works(token)
    again = admin.post("/tokens", body, key=key).json()
    assert again == made.json() | {"token": None}
    assert token not in kept()
    assert made.json()["id"] in kept()
    rows = admin.get("/tokens", person=body["person"]).json()["rows"]
    assert [(row["label"], row["works"]) for row in rows] == [("nightly job", True)]
    assert token not in str(rows)
    assert admin.post("/tokens", body | {"person": str(uuid4())}).status_code == 404
    assert admin.post("/tokens", body | {"label": " "}).status_code == 422
    assert Asker(world, "AG/deputy").post("/tokens", body).status_code == 403


def test_a_token_is_rotated_and_the_old_one_runs_out() -> None:
    world = action_day()
    admin, job = Asker(world, "AG/admin"), Asker(world, "AG/deputy")
    (old,) = admin.get("/tokens", person=person(admin, "deputy")).json()["rows"]
    key = str(uuid4())
    made = admin.post(f"/tokens/{old['id']}/rotate", {"overlap_hours": 2}, key=key)
    assert made.status_code == 201, made.content
    new: dict[str, Any] = made.json()
    assert (new["label"], new["replaced"]) == (old["label"], old["id"])
    assert new["replaced_ends_at"] == "2020-10-06T09:00:00Z"
    assert admin.post(f"/tokens/{old['id']}/rotate", {"overlap_hours": 2}, key=key).json() == new | {
        "token": None
    }
    assert works(job.token)
    assert works(new["token"])
    set_clock(by=SERVICE, business=START + timedelta(hours=2), rate=Decimal(0))
    assert not works(job.token)
    assert works(new["token"])
    assert admin.post(f"/tokens/{old['id']}/rotate", {"overlap_hours": 0}).status_code == 409
    at_once = admin.post(f"/tokens/{new['id']}/rotate", {"overlap_hours": 0}).json()
    assert [works(new["token"]), works(at_once["token"])] == [False, True]
    sequence()
    assert verify().holds


def test_tokens_are_seen_and_ended_by_their_person_and_by_the_administrator() -> None:
    world = action_day()
    admin, deputy, foreign = (Asker(world, who) for who in ("AG/admin", "AG/deputy", "HR/hana"))
    (mine,) = deputy.get("/tokens").json()["rows"]
    assert len(admin.get("/tokens").json()["rows"]) == 2
    first = admin.get("/tokens", limit=1).json()
    assert len(admin.get("/tokens", limit=1, cursor=first["next"]).json()["rows"]) == 1
    admins = person(admin, "admin")
    assert deputy.get("/tokens", person=admins).status_code == 403
    (theirs,) = admin.get("/tokens", person=admins).json()["rows"]
    (outside,) = foreign.get("/tokens").json()["rows"]
    for unknown in (theirs["id"], outside["id"], str(uuid4())):
        assert deputy.post("/tokens/withdraw", {"tokens": [mine["id"], unknown]}).status_code == 404
    assert admin.post(f"/tokens/{outside['id']}/rotate", {}).status_code == 404
    assert deputy.post(f"/tokens/{mine['id']}/rotate", {}).status_code == 403
    assert foreign.post("/tokens/withdraw", {"tokens": [mine["id"]]}).status_code == 404
    assert works(deputy.token)
    assert admin.post("/tokens/withdraw", {"tokens": [mine["id"]]}).json() == {"tokens": [mine["id"]]}
    assert not works(deputy.token)
