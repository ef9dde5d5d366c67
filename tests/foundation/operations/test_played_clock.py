"""The played clock: one shared row that runs from a moment at a rate, and stops by itself where it is told to."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from tests.people import START, action_day

from openiru.core.errors import UsageError
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.foundation.operations.clock import set_clock

pytestmark = pytest.mark.usefixtures("database")
FAST = Decimal(100_000)


def late() -> datetime:
    with acting(SERVICE) as now:
        return now.at


def test_it_runs_at_its_rate_for_everybody_who_asks() -> None:
    action_day()
    set_clock(by=SERVICE, business=START, rate=Decimal(4_000))
    began = time.monotonic()
    first = late()
    time.sleep(0.2)
    second, took = late(), time.monotonic() - began
    assert first < second
    assert timedelta(seconds=0.2 * 4_000) <= second - first <= timedelta(seconds=took * 4_000)


def test_it_never_passes_the_moment_it_runs_to() -> None:
    action_day()
    end = START + timedelta(hours=3)
    set_clock(by=SERVICE, business=START, rate=FAST, runs_to=end)
    seen = [late()]
    while seen[-1] < end:
        seen.append(late())
    time.sleep(0.05)
    assert late() == end
    assert seen == sorted(seen)


def test_it_goes_on_from_where_it_is_and_says_where_that_was() -> None:
    action_day()
    first = START + timedelta(hours=1)
    set_clock(by=SERVICE, business=START, rate=FAST, runs_to=first)
    while late() < first:
        time.sleep(0.01)
    assert set_clock(by=SERVICE, business=None, rate=Decimal(0), runs_to=None) == first
    assert late() == first


def test_it_cannot_run_to_a_moment_that_is_over() -> None:
    action_day()
    with pytest.raises(UsageError, match="over"):
        set_clock(by=SERVICE, business=START, rate=FAST, runs_to=START - timedelta(seconds=1))


@pytest.mark.parametrize("column", ["runs_to = runs_to + interval '1 second'", "runs_to = NULL"])
def test_where_it_stops_cannot_be_changed_behind_the_ledgers_back(column: str) -> None:
    from django.db import connections

    action_day()
    set_clock(by=SERVICE, business=START, rate=Decimal(0), runs_to=START + timedelta(hours=1))
    sequence()
    assert verify().holds
    with connections["owner"].cursor() as owner:
        owner.execute(f"UPDATE database_clock SET {column}")
    assert [one.table for one in verify().problems] == ["database_clock"]
