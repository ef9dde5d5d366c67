"""The played day's clock and people: one moment at a time, everybody by name."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson

from openiru.core.errors import OutsideError
from openiru.entrypoints.demo.scenario import Scenario
from openiru.entrypoints.demo.tell import Tell
from openiru.foundation.database.acting import SERVICE, By
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.people.queries import by_handle

FOLLOWS_S: Final = 60.0
LOOK_S: Final = 0.003


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
    _people: dict[str, By] = field(default_factory=dict)

    def by(self, name: str) -> By:
        """``UNIT/handle``, in the operation once there is one."""
        found = self._people.get(name)
        if found is None:
            found = self._people[name] = by_handle(name)
        return found if self.operation is None else found.within(self.operation)

    def service(self) -> By:
        """The instance itself, in the operation."""
        return SERVICE if self.operation is None else SERVICE.within(self.operation)

    def move(self, moment: datetime) -> None:
        """Business time is ``moment`` now, here and outside; what happened so far has its place in the log."""
        self.now = moment
        set_clock(by=SERVICE, business=moment, rate=Decimal(0))
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
        self.tell.at(self.now, text)

    def catch(self, what: str, how: str) -> None:
        """Note what was tried and how it was met, and say it."""
        self.caught.append(Caught(what, how))
        self.say(f"caught: {what}: {how}")
