"""Removal tracking at the desk: the numbers, the items behind each, every look at one, and asking for a run once."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.entrypoints.web.desk_pages import act, desk, page, words
from tests.factories.referred import contributed, walk
from tests.people import START, World, action_day

from openiru.core.lifecycle import Milestone
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.registry.transitions import Move, transition
from openiru.stages.verification import shown
from openiru.stages.verification.commands import plan_looks

pytestmark = pytest.mark.usefixtures("database")
ADDRESSES = [f"https://pages.example/{number}" for number in range(8)]


def day() -> tuple[World, dict[str, object]]:
    """Eight referred items: five gone after one to five hours, one live, one restricted, one never looked at."""
    world = action_day()
    items = contributed(world.by("RS/ana"), ADDRESSES)
    by = world.by("AG/coordinator")
    walk(by, list(items.values()))
    plan_looks(by=SERVICE.within(world.operation))
    with acting(by) as now:
        for number, address in enumerate(ADDRESSES[:7]):
            outcome = "gone" if number < 5 else ("live", "restricted")[number - 5]
            gone = {"gone_from": START + timedelta(hours=number + 1)} if number < 5 else {}
            before = {"live_until": START + timedelta(hours=number)} if number else {}
            notes = {"outcome": outcome, **gone, **before}
            transition(now, [Move(items[address], None, loses=Milestone.INCONCLUSIVE, notes=notes)])
            insert(now.cursor, "verification_check", [look(world, items[address], outcome, number)])
    return world, dict(items)


def look(world: World, item: object, outcome: str, hours: int) -> dict[str, object]:
    return {
        "id": new_id(),
        "operation_id": world.operation,
        "item_id": item,
        "run_id": new_id(),
        "at": START + timedelta(hours=hours),
        "vantage": "default",
        "status": 404 if outcome == "gone" else 200,
        "outcome": outcome,
        "reason": {"gone": "status_gone", "live": "marker_alive"}.get(outcome, "geo"),
        "final_url": "https://pages.example/<b>elsewhere",
        "body_digest": "sha256:" + "0" * 64,
        "took_ms": 12,
    }


def test_every_number_leads_to_as_many_items() -> None:
    world, _ = day()
    client = desk(world, "AG/coordinator")
    html = page(client, "/tracking")
    assert "8 items were referred" in html
    links = re.findall(r'href="/o/day(/tracking/items(?:\?[^"]*)?)">(\d+)<', html)
    assert len(links) == 10
    for path, count in links:
        listed = page(client, path.replace("&amp;", "&"))
        assert listed.count('<code dir="ltr" class="address">') == int(count), path


def test_time_to_removal_is_said_in_bands_with_its_n() -> None:
    world, _ = day()
    with acting(world.by("AG/coordinator")):
        found = shown.times()
    assert found.n == 7
    assert {share: (low, high) for share, low, high in found.quantiles}[0.25] == (1.0, 2.0)
    assert all(0 <= low <= high <= 1 for _, low, high in found.shares)
    html = words(page(desk(world), "/tracking"))
    assert "n = 7 items that were looked at" in html
    assert "between 1 h and 2 h" in html
    assert "later than" in html


def test_the_looks_at_one_item_are_shown_with_what_they_rest_on() -> None:
    world, items = day()
    html = page(desk(world, "RS/ana"), f"/tracking/items/{items[ADDRESSES[0]]}")
    assert "the server said that it is not there" in html
    assert "HTTP 404" in html
    assert "<b>elsewhere" not in html
    assert 'href="https://pages' not in html
    assert "Nobody has looked yet" in page(desk(world), f"/tracking/items/{items[ADDRESSES[7]]}")
    page(desk(world), f"/tracking/items/{uuid4()}", 404)


def test_a_run_is_asked_for_once_and_by_whom_it_may() -> None:
    world, _ = day()
    client, key = desk(world, "AG/coordinator"), str(uuid4())
    for _ in range(2):
        assert act(client, "/tracking/ask", key).status_code == 303
    html = page(client, "/tracking")
    assert "A run was asked for" in html
    assert "A run waits for a worker" in html
    assert "Look now" not in html
    assert client.get("/o/day/tracking/run?state=todo").status_code == 204
    assert "HX-Refresh" not in client.get("/o/day/tracking/run?state=todo")
    assert "HX-Refresh" in client.get("/o/day/tracking/run?state=doing")
    assert act(desk(world, "AG/overseer"), "/tracking/ask").status_code == 403
    assert "Look now" not in page(desk(world, "AG/overseer"), "/tracking")


def test_before_anything_was_referred_the_pages_say_so() -> None:
    client = desk(action_day())
    assert "Nothing has been referred yet" in page(client, "/tracking")
    assert "No referred item stands like that" in page(client, "/tracking/items?group=gone")
    page(client, "/tracking/items?group=nonsense", 400)
    page(client, "/tracking/items?cursor=WyJ4IiwieSJd", 400)
