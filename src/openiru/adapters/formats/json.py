"""JSON and JSON lines: lists of objects, a list inside an object, or plain lists of addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import IO, ClassVar

import orjson

from openiru.adapters.formats._fold import fold
from openiru.adapters.formats._jsonstream import JsonStream
from openiru.adapters.formats._objects import ObjectRows
from openiru.adapters.formats._open import (
    LONGEST_LINE,
    Lines,
    LineTooLongError,
    check_text,
    describe,
    open_text,
    scan_text,
)
from openiru.adapters.formats._rows import Outcome
from openiru.adapters.formats.csv import head_lines
from openiru.core.errors import InputError
from openiru.engines.text import visible
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

_LISTS = {
    fold(name) for name in ("items", "data", "results", "rows", "records", "entries", "urls", "links", "list")
}
_SAMPLE = 50


class JsonReader(FormatReader):
    """A list of objects or addresses, alone or as ``items``, ``data``, ``results`` ... of an object."""

    name: ClassVar[str] = "json"
    title: ClassVar[str] = "JSON"

    def sniff(self, head: bytes, name: str) -> float:
        """By the first sign and the name of the file."""
        lines = head_lines(head)
        start = "".join(lines).lstrip("\ufeff \t")[:1]
        if start not in {"[", "{"}:
            return 0.0
        if _is_object(lines[0]) and len(lines) > 1 and _is_object(lines[1]):
            return 0.2  # JSON lines
        return 0.85 if name.lower().endswith(".json") or start == "[" else 0.6

    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """Keys of the first objects. Raises InputError when it is no JSON or holds no list."""
        rows = ObjectRows(mapping)
        with _open(path, mapping, self.title) as handle:
            for number, value in islice(_elements(JsonStream(handle)), _SAMPLE):
                rows(number, value)
        return _understood(self.name, describe(scan_text(path, mapping)), rows)

    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every element with its position in the list, from 1."""
        rows = ObjectRows(mapping)
        with _open(path, mapping, self.title) as handle:
            yield Note("Rows are numbered by their position in the list, from 1.")
            for number, value in _elements(JsonStream(handle)):
                yield from rows(number, value)
        yield from rows.farewell()


class JsonLinesReader(FormatReader):
    """One object (or one address in quotation marks) a line."""

    name: ClassVar[str] = "jsonl"
    title: ClassVar[str] = "JSON lines"

    def sniff(self, head: bytes, name: str) -> float:
        """By the first lines, each being an object of its own."""
        lines = head_lines(head)
        whole = [line for line in lines[:5] if line.strip()]
        if len(head) >= 1 << 16:
            whole = whole[:-1] or whole
        good = sum(map(_is_object, whole))
        named = name.lower().endswith((".jsonl", ".ndjson"))
        if not good:
            return 0.0
        return 0.95 if named else (0.85 if good > 1 else 0.5)

    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """Keys of the first lines."""
        rows = ObjectRows(mapping)
        for _ in islice(_lines(path, mapping, self.title, rows), _SAMPLE):
            pass
        if not rows.columns:
            raise InputError(
                "None of the first lines is an object with an address.", where=visible(path.name)
            )
        return _understood(self.name, describe(scan_text(path, mapping)), rows)

    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every line, taken or refused with its number."""
        rows = ObjectRows(mapping)
        for out in _lines(path, mapping, self.title, rows):
            yield from out
        yield from rows.farewell()


def _is_object(line: str) -> bool:
    try:
        return isinstance(orjson.loads(line.strip().lstrip("\ufeff")), dict)
    except orjson.JSONDecodeError:
        return False


def _open(path: Path, mapping: Mapping[str, str] | None, title: str) -> IO[str]:
    check_text(path, title)
    return open_text(path, scan_text(path, mapping))


def _understood(name: str, encoding: str, rows: ObjectRows) -> Understanding:
    return Understanding(name, encoding, "", dict(rows.columns), tuple(rows.ignored), tuple(rows.notes))


def _elements(stream: JsonStream) -> Iterator[tuple[int, object]]:
    """The elements of the first list that can hold rows. Raises InputError when there is none."""
    sign = stream.peek()
    if sign == "[":
        yield from _list(stream)
        return
    if sign != "{":
        raise InputError("The file is no JSON list or object.", code="OIRU-4030")
    found = False
    for key in stream.members():
        if found or fold(key) not in _LISTS or stream.peek() not in "[{":
            stream.skip()
            continue
        for element in _list(stream) if stream.peek() == "[" else _inner(stream):
            found = True
            yield element
    if not found:
        raise InputError(
            "The object holds no list of rows called items, data, results, rows, records, entries, urls or links.",
            hint="Import a list of objects, or JSON lines.",
            code="OIRU-4032",
        )


def _inner(stream: JsonStream) -> Iterator[tuple[int, object]]:
    """``{"data": {"items": [...]}}``: the first list one level deeper."""
    found = False
    for key in stream.members():
        if not found and stream.peek() == "[" and fold(key) in _LISTS:
            found = True
            yield from _list(stream)
        else:
            stream.skip()


def _list(stream: JsonStream) -> Iterator[tuple[int, object]]:
    for number in stream.items():
        yield number, stream.value()


def _lines(
    path: Path, mapping: Mapping[str, str] | None, title: str, rows: ObjectRows
) -> Iterator[list[Outcome]]:
    with _open(path, mapping, title) as handle:
        lines = Lines(handle)
        while True:
            lines.current.clear()
            try:
                line = next(lines)
            except StopIteration:
                return
            except LineTooLongError:
                yield [
                    Refused(
                        lines.number, f"The line is longer than {LONGEST_LINE:,} characters.", "OIRU-4007"
                    )
                ]
                continue
            bare = line.strip("\ufeff\r\n\t ")
            if bare:
                yield _one_line(lines.number, bare, rows)


def _one_line(number: int, line: str, rows: ObjectRows) -> list[Outcome]:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return [Refused(number, f"The line is no JSON: {error.msg}.", "OIRU-4030", visible(line))]
    # NULs and lone surrogates can only come by an escape, broken bytes only as U+FFFD.
    return rows(number, value, careful="\\u" in line or "\ufffd" in line)
