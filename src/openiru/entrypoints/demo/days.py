"""The played day's clock and people: one moment at a time, everybody by name."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from openiru.core.errors import OutsideError
from openiru.entrypoints.demo.scenario import Scenario
from openiru.entrypoints.demo.tell import Tell
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.people.queries import by_handle

FOLLOWS_S: Final = 60.0
LOOK_S: Final = 0.003
#: How often a running clock is shown.
SHOWN_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Caught:
    """Something that went wrong on purpose, and how the house met it."""

    what: str
    how: str
    caught: bool = True


@dataclass
class Day:
    """What is known while a day is played. ``operation`` is set when it is open."""

    scenario: Scenario
    tell: Tell
    now: datetime
    operation: UUID | None = None
    units: dict[str, UUID] = field(default_factory=dict)
    caught: list[Caught] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    _within: float = 0.0
    _begun: bool = False
    _flows: tuple[datetime, float, datetime] | None = None
    _people: dict[str, By] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Seconds on the wall that a part of the day takes, added up by its name; a part within it counts by its own."""
        began, outer = time.monotonic(), self._within
        self._within = 0.0
        try:
            yield
        finally:
            took = time.monotonic() - began
            self.seconds[name] = self.seconds.get(name, 0.0) + took - self._within
            self._within = outer + took

    def by(self, name: str) -> By:
        """``UNIT/handle``, in the operation once there is one."""
        found = self._people.get(name)
        if found is None:
            found = self._people[name] = by_handle(name)
        return found if self.operation is None else found.within(self.operation)

    def service(self) -> By:
        """The instance itself, in the operation."""
        return SERVICE if self.operation is None else SERVICE.within(self.operation)

    def move(self, moment: datetime, flows_to: datetime | None = None) -> None:
        """The clock runs on to ``moment``, here and outside, and stands there while the step's work is done.

        With ``flows_to`` it runs on during the work too, no further than that: for work that is not bound to a minute.
        """
        with self.phase("clock"):
            self._travel(moment)
            self.now = moment
            self._tell_outside(moment)
        if flows_to is not None:
            set_clock(by=SERVICE, business=None, rate=self.scenario.rate, runs_to=flows_to)
            self._flows = (moment, time.monotonic(), flows_to)

    def _travel(self, moment: datetime) -> None:
        """The shared row says how fast and how far; whoever asks the database meanwhile is told how late it is."""
        self._flows = None
        set_clock(
            by=SERVICE, business=None if self._begun else moment, rate=self.scenario.rate, runs_to=moment
        )
        self._begun = True
        while (left := self._left(moment)) > 0:
            time.sleep(min(left, SHOWN_S))
        self.tell.clock(None)

    def _left(self, moment: datetime) -> float:
        """Seconds on the wall until the clock is at ``moment``: the database's own clock decides."""
        with acting(SERVICE) as now:
            self.tell.clock(now.at)
            return (moment - now.at).total_seconds() / float(self.scenario.rate)

    def reading(self) -> datetime:
        """How late it is on the played clock."""
        if self._flows is None:
            return self.now
        began, since, ends = self._flows
        return min(began + timedelta(seconds=(time.monotonic() - since) * float(self.scenario.rate)), ends)

    def _tell_outside(self, moment: datetime) -> None:
        """The played world is told by a file what time it is, and says when everything due by then has happened."""
        clock: Mapping[str, str] = self.scenario.data["clock"]
        stamp = moment.isoformat()
        path, seen = Path(self.scenario.text(clock["file"])), Path(self.scenario.text(clock["seen"]))
        half = path.with_name(path.name + ".half")
        half.write_bytes(orjson.dumps({"now": stamp}))
        half.replace(path)
        until = time.monotonic() + FOLLOWS_S
        while orjson.loads(seen.read_bytes())["now"] != stamp:
            if time.monotonic() > until:
                raise OutsideError("the played world does not follow the clock", where=str(seen))
            time.sleep(LOOK_S)

    def log(self) -> None:
        """Give everything its index."""
        sequence()

    def say(self, text: str) -> None:
        """One line of the day."""
        self.tell.at(self.reading(), text)

    def catch(self, what: str, how: str) -> None:
        """Note what was tried and how it was met, and say it."""
        self.caught.append(Caught(what, how))
        self.say(f"caught: {what}: {how}")
