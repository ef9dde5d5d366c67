"""The directory through the programming interface: read by everybody, brought up to date by those who may."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.entrypoints.api.asking import Asker
from tests.entrypoints.api.paging import everything
from tests.people import action_day

pytestmark = pytest.mark.usefixtures("database")
WHOLE: dict[str, list[dict[str, Any]]] = {
    "providers": [
        {"slug": f"host-{n}", "hours": "Mo-Fr 09:00-17:00", "zone": "Europe/Zagreb", "languages": ["hr"]}
        for n in range(3)
    ],
    "platforms": [{"slug": "video.example", "provider": "host-1"}, {"slug": "pages.example"}],
    "groups": [
        {"slug": "a-group", "designations": [{"list": "EU", "date": "2002-05-02", "source": "invented"}]},
        {"slug": "outlet", "kind": "outlet", "parent": "a-group"},
        {"slug": "zz", "name": "Nobody's"},
    ],
}


def slugs(asker: Asker, what: str) -> list[str]:
    return [row["slug"] for row in everything(asker, f"/directory/{what}", 2)]


def test_the_directory_is_loaded_once_and_read_by_everybody() -> None:
    world = action_day()
    coordinator, analyst, key = Asker(world, "AG/coordinator"), Asker(world, "RS/ana"), str(uuid4())
    done = coordinator.post("/directory", WHOLE, key=key)
    assert done.status_code == 200, done.content
    assert done.json() == {"providers": 3, "platforms": 2, "groups": 3}
    assert coordinator.post("/directory", WHOLE, key=key).json() == done.json()
    assert slugs(analyst, "providers") == ["host-0", "host-1", "host-2"]
    assert slugs(analyst, "platforms") == ["pages.example", "video.example"]
    assert slugs(analyst, "groups") == ["a-group", "outlet", "zz"]
    (group, outlet, nobody) = analyst.get("/directory/groups").json()["rows"]
    assert (group["designated"], group["gap"]) == (["EU 2002-05-02"], "")
    assert outlet["designated"] == ["EU 2002-05-02 (as a-group)"]
    assert analyst.get("/directory/groups", limit=1, cursor="WyJhLWdyb3VwIl0").json()["rows"] == [outlet]
    assert nobody["gap"] == "not designated"
    coordinator.post("/directory", {"providers": [{"slug": "host-1", "name": "Renamed"}]})
    rows = analyst.get("/directory/providers").json()["rows"]
    assert [row["name"] for row in rows] == ["host-0", "Renamed", "host-2"]
    assert analyst.get("/directory/platforms").json()["rows"][1]["provider"] == "host-1"


def test_who_may_not_is_told_so_and_what_is_wrong_is_refused_whole() -> None:
    world = action_day()
    coordinator, analyst = Asker(world, "AG/coordinator"), Asker(world, "RS/ana")
    assert analyst.post("/directory", WHOLE).status_code == 403
    stranger = {"providers": WHOLE["providers"], "platforms": [{"slug": "x", "provider": "nobody"}]}
    assert coordinator.post("/directory", stranger).status_code == 400
    twice = {"providers": [{"slug": "one"}, {"slug": "one"}]}
    assert coordinator.post("/directory", twice).status_code == 400
    for wrong in (
        {"slug": ""},
        {"slug": "a\x00"},
        {"slug": "a|b"},
        {"slug": "a", "zone": "Mars/Olympus"},
        {"slug": "a", "hours": "Sa-Mo 09:00-17:00"},
        {"slug": "a", "hours": "Mo 29:00-30:00"},
        {"slug": "a", "max_lines": 0},
        {"slug": "a", "languages": ["x\x00"]},
    ):
        assert coordinator.post("/directory", {"providers": [wrong]}).status_code == 422, wrong
    late = {"groups": [{"slug": "g", "designations": [{"date": "never"}]}]}
    assert coordinator.post("/directory", late).status_code == 422
    assert slugs(analyst, "providers") == []
    assert analyst.get("/directory/providers", cursor="WyJcdTAwMDAiXQ").status_code == 400
