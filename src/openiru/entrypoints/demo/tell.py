"""What the demonstration says while it plays: numbered steps, lines of the day, bars. Plain text; nothing with --json."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import Final

from openiru.engines.text.visible import visible

WIDE: Final = 34
CELLS: Final = 20


class Tell:
    """Where it is said: stdout for people; with ``quiet`` nowhere."""

    def __init__(self, *, quiet: bool, told: int = 0, steps: int = 5) -> None:
        self.quiet = quiet
        self._steps = steps
        self._number = told
        self._since = time.monotonic()

    def line(self, text: str = "") -> None:
        """One line; text from outside is made harmless."""
        if not self.quiet:
            sys.stdout.write(visible(text, 2_000) + "\n")
            sys.stdout.flush()

    def step(self, what: str, found: str) -> None:
        """A numbered step that is done, with how long it took."""
        self._number += 1
        took = time.monotonic() - self._since
        self._since = time.monotonic()
        dots = "." * max(3, WIDE - len(what))
        self.line(f"[{self._number}/{self._steps}] {what} {dots} {found} ({took:.0f} s)")

    def at(self, moment: datetime, text: str) -> None:
        """Something that happens at a time of the played day."""
        self.line(f"  {moment:%a %d %b %H:%M}  {text}")

    def clock(self, moment: datetime | None) -> None:
        """The running clock, in one line of a terminal that is written over; None takes it away."""
        if not self.quiet and sys.stdout.isatty():
            sys.stdout.write("\r\x1b[K" + (f"  {moment:%a %d %b %H:%M} …" if moment else ""))
            sys.stdout.flush()

    def bar(self, name: str, count: int, most: int, words: str) -> None:
        """One row of the funnel."""
        full = round(CELLS * count / (most or 1))
        self.line(f" {name:<14}{'█' * full}{'░' * (CELLS - full)}  {words}")
