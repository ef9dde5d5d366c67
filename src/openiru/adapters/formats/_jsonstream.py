"""JSON read as a stream: a file of any size, one value in memory at a time.

The C scanner of the standard library decodes each value in a sliding window; only the outer objects and lists
are walked here. Raises InputError with the place when the text is no JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import JSONDecodeError
from typing import IO, Any

from openiru.adapters.formats._open import LONGEST_LINE
from openiru.core.errors import InputError

_CHUNK = 1 << 18
_LONGEST_VALUE = 16 * LONGEST_LINE
_SPACE = " \t\r\n"


class JsonStream:
    """A pull parser: ask what comes next, then take it as a value, as members or as items."""

    def __init__(self, handle: IO[str]) -> None:
        self._read = handle.read
        self._text = ""
        self._at = 0
        self._gone = 0  # characters before the window
        self._decode = json.JSONDecoder().raw_decode
        self._ended = False

    def peek(self) -> str:
        """The next character that is no space; ``""`` at the end."""
        while True:
            text, at = self._text, self._at
            end = len(text)
            while at < end and text[at] in _SPACE:
                at += 1
            self._at = at
            if at < end:
                return text[at]
            if not self._more():
                return ""

    def _more(self) -> bool:
        if self._ended:
            return False
        piece = self._read(_CHUNK)
        if not piece:
            self._ended = True
            return False
        self._gone += self._at
        self._text = self._text[self._at :] + piece
        self._at = 0
        return True

    def value(self) -> Any:
        """The next value, whole. Raises InputError when it is broken or larger than 16 million characters."""
        self.peek()
        while True:
            try:
                found, end = self._decode(self._text, self._at)
            except JSONDecodeError as error:
                self._go_on(error)
                continue
            except (RecursionError, ValueError) as error:
                raise self._error("nested too deeply, or a number is too long") from error
            # A number at the edge of the window may go on in the next piece: "1" is not yet "1.5e3".
            if self._text[end - 1].isdigit() and not self._text[end + 2 :] and self._more():
                continue
            self._at = end
            return found

    def _go_on(self, error: JSONDecodeError) -> None:
        """A value that does not end in the window: more text, or an error when there is none."""
        if len(self._text) - self._at > _LONGEST_VALUE:
            raise self._error("a value is too large") from error
        if not self._more():
            raise self._error(error.msg) from error

    def members(self) -> Iterator[str]:
        """The keys of the object that comes next; the caller takes each value before it asks for another key."""
        self._expect("{")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise self._error("a key is expected")
            key = self.value()
            self._expect(":")
            yield str(key)
            if self._next_or_end("}"):
                return

    def items(self) -> Iterator[int]:
        """The positions (from 1) of the list that comes next; the caller takes each value before the next."""
        self._expect("[")
        if self.peek() == "]":
            self._at += 1
            return
        number = 0
        while True:
            number += 1
            yield number
            if self._next_or_end("]"):
                return

    def skip(self) -> None:
        """Pass over the next value, however large, without keeping it."""
        sign = self.peek()
        if sign == "{":
            for _ in self.members():
                self.skip()
        elif sign == "[":
            for _ in self.items():
                self.skip()
        else:
            self.value()

    def _expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise self._error(f"“{sign}” is expected")
        self._at += 1

    def _next_or_end(self, end: str) -> bool:
        sign = self.peek()
        if sign not in {",", end}:
            raise self._error(f"“,” or “{end}” is expected")
        self._at += 1
        return sign == end

    def _error(self, what: str) -> InputError:
        return InputError(
            f"The JSON is broken: {what}.",
            where=f"character {self._gone + self._at + 1:,}",
            hint="Export it again; the file may have been cut off.",
            code="OIRU-4030",
        )
