"""How often somebody may ask: buckets that fill again all the time. There is one web server process: its memory is the place."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

#: A full bucket is so many requests in this time.
WINDOW_S: Final = 60.0
#: Buckets that are kept; the one that was not asked for longest goes.
BUCKETS: Final = 20_000


class Buckets:
    """How full the buckets are. Safe to use from many threads; ``clock`` in seconds, only ever forward."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: OrderedDict[bytes, tuple[float, float]] = OrderedDict()

    def take(self, name: bytes, size: int) -> tuple[bool, float]:
        """Whether there was one left to take, and how many are left then (or are missing, below zero)."""
        now = self._clock()
        with self._lock:
            level, seen = self._levels.pop(name, (float(size), now))
            level = min(float(size), level + (now - seen) * size / WINDOW_S)
            allowed = level >= 1
            level -= 1 if allowed else 0
            self._levels[name] = (level, now)
            if len(self._levels) > BUCKETS:
                self._levels.popitem(last=False)
        return allowed, level
