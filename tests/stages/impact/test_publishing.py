"""What is published is kept with the digest of its figures; figures are for those who take part."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from tests.foundation.things import bring, step, tell
from tests.people import World, action_day

from openiru.core.errors import NotFoundError, PermissionDeniedError, UsageError
from openiru.core.events import EventType
from openiru.core.impact.digest import figures_digest
from openiru.core.lifecycle import Milestone, Step
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.operations.clock import set_clock
from openiru.stages.impact.commands import publish, report
from openiru.stages.impact.rendering import render, renderer

pytestmark = pytest.mark.usefixtures("database")
M = Milestone


def a_day() -> World:
    """Three items, two of them referred; one seen by two units."""
    world = action_day()
    load_directory(
        by=world.outside("AG/coordinator"),
        providers=[{"slug": "host"}],
        platforms=[{"slug": "telegram", "provider": "host"}],
    )
    items = bring(world.by("RS/ana"), ["one", "two", "three"])
    bring(world.by("HR/hana"), ["one"])
    for key in ("one", "two"):
        for what, event, gains in (
            (Step.ASSESS, EventType.ASSESSED, M(0)),
            (Step.DECIDE, EventType.DECIDED, M.ASSESSED | M.DECIDED),
            (Step.PREPARE, EventType.LINE_PREPARED, M(0)),
            (Step.REFER, EventType.LINE_REFERRED, M.REFERRED),
        ):
            step(world.by("RS/ana"), items[key], what, event, gains=gains)
    sequence()
    return world


def test_a_statement_is_kept_and_the_log_has_its_digest() -> None:
    world = a_day()
    by = world.by("AG/coordinator")
    out = publish(by=by)
    assert out.digest == figures_digest(out.report)
    with acting(by) as now:
        now.cursor.execute("SELECT as_of, digest, made_by FROM impact_statement WHERE id = %s", [out.id])
        assert now.cursor.fetchone() == (out.report.as_of.size, out.digest, by.person)
    sequence()
    with connections["stats"].cursor() as cursor:
        cursor.execute("SELECT label FROM registry_mark WHERE what = 'report'")
        assert cursor.fetchall() == [(out.digest,)]
    assert publish(by=by, as_of=out.report.as_of.size).digest == out.digest


def test_the_statement_says_what_was_counted_and_is_marked_as_invented() -> None:
    said = " ".join(report(by=a_day().by("AG/coordinator")).statement)
    assert "2 items on 1 platform were referred to 1 provider." in said
    assert "4 contributions were collected; behind them are 3 items that differ." in said
    assert "removed" not in said
    assert "Invented data" in said
    assert "The decision rests with the providers." in said


def test_figures_are_for_those_who_may_and_take_part() -> None:
    world = a_day()
    with pytest.raises(PermissionDeniedError, match="may not do that"):
        report(by=world.by("AG/admin"))
    with pytest.raises(NotFoundError):
        report(by=world.by("RS/ana"), operations=[new_id()])
    with pytest.raises(UsageError, match="at least one"):
        report(by=world.by("RS/ana"), operations=[])
    with pytest.raises(UsageError, match="in the name of an operation"):
        publish(by=world.outside("AG/coordinator"))
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM operations_participant WHERE unit_id = %s", [world.units["MK"]])
    with pytest.raises(PermissionDeniedError, match="takes no part"):
        report(by=world.outside("MK/mila"), operations=[world.operation])
    assert report(by=SERVICE).count("referred") == 2


def test_a_size_that_the_log_does_not_have_is_refused() -> None:
    world = a_day()
    for size in (-1, 1_000_000):
        with pytest.raises(UsageError, match="leaves"):
            report(by=world.by("RS/ana"), as_of=size)
    with pytest.raises(UsageError, match="'pdf'"):
        renderer("pdf")


def test_a_time_before_the_first_checkpoint_has_no_figures_and_the_first_checkpoint_has_its_own() -> None:
    world = a_day()
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT at, size FROM ledger_checkpoint ORDER BY size LIMIT 1")
        first, size = cursor.fetchone()
    by = world.by("RS/ana")
    with pytest.raises(UsageError, match="the log has no checkpoint before") as refused:
        report(by=by, as_of=first - timedelta(microseconds=1))
    assert f"{first.astimezone(UTC):%Y-%m-%d %H:%M}" in refused.value.hint
    made = report(by=by, as_of=first)
    assert (made.as_of.size, made.as_of.time) == (size, first)


def test_a_rate_waits_a_day_and_time_to_removal_comes_from_the_looks() -> None:
    world = a_day()
    by = world.by("AG/coordinator")
    fresh = report(by=by)
    assert fresh.removal is not None
    assert (fresh.removal.items, fresh.removal.rate) == (0, None)
    assert fresh.time_to_removal is not None
    assert fresh.time_to_removal.median == (0.0, float("inf"))
    with acting(by) as now:
        now.cursor.execute(
            "SELECT item_id FROM registry_operationitem WHERE state = 'referred' ORDER BY item_id"
        )
        gone, live = (row[0] for row in now.cursor.fetchall())
        start = now.at
    tell(by, EventType.CHECKED, new_id(), {"item": str(live), "label": "live|7200"})
    step(by, gone, Step.CONFIRM_GONE, EventType.CHECKED, gains=M.GONE, label="gone|7200")
    tell(by, EventType.CONFIRMED_GONE, new_id(), {"item": str(gone), "label": "1800|3600"})
    set_clock(by=world.outside("AG/coordinator"), business=start.replace(day=start.day + 1), rate=Decimal(0))
    tell(by, EventType.LOOKED_UP, new_id())
    sequence()
    later = report(by=by)
    assert later.removal is not None
    assert (later.removal.gone, later.removal.items) == (1, 2)
    assert later.time_to_removal is not None
    assert later.time_to_removal.n == 2
    assert later.time_to_removal.median == (0.5, 1.0)
    assert later.time_to_removal.within_hour == (0.5, 0.5)
    assert b"50.0" in render(later, "text")


def test_what_went_wrong_is_told() -> None:
    world = a_day()
    tell(world.by("AG/coordinator"), EventType.ANSWER_REFUSED, new_id(), {"label": "unknown"})
    sequence()
    (told,) = report(by=world.by("AG/coordinator")).went_wrong
    assert told.what.endswith("(1)")
    assert told.caught == "kept apart and never applied"


def test_an_overseer_reads_and_a_person_without_an_operation_gets_all_time() -> None:
    world = a_day()
    assert report(by=world.by("AG/overseer")).count("referred") == 2
    assert report(by=replace(world.outside("RS/ana"))).operations == ("day",)
