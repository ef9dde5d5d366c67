"""The journey: an event puts its next jobs into the queue in the same transaction, and every job of the table exists."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from tests.people import World, action_day

from openiru.core.events import EventType
from openiru.foundation.database.acting import acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.journey import JOURNEY

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

    def fail() -> None:
        with acting(world.by("RS/ana")) as now:
            record(now, [Entry(EventType.SENT, new_id())])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert waiting(world) == []


def test_every_job_of_the_story_is_a_task_of_a_stage() -> None:
    action_day()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")  # Django is set up: the jobs of every stage are found
    assert {name for names in JOURNEY.values() for name in names} <= set(app.tasks)
