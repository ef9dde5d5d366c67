"""A request id stands for one request: it is answered again, and never done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from tests.foundation.things import tell
from tests.people import action_day

from openiru.core.errors import ConflictError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.requests import answered, store

pytestmark = pytest.mark.usefixtures("database")


def look_up(by: By, request: UUID, body: Any, done: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """A command with one effect: an event."""
    with acting(by) as now:
        known: dict[str, Any] | None = answered(now, request, "look_up", body)
        if known is not None:
            return known
        tell(by, EventType.LOOKED_UP, new_id())
        answer = {"event": str(new_id()), "took": 3}
        store(now, request, "look_up", body, answer)
        done()
        return answer


def effects() -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_leaf WHERE type = 'registry.looked_up'")
        return int(cursor.fetchone()[0])


def test_the_same_id_and_body_gets_the_same_answer_and_one_effect() -> None:
    ana, request = action_day().by("RS/ana"), new_id()
    first = look_up(ana, request, {"b": [1, 2], "a": "x"})
    assert look_up(ana, request, {"a": "x", "b": [1, 2]}) == first
    assert effects() == 1


def test_the_same_id_with_another_body_or_command_is_refused() -> None:
    ana, request = action_day().by("RS/ana"), new_id()
    look_up(ana, request, {"a": 1})
    with pytest.raises(ConflictError):
        look_up(ana, request, {"a": 2})
    with acting(ana) as now, pytest.raises(ConflictError):
        answered(now, request, "another", {"a": 1})
    assert effects() == 1


def test_an_id_of_another_unit_is_another_id() -> None:
    world, request = action_day(), new_id()
    assert look_up(world.by("RS/ana"), request, {}) != look_up(world.by("HR/hana"), request, {})
    assert effects() == 2


def test_a_request_that_failed_left_no_answer() -> None:
    ana, request = action_day().by("RS/ana"), new_id()

    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        look_up(ana, request, {}, fails)
    assert look_up(ana, request, {})["took"] == 3
    assert effects() == 1


def test_eight_at_once_have_one_effect_and_one_answer() -> None:
    ana, request = action_day().by("RS/ana"), new_id()
    got: list[dict[str, Any]] = []

    def one() -> None:
        got.append(look_up(ana, request, {"n": 1}))
        connections["default"].close()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len({answer["event"] for answer in got}) == 1
    assert effects() == 1
