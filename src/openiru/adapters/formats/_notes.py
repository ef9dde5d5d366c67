"""Notes with a budget: a fault in every row is said for the first rows, and then counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from openiru.ports.formats import Note

_EACH = 20


class Notebook:
    """Gives each kind of note for the first 20 rows; :meth:`rest` counts the others at the end."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._texts: dict[str, str] = {}

    def say(self, text: str, number: int, *, kind: str = "") -> list[Note]:
        """The note, or nothing when its kind was said often enough. ``kind`` is the text without its details."""
        kind = kind or text
        self._seen[kind] += 1
        if self._seen[kind] <= _EACH:
            return [Note(text, number)]
        self._texts[kind] = text
        return []

    def rest(self) -> Iterator[Note]:
        """How often each kind was kept back."""
        for kind, text in self._texts.items():
            yield Note(f"{self._seen[kind] - _EACH} more rows: {kind or text}")
