"""The day in order."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from openiru.entrypoints.demo import bringing
from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.demo.founding import found
from openiru.entrypoints.demo.scenario import Scenario
from openiru.entrypoints.demo.tell import Tell
from openiru.entrypoints.instance import install


def play(scenario: Scenario, tell: Tell, order: Mapping[str, Any]) -> int:
    """Set the instance up, play, show. Returns the exit code."""
    install()
    tell.step("Tables, roles, policies", "migrated")
    day = Day(scenario, tell, scenario.when("opens"))
    began = time.monotonic()
    day.move(day.now)
    tell.step("Operation", f"“{scenario.operation['title']}” · invented data")
    found(day)
    bringing.contribute(day)
    bringing.deconflict(day)
    bringing.resolve(day)
    day.figures["seconds"] = round(time.monotonic() - began, 1)
    return 0
