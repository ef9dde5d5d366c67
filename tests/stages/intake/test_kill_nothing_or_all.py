"""kill -9 in the middle of an import leaves nothing of it or all of it, and the same file can be brought again."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest
from tests.people import action_day
from tests.stages.intake.hardships import (
    child,
    counted,
    ended,
    grown,
    keys,
    keys_of,
    log_holds,
    posts,
    source,
)

from openiru.stages.intake import rows
from openiru.stages.intake.commands import import_rows

pytestmark = pytest.mark.usefixtures("database")
ROWS = 240
SIZE = 50  # of a chunk: a kill falls between chunks as well


def kills(rounds: int, count: int) -> dict[str, int]:
    """Kill as many imports at random moments; how many left nothing, and how many all."""
    world = action_day()
    dice = random.Random(rounds)  # noqa: S311 - moments, no secrets

    def bring(turn: int) -> None:
        import_rows(by=world.by("RS/ana"), source=source(posts(f"turn{turn}", range(count))))

    before, began = counted(), time.monotonic()
    assert ended(child(lambda: bring(0))) == 0
    whole, undisturbed = time.monotonic() - began, grown(before)
    assert undisturbed["intake_contribution"] == count
    found = {"nothing": 0, "all": 0}
    wanted = keys_of(posts("turn0", range(count)))
    for turn in range(1, rounds + 1):
        before = counted()
        pid = child(lambda turn=turn: bring(turn))  # type: ignore[misc]  # the number of this turn
        time.sleep(dice.random() * whole)
        os.kill(pid, signal.SIGKILL)
        ended(pid)
        left = grown(before)
        assert left in ({}, undisturbed), f"half an import after turn {turn}"
        found["all" if left else "nothing"] += 1
        if not left:  # the same again, this time to its end
            import_rows(by=world.by("RS/ana"), source=source(posts(f"turn{turn}", range(count))))
            assert grown(before) == undisturbed
        wanted |= keys_of(posts(f"turn{turn}", range(count)))
    assert keys() == wanted
    assert log_holds()
    return found


def test_a_kill_at_any_moment_leaves_nothing_or_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", SIZE)
    found = kills(10, ROWS)
    assert sum(found.values()) == 10
    assert found["nothing"] > 0


@pytest.mark.campaign
@pytest.mark.timeout(3000)
def test_two_hundred_kills_leave_nothing_or_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "CHUNK", SIZE)
    found = kills(200, 2 * ROWS)
    assert sum(found.values()) == 200
    assert found["nothing"] > 0
