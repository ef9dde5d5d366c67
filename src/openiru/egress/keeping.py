"""What may be kept from one look to the next within one round of looks: names' answers, and open connections.

Both save time and spare the other side; neither loosens a check. An answer is kept for no longer than its owner allows
(RFC 1035 TTL) and its addresses are held against the denied networks at every use; a connection is used again only for
the same name at the same checked address, after an answer that ended exactly where it said it would.
"""

from __future__ import annotations

import select
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from openiru.egress import lookups
from openiru.egress.lookups import Answer, Nameserver, Rcode
from openiru.egress.names import Endpoint, Names
from openiru.egress.targets import Target
from openiru.egress.wire import Wire

LONGEST_SECONDS: Final = 60.0
MOST_NAMES: Final = 10_000
IDLE_SECONDS: Final = 4.0  # most servers hang up after 5 or more
MOST_USES: Final = 200
MOST_OPEN: Final = 64


class KeptAnswers:
    """Asks a nameserver what it has not been asked lately. For several threads.

    Only addresses are kept: that a name does not exist is evidence, and asked anew each time.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Nameserver], tuple[float, Answer]] = {}
        self._lock = threading.Lock()

    def ask(self, name: str, nameserver: Nameserver, deadline: float) -> Answer:
        """As :func:`openiru.egress.lookups.ask`."""
        key, asked = (name, nameserver), time.monotonic()
        with self._lock:
            until, answer = self._kept.get(key, (0.0, None))
        if answer is not None and asked < until:
            return answer
        answer = lookups.ask(name, nameserver, deadline)
        if answer.rcode is Rcode.FOUND and answer.ttl > 0:
            with self._lock:
                if len(self._kept) >= MOST_NAMES:
                    self._kept.clear()
                self._kept[key] = (asked + min(answer.ttl, LONGEST_SECONDS), answer)
        return answer


class Lines:
    """Open connections by name and endpoint, for several threads; keeps nothing unless told to, and nothing after ``close``."""

    def __init__(self, *, keeps: bool = False) -> None:
        self.keeps = keeps
        self._idle: dict[tuple[str, Endpoint], list[tuple[float, Wire]]] = defaultdict(list)
        self._count = 0
        self._lock = threading.Lock()

    def take(self, names: Names, target: Target, endpoints: Sequence[Endpoint]) -> tuple[Wire, str] | None:
        """A connection to one of ``endpoints`` that is still quiet and still permitted, and its address."""
        for endpoint in endpoints:
            while (wire := self._pop((target.host, endpoint))) is not None:
                if not names.refusal(endpoint.address, endpoint.port) and _quiet(wire):
                    return wire, endpoint.address
                wire.close()
        return None

    def _pop(self, key: tuple[str, Endpoint]) -> Wire | None:
        now = time.monotonic()
        with self._lock:
            idle = self._idle.get(key)
            while idle:
                since, wire = idle.pop()
                self._count -= 1
                if now - since < IDLE_SECONDS:
                    return wire
                wire.close()
        return None

    def give_back(self, wire: Wire) -> None:
        """Keep a connection whose answer has ended; what cannot be kept is closed."""
        with self._lock:
            if self.keeps and self._count < MOST_OPEN and wire.uses < MOST_USES:
                self._idle[wire.host, wire.endpoint].append((time.monotonic(), wire))
                self._count += 1
                return
        wire.close()

    def close(self) -> None:
        """Hang up all of them; what is given back from now on is closed at once."""
        with self._lock:
            self.keeps = False
            idle = [wire for each in self._idle.values() for _, wire in each]
            self._idle.clear()
            self._count = 0
        for wire in idle:
            wire.close()


def _quiet(wire: Wire) -> bool:
    """Nothing came since the last answer: neither an end nor words that nobody asked for."""
    poll = select.poll()
    poll.register(wire.descriptor, select.POLLIN)
    return not poll.poll(0)
