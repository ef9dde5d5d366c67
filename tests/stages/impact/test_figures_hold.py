"""Every figure is what an independent count over the raw events gives, at every size of the log, and stays so."""

from __future__ import annotations

import random
from collections import Counter
from uuid import UUID

import pytest
from django.db import connections
from tests.factories import days
from tests.factories.days import Day, random_day
from tests.people import action_day
from tests.stages.impact.reference import events, reference

from openiru.core.impact.rates import Rate
from openiru.core.impact.report import Report
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.registry.projector import rebuild
from openiru.stages.impact.commands import report
from openiru.stages.impact.rendering import formats, render

pytestmark = pytest.mark.usefixtures("database")


def size() -> int:
    with connections["stats"].cursor() as cursor:
        cursor.execute("SELECT iru.log_size()")
        return int(cursor.fetchone()[0])


def shown(made: Report) -> dict[str, int]:
    """The figures of a report under the names of the reference."""
    names = (
        "distinct",
        "contributed",
        "assessed",
        "decided",
        "referred",
        "answered",
        "not_referred",
        "withdrawn",
        "gone",
    )
    rate = next((figure.value for figure in made.figures if figure.id == "removal_rate"), Rate(0, 0, 0, 0))
    assert isinstance(rate, Rate)
    return {name: made.count(name) for name in names} | {
        "rate_of": rate.denominator,
        "rate_gone": rate.numerator,
    }


def check(day: Day, at: int, operations: list[UUID]) -> Report:
    made = report(by=day.by(day.world.operation), operations=operations, as_of=at)
    assert shown(made) == reference(events(at), operations, made.as_of.time), at
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_day_is_counted_as_the_raw_events_say_at_any_size(seed: int) -> None:
    day = random_day(action_day(), seed)
    whole = size()
    one, both = [day.world.operation], [day.world.operation, day.other]
    sizes = [*random.Random(seed).sample(range(whole), 12), 0, whole]  # noqa: S311 - the same sizes for the same seed
    for at in sizes:
        for operations in (one, both):
            made = check(day, at, operations)
            check_tables(made)
            check_losses(made)
    made = report(by=day.by(day.world.operation), operations=both)
    assert made.count("referred") > 3
    assert made.count("gone") > 0
    assert made.count("duplicates_prevented") > 0
    check_units(day)
    check_campaign(day, made)


def check_campaign(day: Day, together: Report) -> None:
    """An item of two operations is one item of the campaign, and outside any operation all time is asked for."""
    by = day.by(day.world.operation)
    apart = [report(by=by, operations=[each]) for each in (day.world.operation, day.other)]
    assert together.count("distinct") < sum(each.count("distinct") for each in apart)
    assert together.count("distinct") <= len(day.items)
    everything = report(by=day.world.people["AG/coordinator"])
    assert everything.figures == together.figures


def check_tables(made: Report) -> None:
    """Every table adds up to the figures; that of the units may have more, and says so."""
    sums = {table.dimension: Counter[str]() for table in made.tables}
    for table in made.tables:
        for row in table.rows:
            sums[table.dimension].update(row.counts)
    for dimension in ("platform", "provider", "language", "kind", "group"):
        for name in ("distinct", "assessed", "decided", "referred", "gone"):
            assert sums[dimension][name] == made.count(name), (dimension, name)


def check_units(day: Day) -> None:
    """A unit has the items that a contribution of its own stands for."""
    made = report(by=day.by(day.world.operation))
    unit = next(table for table in made.tables if table.dimension == "unit")
    assert "more than the items" in unit.note
    standing = {(item, by.unit) for where, item, by in day.standing.values() if where == day.world.operation}
    assert sum(row.counts["distinct"] for row in unit.rows) == len(standing)
    assert {row.name for row in unit.rows} <= {"RS", "HR", "MK"}


def check_losses(made: Report) -> None:
    """Every item that did not reach a stage has one reason."""
    lost = Counter[str]()
    for loss in made.losses:
        lost[loss.stage] += loss.count
    assert lost["assessed"] == made.count("distinct") - made.count("assessed")
    assert lost["decided"] == made.count("assessed") - made.count("decided")
    assert lost["referred"] == made.count("decided") - made.count("referred")
    assert lost["answered"] == made.count("silent")
    assert lost["gone"] == made.count("referred") - made.count("gone")
    reasons = next((each.rows for each in made.breakdowns if each.figure == "not_referred"), ())
    assert sum(items for _, items in reasons) == made.count("not_referred")


def test_nothing_that_happens_later_changes_a_figure_and_the_bytes_are_the_same() -> None:
    world = action_day()
    day = random_day(world, 11, rounds=7)
    at = size()
    by = day.by(world.operation)
    before = {name: render(report(by=by, as_of=at), name) for name in formats()}
    assert set(before) >= {"text", "json", "csv", "html"}
    time = report(by=by, as_of=at).as_of.time
    random_more(day)
    assert size() > at
    assert {name: render(report(by=by, as_of=at), name) for name in formats()} == before
    rebuild()
    assert {name: render(report(by=by, as_of=at), name) for name in formats()} == before
    assert report(by=by, as_of=time).as_of.size == at


def random_more(day: Day) -> None:
    day.pass_time(48)
    for _ in range(5):
        days._contribute(day, day.world.operation)
        days._walk(day, day.world.operation)
        days._take_back(day)
    # The platform changes hands: figures of before know nothing of it.
    load_directory(
        by=day.world.people["AG/coordinator"],
        providers=[{"slug": "prov-new"}],
        platforms=[{"slug": slug, "provider": "prov-new"} for slug in days.PLATFORMS],
    )
    sequence()
