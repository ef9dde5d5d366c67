"""Where a table begins, what its columns mean, and what stands around it.

What units hand in is a sheet for people: two title lines, an empty one, the header, the rows, a total, a note.
All of it is met here, and said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from openiru.adapters.formats._cells import can_be_address
from openiru.adapters.formats._columns import (
    FIELDS,
    Columns,
    check_mapping,
    column_letter,
    known_names,
    recognise,
)
from openiru.adapters.formats._fold import fold
from openiru.core.errors import InputError
from openiru.engines.text import visible

#: Rows looked at before the first is given out.
SAMPLE = 200
_HEADER_WITHIN = 40
_SHARE = 0.5
_LOOKED_AT = 60
_LONGEST_NAME = 200

Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """``first`` is the position in the sample of the first row of data; ``header`` the line of the header or 0."""

    columns: Columns
    width: int
    first: int
    header: int = 0
    titles: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def lay_out(
    sample: Sequence[Numbered],
    mapping: Mapping[str, str] | None,
    extra: Mapping[str, str] | None = None,
    *,
    ask: str = "address",
) -> Layout:
    """What the first rows of a table say about all of it. Raises InputError when no column holds addresses.

    ``sample`` holds non-empty rows with their line numbers. ``extra`` are names that a format adds (folded name
    -> field). ``ask`` is the field without which the table is of no use.
    """
    wanted = check_mapping(mapping)
    place = _header_place(sample, wanted, extra)
    if place is None:
        return _without_header(sample, wanted, ask)
    number, header = sample[place]
    width = len(header)
    below = [cells for _, cells in sample[place + 1 : place + 1 + _LOOKED_AT]]
    holds = [_holds(below, column) for column in range(width)]
    columns = recognise(header[:width], wanted, extra, holds_address=[share > 0 for share in holds])
    notes = list(columns.notes)
    if ask not in columns.index:
        columns = _by_content(columns, header, holds, notes, ask)
    titles = tuple(line for line, _ in sample[:place])
    if titles:
        notes.append(f"{_lines(titles)} above the header: taken as title.")
    return Layout(columns, width, place + 1, number, titles, tuple(notes))


def _header_place(
    sample: Sequence[Numbered], mapping: Mapping[str, str], extra: Mapping[str, str] | None
) -> int | None:
    """The row that names most fields, and holds no address itself; rows named by the mapping count most."""
    best, chosen = 0, None
    mapped = {fold(value) for key, value in mapping.items() if key in FIELDS and len(value) > 3}  # noqa: PLR2004 - else a letter or number
    for place, (_, cells) in enumerate(sample[:_HEADER_WITHIN]):
        if any(can_be_address(cell) for cell in cells):
            # Data begins; a header below data would be a second table.
            break
        names = {fold(cell) for cell in cells if len(cell) <= _LONGEST_NAME}
        score = known_names(cells, extra) + 10 * len(mapped & names)
        if score > best and (score > 1 or _alone(cells)):
            best, chosen = score, place
    return chosen


def _alone(cells: Sequence[str]) -> bool:
    """One known name suffices where it is no word among others: a lone column, or a row of short names."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 or all(len(cell) <= 40 for cell in filled)  # noqa: PLR2004 - a name, not a sentence


def _holds(rows: Sequence[Sequence[str]], column: int) -> float:
    """Share of the filled cells of ``column`` that can be an address."""
    filled = [row[column] for row in rows if column < len(row) and row[column].strip()]
    return sum(map(can_be_address, filled)) / len(filled) if filled else 0.0


def _by_content(
    columns: Columns, header: Sequence[str], holds: Sequence[float], notes: list[str], ask: str
) -> Columns:
    """No name is known for the addresses: the column is taken in which most cells hold one."""
    free = [(share, -place) for place, share in enumerate(holds) if place not in columns.index.values()]
    share, negative = max(free, default=(0.0, 0))
    if share < _SHARE or ask != "address":
        raise _nothing(f"No column is called an {ask}, and none holds addresses.", header)
    place = -negative
    label = visible(header[place], 40) or f"column {column_letter(place)}"
    notes.append(f"No column is called an address; “{label}” is taken, because its cells hold addresses.")
    return Columns(
        {**columns.index, "address": place},
        {**columns.names, label: "address"},
        tuple(name for name in columns.ignored if name != label),
        columns.notes,
    )


def _without_header(sample: Sequence[Numbered], mapping: Mapping[str, str], ask: str) -> Layout:
    rows = [cells for _, cells in sample]
    width = max(map(len, rows), default=0)
    plain = [column_letter(place) for place in range(width)]
    columns = recognise(plain, mapping)
    index = {key: value for key, value in columns.index.items() if key in mapping}
    if "address" not in index and ask == "address":
        shares = [(_holds(rows, place), -place) for place in range(width) if place not in index.values()]
        share, negative = max(shares, default=(0.0, 0))
        if share <= 0.0:
            raise _nothing("No row holds an address, and no header is known.", rows[0] if rows else ())
        index["address"] = -negative
    elif ask not in index:
        raise _nothing("No header is known.", rows[0] if rows else ())
    place = index[ask]
    note = f"There is no header: column {column_letter(place)} is taken for the addresses."
    ignored = tuple(f"column {letter}" for at, letter in enumerate(plain) if at not in index.values())
    names = {f"column {column_letter(at)}": key for key, at in index.items()}
    return Layout(Columns(index, names, ignored), width, 0, 0, (), (note,))


def _nothing(message: str, header: Sequence[str]) -> InputError:
    shown = ", ".join(visible(cell, 30) for cell in header[:20] if cell.strip())
    return InputError(
        message,
        where=f"columns: {shown}" if shown else "the whole file",
        hint="Say which column holds them: --map address=NAME (or its letter or number).",
        code="OIRU-4010",
    )


def _lines(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Line {numbers[0]}"
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"Lines {numbers[0]} to {numbers[-1]}"
    shown = ", ".join(map(str, numbers[:10]))
    return f"Lines {shown}{' …' if len(numbers) > 10 else ''}"  # noqa: PLR2004 - enough to find them


def say_lines(numbers: Sequence[int]) -> str:
    """``Line 3``, ``Lines 3 to 5`` or ``Lines 3, 7, 9``."""
    return _lines(numbers)
