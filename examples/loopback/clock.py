"""Business time of the played world: it runs at a rate, and can be told what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class Clock:
    """``rate`` business seconds pass in a second on the wall; 0 stands still until told. Never goes back."""

    def __init__(self, start: datetime = START, rate: float = 0.0) -> None:
        self._base = start
        self._since = time.monotonic()
        self.rate = rate

    def now(self) -> datetime:
        """Business time, aware."""
        return self._base + timedelta(seconds=(time.monotonic() - self._since) * self.rate)

    def tick(self, moment: datetime) -> datetime:
        """Sets the time forward; an earlier moment changes nothing."""
        self._base = max(self.now(), moment)
        self._since = time.monotonic()
        return self._base
