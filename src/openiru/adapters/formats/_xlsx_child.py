"""The child that opens a workbook: no file, no network, no program, 1 GiB (see ``openiru.egress.child``).

The workbook stands on descriptor 0. Answers are JSON lines: one ``sheet``, then ``rows`` in batches of
``[line, [cell, ...]]``, then ``end``; or ``error`` at any moment.
"""

from __future__ import annotations

import encodings.cp437  # noqa: F401 - names in a ZIP are in it, and later nothing can be imported
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO

import orjson
import python_calamine as calamine

from openiru.adapters.formats._xlsx_parts import Parts, look_through
from openiru.adapters.formats._zip import Archive
from openiru.core.errors import InputError

ROWS = 200_000
_CELL = 1 << 20
_BATCH_ROWS = 256
_BATCH_CHARACTERS = 1 << 19
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")

Cell = int | float | str | bool | date | datetime | time | timedelta


def main(source: io.RawIOBase, sink: BinaryIO, options: dict[str, str]) -> None:
    """Write the rows of one sheet of the workbook on ``source``; ``options["sheet"]`` names it."""
    try:
        for answer in _answers(source.read() or b"", options.get("sheet", "")):
            sink.write(orjson.dumps(answer))
            sink.write(b"\n")
    except InputError as error:
        sink.write(orjson.dumps({"error": error.as_dict()}))
        sink.write(b"\n")


def _answers(data: bytes, wanted: str) -> Iterator[dict[str, object]]:
    parts = look_through(Archive(data))
    book = _open(data, parts)
    name, rows = _sheet(book, wanted)
    member = parts.sheet_member(name)
    others = [other for other in book.sheet_names if other != name]
    notes = [*_notes(parts, member), *_about(name, others)]
    links = parts.cell_links(member)
    yield {"sheet": name, "notes": notes, "links": len(links)}
    yield from _batches(rows, links)


def _open(data: bytes, parts: Parts) -> calamine.CalamineWorkbook:
    if "xl/workbook.xml" not in parts.names and "content.xml" not in parts.names:
        raise InputError(
            "The file is a ZIP archive, but no workbook.",
            hint="Unpack it and import what is in it.",
            code="OIRU-4020",
        )
    try:
        return calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except calamine.PasswordError as error:
        raise InputError(
            "The file is encrypted.", hint="Save it without a password.", code="OIRU-4022"
        ) from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise _damaged(error) from error


def _damaged(error: Exception) -> InputError:
    return InputError(
        f"The workbook is damaged: {str(error)[:200]}.",
        hint="Open it in a spreadsheet program and save it again, or export the sheet as CSV.",
        code="OIRU-4025",
    )


def _sheet(book: calamine.CalamineWorkbook, wanted: str) -> tuple[str, calamine.CalamineSheet]:
    """The sheet called ``wanted``, else the first visible one that is not empty."""
    names = book.sheet_names
    if wanted and wanted not in names:
        raise InputError(
            f"There is no sheet “{wanted[:60]}”.",
            where="--map sheet",
            hint="Sheets: " + ", ".join(names)[:500],
        )
    hidden = {item.name for item in book.sheets_metadata if item.visible != calamine.SheetVisibleEnum.Visible}
    order = [wanted] if wanted else sorted(names, key=lambda name: name in hidden)
    for name in order:
        try:
            sheet = book.get_sheet_by_name(name)
        except (calamine.CalamineError, OSError, ValueError) as error:
            raise _damaged(error) from error
        if sheet.start is not None or wanted:
            return name, sheet
    raise InputError("The workbook is empty.", code="OIRU-4021")


def _notes(parts: Parts, member: str) -> Iterator[str]:
    formulas = parts.formulas.get(member, 0)
    if formulas:
        yield (
            f"{formulas:,} cells are formulas: the value last saved is read, nothing is calculated; "
            "of a HYPERLINK the address is taken."
        )
    if parts.external:
        yield f"The workbook has {parts.external} links to other workbooks; they are not followed."
    if parts.macros:
        yield "The workbook has macros; they are not run."


def _about(name: str, others: list[str]) -> Iterator[str]:
    yield f"The sheet “{name}” is read."
    if others:
        yield f"Not read: {', '.join(others)[:300]}. Another sheet is chosen by --map sheet=NAME."


def _batches(sheet: calamine.CalamineSheet, links: dict[str, str]) -> Iterator[dict[str, object]]:
    left = sheet.start[1] if sheet.start else 0  # calamine leaves out empty columns on the left, but no rows
    over = _by_row(links)
    batch: list[tuple[int, list[str]]] = []
    size = taken = empty = first = 0
    for number, values in enumerate(sheet.iter_rows(), start=1):
        cells = [""] * left + [_text(value) for value in values]
        for place, address in over.get(number, ()):
            cells.extend([""] * (place + 1 - len(cells)))
            cells[place] = _linked(cells[place], address)
        if not any(cells):
            empty += 1
            first = first or number
            continue
        taken += 1
        if taken > ROWS:
            raise InputError(
                f"The sheet has more than {ROWS:,} rows.",
                hint="Export it as CSV: that has no limit.",
                code="OIRU-4026",
            )
        batch.append((number, cells))
        size += sum(map(len, cells))
        if len(batch) >= _BATCH_ROWS or size > _BATCH_CHARACTERS:
            yield {"rows": batch}
            batch, size = [], 0
    yield {"rows": batch}
    yield {"end": taken, "empty": empty, "first_empty": first}


def _linked(text: str, address: str) -> str:
    """A cell with a link behind it: nothing of either is lost, and where addresses are asked for it is taken."""
    if not text or text == address:
        return address
    quoted = address.replace('"', '""')
    return f'=HYPERLINK("{quoted}";"{text}")'


def _by_row(links: dict[str, str]) -> dict[int, list[tuple[int, str]]]:
    """Line -> (column from 0, address)."""
    out: dict[int, list[tuple[int, str]]] = {}
    for reference, address in links.items():
        match = _REFERENCE.fullmatch(reference)
        if match:
            column = 0
            for letter in match[1]:
                column = column * 26 + ord(letter) - ord("A") + 1
            out.setdefault(int(match[2]), []).append((column - 1, address))
    return out


def _text(value: Cell) -> str:
    """A cell as a person reads it; dates in ISO form."""
    if isinstance(value, str):
        return value if len(value) <= _CELL else value[:_CELL]
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 - exact in a double
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
