"""Items through the programming interface: lists, one with its whole life, markings, shorteners for the queue."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from tests.entrypoints.api.asking import Asker
from tests.people import action_day, another_operation
from tests.stages.intake.hardships import ask
from tests.stages.intake.helpers import ADDRESS, KEY, NOISE, bring, hold, ident
from tests.stages.intake.test_resolve_shorteners import ONE, TWO, Played

from openiru.core.vocabulary import HoldScope
from openiru.foundation.ledger.sequencer import sequence
from openiru.stages.intake import resolving
from openiru.stages.intake.holds import place_holds
from openiru.stages.intake.jobs import resolve

pytestmark = pytest.mark.usefixtures("database")
ITEMS = "/operations/day/items"


def listed(asker: Asker, **query: Any) -> list[dict[str, Any]]:
    """Every page of the list."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        answer = asker.get(ITEMS, cursor=cursor, **query)
        assert answer.status_code == 200, answer.content
        page = answer.json()
        found += page["rows"]
        if not (cursor := page["next"]):
            return found


def waiting() -> list[dict[str, Any]]:
    """What the queue was given."""
    rows = ask("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'intake.resolve'")
    return [orjson.loads(args) for (args,) in rows]


def follow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what the queue was given, twice, with a played net."""
    monkeypatch.setattr(resolving, "http_looker", Played)
    for args in waiting() * 2:
        resolve(**args)


def test_items_are_paged_to_the_end_by_key_and_narrowed_by_state_platform_and_key() -> None:
    world = action_day()
    posts = [f"https://t.me/openiru_demo_a/{n}" for n in range(1, 6)]
    bring(world.by("RS/ana"), *posts, *NOISE)
    place_holds(by=world.by("HR/hana"), holds=[hold(ADDRESS)])
    overseer = Asker(world, "AG/overseer")
    rows = listed(overseer, limit=2)
    assert [one["key"] for one in rows] == sorted(one["key"] for one in rows)
    assert len(rows) == 7
    assert {one["key"] for one in rows if one["held"]} == {KEY}
    assert {tuple(one["milestones"]) for one in rows if one["key"] != KEY} == {("seen",)}
    assert all(one["defanged"].startswith("hxxps://") for one in rows)
    assert len(listed(overseer, platform="telegram")) == 6
    assert len(listed(overseer, state=["seen", "undone"], limit=3)) == 7
    assert listed(overseer, state="referred") == []
    assert [one["key"] for one in listed(overseer, key=KEY)] == [KEY]
    assert listed(overseer, key=KEY, platform="web") == listed(overseer, key=KEY, state="undone") == []
    assert listed(overseer, key="telegram:post:nobody/1") == []


def test_what_does_not_fit_narrows_nothing() -> None:
    overseer = Asker(action_day(), "AG/overseer")
    for query in ({"state": "lost"}, {"platform": "a\x00"}, {"key": "\x00"}, {"limit": 0}, {"limit": 501}):
        assert overseer.get(ITEMS, **query).status_code == 422, query
    for cursor in ("nonsense", "WzFd", "WyJcdTAwMDAiXQ"):
        assert overseer.get(ITEMS, cursor=cursor).status_code == 400


def test_an_item_is_shown_with_its_whole_life() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS)
    bring(world.by("HR/hana"), ADDRESS, tlp="amber+strict")
    place_holds(by=world.by("HR/hana"), holds=[hold("telegram:channel:openiru_demo_a", HoldScope.ACCOUNT)])
    item = ident(world.by("RS/ana"))
    sequence()
    place_holds(by=world.by("MK/mila"), holds=[hold(ADDRESS)])
    answer = Asker(world, "RS/ana").get(f"{ITEMS}/{item}")
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["key"], found["state"], found["canonical"]) == (KEY, "seen", ADDRESS)
    assert found["milestones"] == ["seen", "held", "duplicate"]
    (mine,) = found["contributions"]
    assert (mine["raw"], mine["reason"], mine["tlp"], mine["number"]) == (ADDRESS, "invented", "green", 2)
    assert len(found["words"]) == 1  # what another unit said under amber+strict stays there
    assert len(found["holds"]) == 2
    assert all(set(one) == {"reference", "call"} and one["call"] for one in found["holds"])
    assert found["kept_back"]["code"] == "hold"
    assert "inquiry" not in answer.content.decode()
    indexes = [one["index"] for one in found["timeline"]]
    assert indexes[0] is not None
    assert {one["type"] for one in found["timeline"]} >= {"intake.contributed"}
    assert found["earlier"] == []


def test_what_stays_in_a_unit_or_an_operation_is_not_there_for_others() -> None:
    world = action_day()
    another_operation(world, "RS")
    bring(world.by("RS/ana"), ADDRESS, tlp="red")
    item = ident(world.by("RS/ana"))
    analyst = Asker(world, "RS/ana")
    assert analyst.get(f"{ITEMS}/{item}").status_code == 200
    for who, path, status in (
        ("HR/hana", f"{ITEMS}/{item}", 404),
        ("RS/ana", f"/operations/other/items/{item}", 404),
        ("RS/ana", f"{ITEMS}/{uuid4()}", 404),
        ("RS/ana", f"{ITEMS}/no-id", 422),
        ("AG/admin", f"{ITEMS}/{item}", 403),
        ("AG/admin", ITEMS, 403),
        ("HR/hana", "/operations/other/items", 404),
    ):
        assert Asker(world, who).get(path).status_code == status, (who, path)
    assert listed(Asker(world, "HR/hana")) == []


def marked(asker: Asker, items: list[UUID], key: str = "", **change: Any) -> Any:
    body = {"items": list(map(str, items)), "reason": "the source agreed"} | change
    return asker.post(f"{ITEMS}/markings", body, key=key)


def test_the_contributor_changes_its_marking_once_and_nobody_else_does() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS, tlp="red")
    item, key = ident(world.by("RS/ana")), str(uuid4())
    for who, items, status in (
        ("HR/hana", [item], 404),
        ("RS/ana", [item, uuid4()], 404),
        ("RS/deda", [item], 403),
        ("AG/overseer", [item], 403),
    ):
        assert marked(Asker(world, who), items, tlp="green").status_code == status, who
    analyst = Asker(world, "RS/ana")
    assert marked(analyst, [item]).status_code == 400
    assert ask("SELECT tlp FROM intake_contribution") == [("red",)]
    done = marked(analyst, [item], key=key, tlp="green", restriction="")
    assert done.status_code == 200, done.content
    assert done.json() == [{"item": str(item), "contributions": 1, "open": True}]
    assert marked(analyst, [item], key=key, tlp="green", restriction="").json() == done.json()
    assert marked(analyst, [item], key=key, tlp="clear").status_code == 409
    assert Asker(world, "HR/hana").get(f"{ITEMS}/{item}").status_code == 200
    again = marked(analyst, [item], tlp="green").json()
    assert again == [{"item": str(item), "contributions": 0, "open": None}]


def test_a_marking_that_does_not_fit_changes_nothing() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ADDRESS)
    item, analyst = ident(world.by("RS/ana")), Asker(world, "RS/ana")
    good = {"items": [str(item)], "tlp": "red", "reason": "the source asked"}
    changes: list[dict[str, Any]] = [
        {"items": []},
        {"items": ["x"]},
        {"items": [str(uuid4())] * 501},
        {"tlp": "ultraviolet"},
        {"tpl": "red"},
        {"restriction": "a\x00"},
        {"restriction": "x" * 2_001},
        {"reason": ""},
    ]
    for change in changes:
        assert analyst.post(f"{ITEMS}/markings", good | change).status_code == 422, change
    assert marked(analyst, [item], tlp="red", reason="  ").status_code == 400
    assert ask("SELECT tlp FROM intake_contribution") == [("green",)]


def test_shorteners_go_to_the_queue_row_by_row_and_are_followed_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, ADDRESS, tlp="red")
    bring(world.by("RS/ana"), TWO)
    one, post = ident(world.by("RS/ana"), "shortener:bit.ly/openiru-one"), ident(world.by("RS/ana"))
    stranger, key = uuid4(), str(uuid4())
    analyst = Asker(world, "RS/ana")
    body = {"items": [str(one), str(post), str(stranger)]}
    answer = analyst.post(f"{ITEMS}/resolve", body, key=key)
    assert answer.status_code == 202, answer.content
    assert answer.json()["queued"] == 1
    assert [(row["item"], row["status"]) for row in answer.json()["rows"]] == [
        (str(one), 202),
        (str(post), 409),
        (str(stranger), 404),
    ]
    assert analyst.post(f"{ITEMS}/resolve", body, key=key).json() == answer.json()
    assert len(waiting()) == 1
    follow(monkeypatch)
    told = analyst.get(f"{ITEMS}/{one}").json()
    assert [
        event["payload"]["to"] for event in told["timeline"] if event["type"] == "intake.item_resolved"
    ] == [str(post)]
    assert len(analyst.get(f"{ITEMS}/{post}").json()["contributions"]) == 2
    assert Asker(world, "HR/hana").get(f"{ITEMS}/{post}").status_code == 404
    assert analyst.get(ITEMS, key="shortener:t.co/openiru2").json()["rows"][0]["state"] == "seen"


def test_all_that_wait_are_followed_when_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE, TWO)
    analyst = Asker(world, "RS/ana")
    answer = analyst.post(f"{ITEMS}/resolve", {})
    assert (answer.status_code, answer.json()) == (202, {"queued": 2, "rows": []})
    follow(monkeypatch)
    assert analyst.post(f"{ITEMS}/resolve", {}).json() == {"queued": 0, "rows": []}
    assert len(waiting()) == 1
    assert listed(analyst, key=KEY)[0]["milestones"] == ["seen", "duplicate"]


def test_who_may_not_have_a_shortener_followed_asks_nothing_of_the_queue() -> None:
    world = action_day()
    bring(world.by("RS/ana"), ONE)
    item = str(ident(world.by("RS/ana"), "shortener:bit.ly/openiru-one"))
    for who, status in (("AG/overseer", 403), ("RS/deda", 403)):
        assert Asker(world, who).post(f"{ITEMS}/resolve", {"items": [item]}).status_code == status
    assert Asker(world, "RS/ana").post(f"{ITEMS}/resolve", {"items": "x"}).status_code == 422
    assert waiting() == []
