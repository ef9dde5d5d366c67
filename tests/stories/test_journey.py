"""The journey: an event puts its next jobs into the queue in the same transaction, and every job of the table exists."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django import app

from openiru.core.events import EventType
from openiru.foundation.database.acting import acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.journey import JOURNEY
from tests.people import World, action_day

pytestmark = pytest.mark.usefixtures("database")


def waiting(world: World) -> list[str]:
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        return [name for name, _ in now.cursor.fetchall()]


def test_a_sent_letter_is_followed_by_looks() -> None:
    world = action_day()
    with acting(world.by("RS/ana")) as now:
        record(now, [Entry(EventType.SENT, new_id()), Entry(EventType.SENT, new_id())])
    assert waiting(world) == ["verification.plan_looks"]


def test_what_is_rolled_back_is_followed_by_nothing() -> None:
    world = action_day()
    with pytest.raises(ZeroDivisionError), acting(world.by("RS/ana")) as now:
        record(now, [Entry(EventType.SENT, new_id())])
        _ = 1 / 0
    assert waiting(world) == []


def test_every_job_of_the_story_is_a_task_of_a_stage() -> None:
    action_day()
    app.perform_import_paths()
    assert {name for names in JOURNEY.values() for name in names} <= set(app.tasks)
