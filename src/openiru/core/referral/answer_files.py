"""Answer files of providers, CSV and JSON, row by row. What a row means is judged in :mod:`openiru.core.referral.answers`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from openiru.core.errors import InputError
from openiru.core.referral.attachments import unguard
from openiru.core.referral.letter import ANSWER_COLUMNS

MOST_ROWS: Final = 200_000
MOST_CHARACTERS: Final = 50_000_000
#: Without these a row answers nothing.
NEEDED: Final = ("reference", "line", "decision")
_SEPARATORS: Final = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of an answer file. ``number`` counts as the file does (the header of a CSV file is row 1).

    ``problem`` says why the row cannot be read as an answer at all; it is refused with that reason.
    """

    number: int
    cells: Mapping[str, str]
    problem: str = ""


def read_csv(text: str) -> list[AnswerRow]:
    """The rows of a CSV text with the columns of an answer file, in any order, parted by comma, semicolon or tab.

    Raises :class:`InputError` naming the row when it is no such table.
    """
    _bounded(text)
    head = text.lstrip("\ufeff\r\n ").partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=separator)
    rows = list(_rows(reader))
    if not rows:
        raise InputError("the answer file is empty")
    number, header = rows[0]
    names = [cell.strip().lower().replace(" ", "_") for cell in header]
    _check_columns(names, f"row {number}")
    return [_row(names, cells, at) for at, cells in rows[1:]]


def _rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """(line of the file, cells) of every row that is not empty."""
    count = 0
    while True:
        at = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(f"the answer file cannot be read: {error}", where=f"row {at}") from error
        if any(cell.strip() for cell in cells):
            count += 1
            if count > MOST_ROWS:
                raise InputError(f"an answer file has at most {MOST_ROWS:,} rows", where=f"row {at}")
            yield at, cells


def _check_columns(names: list[str], where: str) -> None:
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise InputError(
            f"columns are missing: {', '.join(missing)}",
            where=where,
            hint=f"The columns are: {', '.join(ANSWER_COLUMNS)}.",
        )
    twice = sorted({name for name in names if name in ANSWER_COLUMNS and names.count(name) > 1})
    if twice:
        raise InputError(f"two columns are called {twice[0]}", where=where)


def _row(names: list[str], cells: list[str], at: int) -> AnswerRow:
    read = {name: unguard(cell) for name, cell in zip(names, cells, strict=False) if name in ANSWER_COLUMNS}
    extra = any(cell.strip() for cell in cells[len(names) :])
    return AnswerRow(at, read, "The row has more cells than the header." if extra else "")


def read_json(text: str) -> list[AnswerRow]:
    """The rows of a JSON text: a list of objects, ``{"answers": [...]}``, or one object a line. Rows count from 1.

    Raises :class:`InputError` when it is none of these.
    """
    _bounded(text)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = _lines(text)
    if isinstance(document, dict):
        document = document["answers"] if isinstance(document.get("answers"), list) else [document]
    if not isinstance(document, list) or len(document) > MOST_ROWS:
        raise InputError(f"an answer file is a list of at most {MOST_ROWS:,} objects")
    return [_object(entry, at) for at, entry in enumerate(document, 1)]


def _lines(text: str) -> list[Any]:
    found = []
    for at, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError) as error:
                raise InputError("the answer file is not JSON", where=f"line {at}") from error
    return found


def _object(entry: Any, at: int) -> AnswerRow:
    if not isinstance(entry, dict):
        return AnswerRow(at, {}, "An answer is an object with named members.")
    given = {name: value for name, value in entry.items() if name in ANSWER_COLUMNS and value is not None}
    wrong = [name for name, value in given.items() if not _is_cell(value)]
    problem = f"{wrong[0]} is neither text nor a whole number." if wrong else ""
    return AnswerRow(at, {name: str(value) for name, value in given.items() if name not in wrong}, problem)


def _is_cell(value: Any) -> bool:
    """Text or a whole number. Half of a surrogate pair, which JSON can escape, is no text: nothing can keep it."""
    if isinstance(value, str):
        return not any("\ud800" <= letter <= "\udfff" for letter in value)
    return isinstance(value, int) and not isinstance(value, bool)


def _bounded(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        raise InputError(f"an answer file has at most {MOST_CHARACTERS:,} characters")
