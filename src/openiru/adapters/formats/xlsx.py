"""Workbooks (.xlsx, .xlsm, .ods): unpacked and read in a child program with limits, never here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Self

import orjson

from openiru.adapters.formats._columns import check_mapping
from openiru.adapters.formats._open import check_text, kind_of, read_head, refuse_kind
from openiru.adapters.formats._table import Dialect, Event, TableReader
from openiru.core.errors import InputError, OutsideError
from openiru.egress.process import Child, Limits
from openiru.engines.text import visible
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

#: A workbook of 200,000 rows has some 10 MiB; the child holds all of it in memory.
LARGEST = 64 << 20
_CHILD = "openiru.adapters.formats._xlsx_child"
_LIMITS = Limits(memory=1 << 30, cpu_seconds=60, deadline=120.0)


class XlsxReader(FormatReader):
    """The first sheet that is not empty, or the one named by ``--map sheet=``."""

    name: ClassVar[str] = "xlsx"
    title: ClassVar[str] = "Excel workbook (.xlsx)"

    def sniff(self, head: bytes, name: str) -> float:
        """By the signature of a ZIP and the names of its first members."""
        if kind_of(head) != "zip":
            return 0.0
        if b"xl/" in head or b"[Content_Types].xml" in head:
            return 0.95
        return 0.9 if name.lower().endswith((".xlsx", ".xlsm", ".ods")) else 0.2

    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """Sheet and columns. Raises InputError when it is no workbook, encrypted, hostile or damaged."""
        with _Workbook(path, mapping) as book:
            table = TableReader(book.events(), mapping, Dialect(), careful=True)
            return Understanding(
                format=self.name,
                columns=table.layout.columns.names,
                ignored=table.layout.columns.ignored,
                notes=(*book.notes, *table.notes()),
            )

    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every row of the sheet, with its line in the sheet. Raises InputError as :meth:`understand`."""
        with _Workbook(path, mapping) as book:
            events = book.events()
            table = TableReader(events, mapping, Dialect(), careful=True)
            for text in book.notes:
                yield Note(text)
            yield from table.rows()
            if book.empty:
                yield Note(
                    f"{book.empty:,} empty lines were skipped, the first is {book.first_empty}.",
                    book.first_empty,
                )


class _Workbook:
    """The child with one workbook, and what it said of it. It is not trusted: every answer is checked."""

    def __init__(self, path: Path, mapping: Mapping[str, str] | None) -> None:
        head = read_head(path)
        if kind_of(head) != "zip":
            check_text(path, "an Excel workbook (.xlsx)")
            raise refuse_kind("plain text", path, "an Excel workbook (.xlsx)")
        if path.stat().st_size > LARGEST:
            raise InputError(
                f"The workbook is larger than {LARGEST >> 20} MiB.",
                where=visible(path.name),
                hint="Export it as CSV.",
            )
        self._where = visible(path.name, 120)
        self._file: BinaryIO = path.open("rb")
        options = {"sheet": check_mapping(mapping).get("sheet", "")}
        self._child = Child(_CHILD, self._file, options=options, limits=_LIMITS)
        self.notes: tuple[str, ...] = ()
        self.empty = self.first_empty = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()
        self._file.close()

    def events(self) -> Iterator[Event]:
        """Rows of cells with their lines, as the child gives them."""
        ended = False
        for line in self._child.lines():
            answer = _decode(line)
            if "error" in answer:
                raise self._error(answer["error"])
            if "sheet" in answer:
                self.notes = tuple(visible(str(note), 600) for note in answer.get("notes", ()))
            elif "end" in answer:
                ended = True
                self.empty, self.first_empty = int(answer["empty"]), int(answer["first_empty"])
            for row in answer.get("rows", ()):
                yield _row(row)
        if not ended:
            raise OutsideError("The reading program ended before the sheet did.", where=self._where)

    def _error(self, said: Any) -> InputError:
        told = (
            {key: visible(str(value), 600) for key, value in said.items()} if isinstance(said, dict) else {}
        )
        return InputError(
            told.get("message", "The workbook cannot be read."),
            where=told.get("where") or self._where,
            hint=told.get("hint", ""),
            code=told.get("code") or None,
        )


def _decode(line: bytes) -> dict[str, Any]:
    try:
        answer = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise OutsideError("The reading program answers with something that is no answer.") from error
    if not isinstance(answer, dict):
        raise OutsideError("The reading program answers with something that is no answer.")
    return answer


def _row(row: Any) -> tuple[int, list[str]]:
    match row:
        case [int(number), list(cells)] if all(isinstance(cell, str) for cell in cells):
            return number, cells
    raise OutsideError("The reading program answers with a row that is none.")
