"""The state of the played world: which places are there, and what providers did to those referred to them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from examples.loopback.clock import Clock
from examples.places import Catalogue, Place
from examples.texts import number

GONE_BEFORE_PER_MILLE = 12  # some content is gone before anyone refers it


class Writer(Protocol):
    """Whatever puts an answer where the referring side finds it."""

    def write(self, answer: Answer, moment: datetime) -> None:
        """Writes one answer."""
        ...

    def taken(self, provider: str, reference: str, number: int) -> bool:
        """Whether an answer of that number is there."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One decision, in the columns of an answer file."""

    reference: str
    line: str
    url_or_key: str
    decision: str
    ground: str = ""
    ground_reference: str = ""
    explanation: str = ""
    decided_at: str = ""
    puid: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer file (or mail) of a provider."""

    provider: str
    reference: str
    no: int
    form: str  # csv, json or mail
    lines: tuple[AnswerLine, ...]
    in_reply_to: str = ""
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something a provider does at a moment of business time."""

    remove: tuple[str, ...] = ()
    reinstate: tuple[str, ...] = ()
    answer: Answer | None = None


@dataclass
class World:
    """Only addresses that were acted upon are remembered; all others answer by arithmetic."""

    catalogue: Catalogue
    clock: Clock
    seed: int
    writer: Writer | None = None
    removed: dict[str, datetime] = field(default_factory=dict)
    reinstated: dict[str, datetime] = field(default_factory=dict)
    _due: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _count: int = 0

    def plan(self, moment: datetime, deed: Deed) -> None:
        """Puts a deed on the calendar."""
        self._count += 1
        heapq.heappush(self._due, (moment, self._count, deed))

    def advance(self, until: datetime | None = None) -> None:
        """Does whatever is due by now (or by ``until``), in order."""
        now = until or self.clock.now()
        while self._due and self._due[0][0] <= now:
            moment, _, deed = heapq.heappop(self._due)
            for token in deed.remove:
                self.reinstated.pop(token, None)
                self.removed.setdefault(token, moment)
            for token in deed.reinstate:
                if self.removed.pop(token, None):
                    self.reinstated[token] = moment
            if deed.answer and self.writer:
                self.writer.write(deed.answer, moment)

    @property
    def pending(self) -> int:
        """How many deeds are still to come."""
        return len(self._due)

    def next_due(self) -> datetime | None:
        """When the next deed is due."""
        return self._due[0][0] if self._due else None

    def alive(self, place: Place | None) -> bool:
        """Whether somebody who looks now would find it."""
        if place is None or not place.exists or place.token in self.removed:
            return False
        return place.token in self.reinstated or not self.gone_before(place)

    def gone_before(self, place: Place) -> bool:
        """Gone already when the operation began; never so for the known-alive control."""
        control = self.catalogue.platforms[place.platform].control.get("alive", "")
        kept = self.catalogue.find(control)
        if kept and kept.token == place.token:
            return False
        return number("gone before", self.seed, place.token) % 1000 < GONE_BEFORE_PER_MILLE
