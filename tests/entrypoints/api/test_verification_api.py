"""Removal tracking through the programming interface: what the looks say, what is due, and a run that a worker does."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from tests.entrypoints.api.asking import Asker
from tests.entrypoints.api.paging import everything
from tests.factories.referred import contributed, walk
from tests.people import START, World, action_day, another_operation

from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.operations.clock import set_clock

pytestmark = pytest.mark.usefixtures("database")
DAY = "/operations/day"
ADDRESSES = [f"https://pages.example/{name}" for name in "abcde"]


def referred_day() -> tuple[World, list[str]]:
    world = action_day()
    items = list(contributed(world.by("RS/ana"), ADDRESSES).values())
    walk(world.by("AG/coordinator"), items)
    return world, [str(one) for one in items]


def test_a_run_is_asked_for_once_and_what_is_due_is_listed_to_its_end() -> None:
    world, items = referred_day()
    analyst, key = Asker(world, "RS/ana"), str(uuid4())
    assert analyst.get(f"{DAY}/runs").json() == {"state": "none", "job": None}
    asked = analyst.post(f"{DAY}/runs", key=key)
    assert asked.status_code == 202, asked.content
    assert (asked.json()["planned"], asked.json()["new"]) == (len(items), True)
    assert analyst.post(f"{DAY}/runs", key=key).json() == asked.json()
    again = analyst.post(f"{DAY}/runs").json()
    assert again == {"job": asked.json()["job"], "planned": 0, "new": False}
    assert analyst.get(f"{DAY}/runs").json() == {"state": "todo", "job": asked.json()["job"]}
    set_clock(by=SERVICE, business=START + timedelta(hours=3), rate=Decimal(0))
    found = everything(analyst, f"{DAY}/looks/due", 2)
    assert sorted(row["item"] for row in found) == sorted(items)
    assert [row["due_at"] for row in found] == sorted(row["due_at"] for row in found)
    tracked = analyst.get(f"{DAY}/tracking").json()
    assert tracked["rows"] == [{"platform": "pages.example", "outcome": "unseen", "items": 5}]
    assert tracked["next_due"].endswith("Z")


def seen(world: World, item: str, count: int) -> None:
    with acting(SERVICE.within(world.operation)) as now:
        told: list[dict[str, Any]] = [
            {
                "id": one,
                "operation_id": str(world.operation),
                "item_id": item,
                "run_id": one,
                "at": now.at,
                "vantage": "here",
                "status": 404,
                "outcome": "gone",
                "reason": "not_found",
                "final_url": "",
                "body_digest": "",
                "took_ms": 3,
            }
            for one in new_ids(count)
        ]
        insert(now.cursor, "verification_check", told)


def test_every_look_at_an_item_is_told_and_no_look_at_anothers() -> None:
    world, items = referred_day()
    another_operation(world, "HR", days=9)
    seen(world, items[0], 3)
    analyst = Asker(world, "HR/hana")
    first = analyst.get(f"{DAY}/items/{items[0]}/looks", limit=2).json()
    rest = analyst.get(f"{DAY}/items/{items[0]}/looks", limit=2, cursor=first["next"]).json()
    assert [row["outcome"] for row in [*first["rows"], *rest["rows"]]] == ["gone"] * 3
    assert rest["next"] is None
    assert analyst.get(f"{DAY}/items/{items[1]}/looks").json()["rows"] == []
    assert analyst.get(f"{DAY}/items/{uuid4()}/looks").status_code == 404
    assert analyst.get(f"/operations/other/items/{items[0]}/looks").status_code == 404
    assert analyst.get(f"{DAY}/items/x/looks").status_code == 422


def test_who_may_not_is_told_so() -> None:
    world, items = referred_day()
    admin, liaison, overseer = (Asker(world, who) for who in ("AG/admin", "HR/ivo", "AG/overseer"))
    for path in ("tracking", "looks/due", "runs", f"items/{items[0]}/looks"):
        assert admin.get(f"{DAY}/{path}").status_code == 403
        assert overseer.get(f"{DAY}/{path}").status_code == 200
    assert liaison.post(f"{DAY}/runs").status_code == 403
    assert overseer.get(f"{DAY}/runs").json()["state"] == "none"
    for cursor in ("x", "WyJub3QgYSB0aW1lIiwiYSJd"):
        assert overseer.get(f"{DAY}/looks/due", cursor=cursor).status_code == 400
