"""Whoever brings an item in the same second as another: one item, two contributions, nobody waits in a circle."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from tests.people import World, action_day
from tests.stages.intake.hardships import ask, child, counted, grown, keys, keys_of, log_holds, posts, source

from openiru.core.lifecycle import Milestone
from openiru.foundation.database.acting import By
from openiru.stages.intake import rows
from openiru.stages.intake.commands import Outcome, import_rows

pytestmark = pytest.mark.usefixtures("database")
UNITS = ("RS/ana", "HR/hana")


def together(world: World, channel: str) -> list[Outcome]:
    """Both units bring one address at one moment."""
    gate = Barrier(len(UNITS))

    def bring(by: By) -> Outcome:
        try:
            gate.wait(30)
            return import_rows(by=by, source=source(posts(channel, [1])))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(UNITS)) as pool:
        return list(pool.map(bring, [world.by(unit) for unit in UNITS]))


def expect_one_item_each(rounds: int) -> None:
    world = action_day()
    for turn in range(rounds):
        before = counted()
        done = together(world, f"race{turn}")
        left = grown(before)
        assert (left["registry_item"], left["registry_operationitem"], left["intake_contribution"]) == (
            1,
            1,
            2,
        )
        assert sorted(one.counts["new"] for one in done) == [0, 1]
        assert [one.counts["taken"] for one in done] == [1, 1]
    both = ask(
        "SELECT count(*) FROM registry_operationitem WHERE milestones & %s > 0", [int(Milestone.DUPLICATE)]
    )
    assert both == [(rounds,)]
    assert log_holds()


def test_two_units_in_the_same_second_give_one_item_and_two_contributions() -> None:
    expect_one_item_each(20)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
def test_two_hundred_races_give_one_item_each() -> None:
    expect_one_item_each(200)


def expect_no_circle(count: int) -> None:
    """Two processes bring two files that share most of their rows, one from behind."""
    world = action_day()
    mine, theirs = posts("both", range(count)), posts("both", range(count + count // 5, count // 5, -1))
    before = counted()
    pids = [
        child(lambda by=by, some=some: import_rows(by=by, source=source(some)))  # type: ignore[misc]  # bound now
        for by, some in ((world.by("RS/ana"), mine), (world.by("HR/hana"), theirs))
    ]
    assert [ended_one(pid) for pid in pids] == [0, 0]
    left = grown(before)
    wanted = keys_of([*mine, *theirs])
    assert keys() == wanted
    assert left["registry_item"] == left["registry_operationitem"] == len(wanted)
    assert left["intake_contribution"] == 2 * count
    assert log_holds()


def ended_one(pid: int) -> int:

    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_two_files_in_opposite_order_do_not_wait_in_a_circle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", 100)  # many batches each: the order of keys holds in none but one
    expect_no_circle(500)


@pytest.mark.campaign
@pytest.mark.timeout(600)
def test_two_big_files_in_opposite_order_do_not_wait_in_a_circle() -> None:
    expect_no_circle(20_000)


@pytest.mark.campaign
def test_two_files_of_one_batch_in_opposite_order_run_side_by_side() -> None:
    expect_no_circle(4_999)
