"""Ticks: due work is chosen by business time, again and again, for each operation.

A stage that has something to do by the clock offers ``tick(*, by: By) -> int`` in its ``jobs.py``: it acts as ``by`` (the service, in one
operation), chooses what is due at ``now.at``, defers or does it, and says how much that was.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Final
from uuid import UUID

from django.apps import apps
from django.db import connections
from django.utils.module_loading import module_has_submodule

from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.operations import queries as operations

TICK_S: Final = 0.5
#: Any number that nobody else uses: one process ticks, whichever gets there first.
LOCK: Final = 0x6F70656E_69727502

Tick = Callable[..., int]

_logger = logging.getLogger(__name__)


@cache
def ticks() -> tuple[tuple[str, Tick], ...]:
    """(stage, its tick) of every installed app whose ``jobs`` module has one, in the order of the apps."""
    found = []
    for app in apps.get_app_configs():
        if app.module is not None and module_has_submodule(app.module, "jobs"):
            tick = getattr(import_module(f"{app.name}.jobs"), "tick", None)
            if tick is not None:
                found.append((app.label, tick))
    return tuple(found)


def tick_once() -> int:
    """One round over all operations and stages; how much was due. 0 at once when another process is ticking."""
    with connections[SERVICE.using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            return sum(_tick(stage, tick, by) for by in _everywhere() for stage, tick in ticks())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def run_ticks(stop: threading.Event, *, pause_s: float = TICK_S) -> None:
    """Tick until ``stop`` is set."""
    while not stop.wait(pause_s):
        if not ticks():
            continue
        try:
            tick_once()
        except Exception as fault:  # noqa: BLE001 - a database that is away for a while is waited for
            _logger.warning("no tick: %s: %s", type(fault).__name__, fault)
            connections.close_all()
    connections.close_all()


def _everywhere() -> list[By]:
    with acting(SERVICE):
        return [SERVICE.within(UUID(str(operation["id"]))) for operation in operations.every()]


def _tick(stage: str, tick: Tick, by: By) -> int:
    try:
        return tick(by=by)
    except Exception as fault:  # noqa: BLE001 - the fault of one stage does not stop the others
        _logger.warning("the tick of %s failed: %s: %s", stage, type(fault).__name__, fault)
        return 0
