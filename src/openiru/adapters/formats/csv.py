"""CSV as spreadsheets write it: any usual separator and encoding, told and shown."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import ClassVar, Self

from openiru.adapters.formats._columns import known_names
from openiru.adapters.formats._open import (
    LONGEST_LINE,
    Lines,
    LineTooLongError,
    check_text,
    describe,
    kind_of,
    open_text,
    scan_text,
)
from openiru.adapters.formats._table import Dialect, Event, TableReader
from openiru.core.errors import InputError, UsageError
from openiru.engines.text import Scan, guess_encoding, visible
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

_SEPARATORS = (",", ";", "\t", "|")
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_BROKEN_QUOTES = 100
_SAMPLE_LINES = 60


class CsvReader(FormatReader):
    """Tables in text. ``dialect`` is what a known tool's table has that others have not."""

    name: ClassVar[str] = "csv"
    title: ClassVar[str] = "CSV (comma, semicolon or tab)"
    dialect: ClassVar[Dialect] = Dialect()

    def sniff(self, head: bytes, name: str) -> float:
        """0.9 by columns with known names, 0.6 by name of the file, less by mere separators."""
        lines = head_lines(head)
        if not lines:
            return 0.0
        separator = choose_separator(lines)
        best = max((known_names(cells) for cells in _cells(lines, separator)), default=0)
        named = name.lower().endswith((".csv", ".tsv", ".tab"))
        if best > 1:
            return 0.9 if named else 0.7
        if named:
            return 0.6
        return 0.4 if best else 0.15

    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """Encoding, separator and columns. Raises InputError when it is no table of addresses."""
        with _Source(path, mapping, self.title) as source:
            table = TableReader(source.events(), mapping, self.dialect, careful=True)
            return Understanding(
                format=self.name,
                encoding=describe(source.scan),
                delimiter=_NAMES.get(source.separator, source.separator),
                columns=table.layout.columns.names,
                ignored=table.layout.columns.ignored,
                notes=(*source.notes(), *table.notes()),
            )

    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every row, streamed. Memory does not grow with the file."""
        with _Source(path, mapping, self.title) as source:
            for text in source.notes():
                yield Note(text)
            careful = source.scan.nul or bool(source.scan.damaged)
            yield from TableReader(source.events(), mapping, self.dialect, careful=careful).rows()


class _Source:
    """An open CSV: scanned once, separator chosen, rows with their line numbers."""

    def __init__(self, path: Path, mapping: Mapping[str, str] | None, title: str) -> None:
        check_text(path, title)
        self.scan: Scan = scan_text(path, mapping)
        with open_text(path, self.scan) as handle:
            lines = _first_lines(Lines(handle))
        self.declared = ""
        if lines and lines[0].lstrip("\ufeff").lower().startswith("sep=") and len(lines[0].strip()) <= 6:  # noqa: PLR2004 - sep=X and its quotes
            self.declared = lines[0].lstrip("\ufeff")[4:5]
        wanted = (mapping or {}).get("delimiter", "")
        if wanted and wanted not in _SEPARATORS:
            wanted = {name: sign for sign, name in _NAMES.items()}.get(wanted, "")
            if not wanted:
                raise UsageError("A separator is comma, semicolon, tab or bar.", where="--map delimiter")
        self.separator = wanted or self.declared or choose_separator(lines)
        self._handle = open_text(path, self.scan)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()

    def notes(self) -> Iterator[str]:
        """The encoding when it had to be guessed, the separator when it was declared, damage."""
        encoding = self.scan.encoding
        if encoding.name != "utf-8":
            yield f"The text is read as {describe(self.scan)}. Wrong letters? Say --map encoding=..."
        elif self.scan.damaged:
            yield "Some bytes are not UTF-8; they are shown as � (U+FFFD). Rows whose address has one are refused."
        if self.declared:
            yield f"Line 1 declares the separator ({_NAMES.get(self.declared, self.declared)})."

    def events(self) -> Iterator[Event]:
        """Rows of cells with the line on which each begins; a row that cannot be cut is refused."""
        lines = Lines(self._handle)
        if self.declared:
            next(lines, None)
        broken = 0
        # Not strict: a stray quotation mark inside a cell is the commonest fault there is, and harmless.
        reader = csv.reader(lines, delimiter=self.separator)
        while True:
            lines.current.clear()
            start = lines.number + 1
            try:
                yield start, next(reader)
            except StopIteration:
                return
            except LineTooLongError:
                start = lines.number
                yield Refused(start, f"The line is longer than {LONGEST_LINE:,} characters.", "OIRU-4007")
            except csv.Error as error:
                beginning = visible(lines.current[0] if lines.current else "")
                broken += 1
                if broken > _BROKEN_QUOTES:
                    raise InputError(
                        f"More than {_BROKEN_QUOTES} rows have quotation marks that do not end.",
                        where=f"line {start}",
                        hint="Export the table again; cells with line breaks must stand in quotation marks.",
                    ) from error
                yield Refused(start, _cell_reason(lines.take_back(), error), "OIRU-4008", beginning)


def _first_lines(lines: Lines) -> list[str]:
    """The first lines that are not empty: half a million empty ones may stand before them."""
    out: list[str] = []
    while len(out) < _SAMPLE_LINES:
        lines.current.clear()
        try:
            line = next(lines)
        except StopIteration:
            break
        except LineTooLongError:
            continue
        if line.strip():
            out.append(line.rstrip("\r\n"))
    return out


def _cell_reason(more_lines: int, error: csv.Error) -> str:
    limit = f"{csv.field_size_limit():,}"
    if "field larger" not in str(error):
        return f"The row cannot be cut into cells: {error}."
    if more_lines:
        return (
            f"A quotation mark opens here and does not end within {limit} characters. "
            "The lines after it are read as rows of their own."
        )
    return f"A cell is longer than {limit} characters."


def head_lines(head: bytes) -> list[str]:
    """The first lines of a head as text; empty when it is no text."""
    if not head or kind_of(head):
        return []
    encoding = guess_encoding(head)
    text = head[encoding.bom :].decode(encoding.name, "replace")
    if text.count("\x00") > len(text) // 100:
        return []
    return text.splitlines()[:_SAMPLE_LINES]


def _cells(lines: list[str], separator: str) -> Iterator[list[str]]:
    reader = csv.reader([line + "\n" for line in lines], delimiter=separator)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            continue


def choose_separator(lines: list[str]) -> str:
    """The separator under which a header is best known, else under which most rows have the same length > 1."""

    def quality(separator: str) -> tuple[int, int]:
        rows = [cells for cells in _cells(lines, separator) if len(cells) > 1]
        lengths = [len(cells) for cells in rows]
        regular = max((lengths.count(length) for length in set(lengths)), default=0)
        return max(map(known_names, rows), default=0), regular

    return max(_SEPARATORS, key=quality)
