"""The snapshot of the operations room: the report's figures, rows behind every number, one computation however many watch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from tests.factories.days import Day, random_day
from tests.people import action_day

from openiru.core.errors import PermissionDeniedError
from openiru.core.impact.funnel import behind
from openiru.foundation.database.acting import acting
from openiru.stages.impact import queries, room
from openiru.stages.impact.behind import Behind, codes_at, rows
from openiru.stages.impact.commands import report
from openiru.stages.impact.room import Snapshot, snapshot

pytestmark = pytest.mark.usefixtures("database")
#: One for what is sequenced, one for what is counted, and those behind the pages of a report; never one a row.
MOST_QUERIES = 24


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    room.forget()
    yield
    room.forget()


def shot_of(day: Day) -> Snapshot:
    return snapshot(by=day.by(day.world.operation))


def found(day: Day, shot: Snapshot, **wanted: object) -> int:
    """How many rows stand behind a number, page by page."""
    ids: list[UUID] = []
    with acting(day.by(day.world.operation)), queries.snapshot() as cursor:
        codes = wanted.pop("codes", None) or list(shot.codes)
        asked = Behind(codes=codes, **wanted)  # type: ignore[arg-type] # the test names fields of it
        while page := rows(
            cursor, day.world.operation, shot.at, asked, after=ids[-1] if ids else None, limit=9
        ):
            ids += [row["id"] for row in page]
    assert len(ids) == len(set(ids))
    return len(ids)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_room_shows_the_figures_of_the_report_and_every_number_has_its_rows(seed: int) -> None:
    day = random_day(action_day(), seed)
    shot = shot_of(day)
    made = report(by=day.by(day.world.operation), as_of=shot.at.size)
    for figure in made.figures:
        if figure.id in shot.data["figures"]:
            assert shot.data["figures"][figure.id] == figure.value, figure.id
    steps = {step["name"]: step["count"] for step in shot.data["funnel"]}
    assert steps["gone"] == made.count("gone")
    assert steps["assessed"] <= steps["first_verdict"] <= steps["distinct"]
    lost = [loss for step in shot.data["funnel"][2:] for loss in step["losses"]]
    assert sorted((one["stage"], one["reason"], one["count"]) for one in lost) == sorted(
        (loss.stage, loss.reason, loss.count) for loss in made.losses
    )
    for table in made.tables:
        if table.dimension in ("platform", "language", "kind"):
            mine = {row.pop("shown"): row for row in map(dict, shot.data[f"{table.dimension}s"])}
            assert mine == {
                row.name: dict(row.counts) | {"name": mine[row.name]["name"]} for row in table.rows
            }
    units = next(table for table in made.tables if table.dimension == "unit")
    assert {unit["name"]: unit["all"] for unit in shot.data["units"]} == {
        r.name: dict(r.counts) for r in units.rows
    }
    check_rows(day, shot)


def codes_behind(shot: Snapshot, figure: str, stage: str = "", reason: str = "") -> list[int]:
    test = behind(figure, stage, reason)
    return [code for code in shot.codes if test(code)] or [-1]


def check_rows(day: Day, shot: Snapshot) -> None:
    """Each number equals the rows that its link leads to."""
    with acting(day.by(day.world.operation)), queries.snapshot() as cursor:
        assert sorted(codes_at(cursor, day.world.operation, shot.at)) == sorted(shot.codes)
    for name, count in shot.data["figures"].items():
        if name != "contributed":
            assert found(day, shot, codes=codes_behind(shot, name)) == count, name
    check_losses(day, shot)
    for unit in shot.data["units"]:
        for platform, counts in unit["platforms"].items():
            asked = codes_behind(shot, "referred")
            assert found(day, shot, codes=asked, unit=unit["name"], platform=platform) == counts["referred"]
    for row in shot.data["languages"]:
        assert found(day, shot, language=row["name"]) == row["distinct"]
    for waits in shot.data["waiting"]:
        assert found(day, shot, state=waits["state"]) == waits["count"]
        assert waits["day"] <= waits["hour"] <= waits["count"]


def check_losses(day: Day, shot: Snapshot) -> None:
    for step in shot.data["funnel"][2:]:
        for loss in step["losses"]:
            said = None if loss["stage"] != "decided" or loss["reason"] == "in dispute" else loss["reason"]
            asked = codes_behind(shot, "", loss["stage"], loss["reason"])
            said = "" if said == "no reason stated" else said
            assert found(day, shot, codes=asked, reason=said) == loss["count"], loss


def test_what_waits_is_as_old_as_its_last_step() -> None:
    day = random_day(action_day(), 3)
    day.pass_time(2)
    fresh = shot_of(day)
    day.pass_time(30)
    room.forget()
    old = shot_of(day)
    assert (
        sum(row["hour"] for row in fresh.data["waiting"])
        == sum(row["count"] for row in fresh.data["waiting"])
        > 0
    )
    assert all(row["day"] == row["count"] for row in old.data["waiting"])
    assert all(row["since"] < datetime.now(UTC) for row in old.data["waiting"])
    with acting(day.by(day.world.operation)) as now, queries.snapshot() as cursor:
        sizes = room.older_than(cursor, now, old.at)
    for row in old.data["waiting"]:
        assert found(day, old, state=row["state"], before=sizes["day"]) == row["day"]


def test_units_and_platforms_stand_in_the_order_of_the_alphabet_whatever_they_did() -> None:
    shot = shot_of(random_day(action_day(), 1))
    for name in ("units", "platforms", "languages", "kinds"):
        names = [row["name"] for row in shot.data[name]]
        assert names == sorted(names)


def test_one_snapshot_a_second_serves_everybody_who_watches() -> None:
    day = random_day(action_day(), 1, items=4, rounds=3)
    first = shot_of(day)
    answers: list[Snapshot] = []

    def watch() -> None:
        answers.append(shot_of(day))
        connections.close_all()

    watchers = [threading.Thread(target=watch) for _ in range(8)]
    for one in watchers:
        one.start()
    for one in watchers:
        one.join()
    assert len(answers) == 8
    assert all(one is first for one in answers)
    room.forget()
    again = shot_of(day)
    assert again is not first
    assert again.etag == first.etag  # the log has not grown and nobody waits longer than before


def test_the_set_of_queries_stays_the_same_however_much_there_is() -> None:
    day = random_day(action_day(), 1, items=12)
    counts = []
    for _ in range(2):
        room.forget()
        with (
            CaptureQueriesContext(connections["default"]) as web,
            CaptureQueriesContext(connections["stats"]) as stats,
        ):
            shot_of(day)
        counts.append(len(web) + len(stats))
    assert counts[0] == counts[1] <= MOST_QUERIES


def test_who_may_not_see_figures_sees_no_snapshot() -> None:
    world = action_day()
    with pytest.raises(PermissionDeniedError, match="report"):
        snapshot(by=world.by("AG/admin"))
