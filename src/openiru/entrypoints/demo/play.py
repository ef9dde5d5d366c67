"""The day in order."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from openiru.entrypoints.cli.output import as_json
from openiru.entrypoints.demo import (
    assessing,
    bringing,
    closing,
    desk,
    ending,
    following,
    leaving,
    referring,
    tampering,
)
from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.demo.founding import found
from openiru.entrypoints.demo.scenario import Scenario
from openiru.entrypoints.demo.tell import Tell
from openiru.entrypoints.instance import install
from openiru.entrypoints.worker import Supervisor

WORKERS: Final = 2
#: What is done before the letters go out, and under which name its seconds are counted.
PARTS: Final[tuple[tuple[str, Callable[[Day], None]], ...]] = (
    ("import", bringing.contribute),
    ("tampering", tampering.tamper),
    ("deconfliction", bringing.deconflict),
    ("short links", bringing.resolve),
    ("assessment", assessing.assess_all),
    ("looks before", referring.look_before),
    ("batches", referring.refer),
)


def play(scenario: Scenario, tell: Tell, order: Mapping[str, Any]) -> int:
    """Set the instance up, play, show. Returns the exit code."""
    install()
    tell.step("Tables, roles, policies", "migrated")
    day = Day(scenario, tell, scenario.when("opens"))
    began = time.monotonic()
    day.move(day.now)
    tell.step("Operation", f"“{scenario.operation['title']}” · invented data")
    with _workers():
        with day.phase("founding"):
            operation = found(day)
        for name, part in PARTS:
            with day.phase(name):
                part(day)
        following.follow(day)
        with day.phase("report and count"):
            report = ending.end(day, operation)
        with day.phase("left for visitors"):
            leaving.leave(day)
    day.figures["seconds"] = round(time.monotonic() - began, 1)
    day.figures["phases"] = {name: round(took, 1) for name, took in day.seconds.items()}
    day.figures["desk"] = desk.facts(day)
    closing.tell(day, report, order)
    code = 1 if day.figures["differs"] or not day.figures["ledger"]["holds"] else 0
    if order["desk"] and not code:
        code = desk.open_desk(day, stays=order["desk"] == "stays")
    if order["json"]:
        sys.stdout.write(as_json(ending.answer(day)) + "\n")
    return code


@contextmanager
def _workers() -> Iterator[None]:
    """The worker processes that do the day's jobs; a process that dies is started again, as always."""
    stop = threading.Event()
    thread = threading.Thread(target=Supervisor(WORKERS, stop).run, name="workers")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
