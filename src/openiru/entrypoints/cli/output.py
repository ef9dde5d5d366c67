"""What the program prints: one object of JSON, or plain lines for people; text from outside is always made harmless."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any, Final

import orjson

from openiru.engines.text.visible import visible

DONE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
#: Done, but rows need a person.
ATTENTION: Final = 3

#: The longest line that is printed for people.
LONGEST: Final = 20_000
CELL: Final = 60
#: What JSON may carry as it is and a terminal or a reader's eye must not meet: C1, zero-width, bidirectional, tags.
_HIDDEN: Final = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def harmless(text: str, limit: int = LONGEST) -> str:
    """Text as it may stand on a terminal: every control and hidden character is written out."""
    return visible(text, limit)


def as_json(value: Any) -> str:
    """One value as one line of JSON. Hidden characters stand as escapes, so that the line is harmless on a terminal too."""
    try:
        text = orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # lone surrogates and numbers beyond 64 bits
        text = json.dumps(value, default=_plain, ensure_ascii=True)
    return escaped(text)


def escaped(text: str) -> str:
    """A text of JSON that says the same without hidden characters."""
    return _HIDDEN.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, set | frozenset | tuple):
        return sorted(value, key=str) if not isinstance(value, tuple) else list(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


class Output:
    """Where one command says what it did. Answers go to stdout, everything else to stderr."""

    def __init__(self, *, as_json: bool) -> None:
        self.json = as_json

    def answer(self, value: Any, *lines: str) -> None:
        """The answer: ``value`` as one object with --json, else the lines."""
        if self.json:
            self._write(as_json(value))
        else:
            for line in lines:
                self.line(line)

    def line(self, text: str = "") -> None:
        """One line for people; nothing with --json."""
        if not self.json:
            self._write(harmless(text))

    def block(self, text: str) -> None:
        """A text of several lines for people."""
        for line in text.splitlines():
            self.line(line)

    def rows(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, empty: str = "") -> None:
        """A list: one object a line with --json, else a table with the named columns."""
        if self.json:
            for row in rows:
                self._write(as_json(row))
            return
        found = list(rows)
        if not found:
            self.line(empty or "none")
            return
        cells = [[name.replace("_", " ") for name in columns]]
        cells += [[harmless(_cell(row.get(name)), CELL) for name in columns] for row in found]
        widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
        for texts in cells:
            self._write(
                "  ".join(cell.ljust(width) for cell, width in zip(texts, widths, strict=True)).rstrip()
            )

    def note(self, text: str) -> None:
        """What a person should know beside the answer; on stderr, silent with --json."""
        if not self.json:
            sys.stderr.write(harmless(text) + "\n")
            sys.stderr.flush()

    def next(self, *commands: str) -> None:
        """What to type to go on."""
        for place, command in enumerate(commands):
            self.note(("Next:  " if place == 0 else "       ") + command)

    @staticmethod
    def _write(line: str) -> None:
        sys.stdout.write(line + "\n")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(one) for one in value)
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y-%m-%d %H:%M"))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
