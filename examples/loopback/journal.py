"""What is written down: every request to the played internet, and every letter that a provider received."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examples.loopback.clock import Clock, stamp


class RequestLog:
    """JSON lines, one a request, flushed at once: a test can show that nothing else was asked."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._file = path.open("a", encoding="utf-8")
        self._clock = clock
        self.count = 0

    def write(self, kind: str, **facts: Any) -> None:
        """Adds one line."""
        self.count += 1
        line = {"at": stamp(datetime.now(UTC)), "business": stamp(self._clock.now()), "kind": kind, **facts}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Ends the log."""
        self._file.close()


class LetterBook:
    """The letters received, kept so that a restarted program knows what it had been sent."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> list[dict[str, Any]]:
        """All letters, in the order in which they came."""
        if not self._path.exists():
            return []
        return [json.loads(line) for line in self._path.read_text("utf-8").splitlines() if line]

    def add(self, letter: dict[str, Any]) -> None:
        """Keeps one letter."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(letter, ensure_ascii=False) + "\n")
