"""Which column of a table is which field of a contribution."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from importlib import resources

from openiru.adapters.formats._fold import fold
from openiru.core.errors import InputError, UsageError
from openiru.engines.text import visible
from openiru.ports.formats import Row

#: Fields of :class:`Row` that a file can fill, in the order in which its constructor takes them.
FIELDS = tuple(item.name for item in fields(Row) if item.name != "number")
#: Keys of a mapping that are not fields: how to read the file, not what stands in it.
OPTIONS = frozenset({"zone", "channel", "sheet", "encoding", "delimiter"})

_LETTERS = 26
_LONGEST_LETTERS = 3  # XFD is the last column of a spreadsheet


@dataclass(frozen=True, slots=True)
class Columns:
    """Field -> position (from 0), with what was ignored and what a person should know."""

    index: Mapping[str, int]
    names: Mapping[str, str] = field(default_factory=dict)  # column as written -> field
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def synonyms() -> dict[str, tuple[str, int]]:
    """Folded name -> (field, rank); the table is ``columns.toml``."""
    text = resources.files("openiru.adapters.formats").joinpath("columns.toml").read_text(encoding="utf-8")
    out: dict[str, tuple[str, int]] = {}
    for name, spellings in tomllib.loads(text).items():
        for rank, spelling in enumerate(spellings):
            out.setdefault(fold(spelling), (name, rank))
    for name in FIELDS:
        out.setdefault(fold(name), (name, 0))
    return out


def field_of(name: str, extra: Mapping[str, str] | None = None) -> tuple[str, int] | None:
    """The field that a column called ``name`` means, and the rank of that name; None when it is not known."""
    folded = fold(name)
    if extra and folded in extra:
        # A format may also say that a column is to be left alone: the empty field.
        return (extra[folded], -1) if extra[folded] else None
    known = synonyms().get(folded)
    if known is None and "(" in name:
        known = synonyms().get(fold(name.split("(", 1)[0]))  # "URL (link)", "Datum (UTC)"
    return known


def known_names(cells: Sequence[str], extra: Mapping[str, str] | None = None) -> int:
    """How many different fields the cells of one row would name if it were a header."""
    found = (field_of(cell, extra) for cell in cells if cell and len(cell) <= 60)  # noqa: PLR2004 - a header is short
    return len({item[0] for item in found if item})


def check_mapping(mapping: Mapping[str, str] | None) -> dict[str, str]:
    """The mapping with every key known. Raises UsageError naming the key otherwise."""
    given = dict(mapping or {})
    for key in given:
        if key not in FIELDS and key not in OPTIONS:
            raise UsageError(
                f"There is no field “{visible(key)}”.",
                where=f"--map {visible(key)}",
                hint="Fields: " + ", ".join(FIELDS) + ". Options: " + ", ".join(sorted(OPTIONS)) + ".",
            )
    return given


def recognise(
    header: Sequence[str],
    mapping: Mapping[str, str],
    extra: Mapping[str, str] | None = None,
    *,
    holds_address: Sequence[bool] = (),
) -> Columns:
    """Give each column of ``header`` its field: the mapping first, then the table of names.

    ``holds_address`` says for each column whether rows below hold addresses there: of two columns of one
    name the one that does is meant. Raises InputError when both do, because nobody can tell which.
    """
    index = {key: position(value, header, key) for key, value in mapping.items() if key in FIELDS}
    notes: list[str] = []
    taken = set(index.values())
    ranked: dict[str, list[tuple[int, int]]] = {}
    for place, name in enumerate(header):
        found = field_of(name, extra) if place not in taken else None
        if found and found[0] not in index:
            ranked.setdefault(found[0], []).append((found[1], place))
    for name, places in ranked.items():
        index[name] = _choose(name, sorted(places), header, holds_address, notes)
    names = {_label(header, place): name for name, place in index.items()}
    used = set(index.values())
    ignored = tuple(_label(header, place) for place, name in enumerate(header) if place not in used and name)
    return Columns(index, names, ignored, tuple(notes))


def _choose(
    name: str,
    places: list[tuple[int, int]],
    header: Sequence[str],
    holds_address: Sequence[bool],
    notes: list[str],
) -> int:
    if len(places) == 1:
        return places[0][1]
    if name == "address":
        full = [
            (rank, place) for rank, place in places if place < len(holds_address) and holds_address[place]
        ]
        same = {fold(header[place]) for _, place in full}
        if len(full) > 1 and len(same) == 1:
            shown = " and ".join(column_letter(place) for _, place in full)
            raise InputError(
                f"Several columns are called “{visible(header[full[0][1]], 40)}” and hold addresses: {shown}.",
                where="header",
                hint=f"Say which is meant, by letter or number: --map address={column_letter(full[0][1])}",
            )
        places = full or places
    chosen = places[0][1]
    others = ", ".join(_label(header, place) for _, place in places[1:])
    if others:
        notes.append(f"Several columns could be “{name}”: {_label(header, chosen)} is taken, not {others}.")
    return chosen


def _label(header: Sequence[str], place: int) -> str:
    """The column as a person finds it: its name, with its letter where names repeat or are missing."""
    name = visible(header[place].strip(), 60) if place < len(header) else ""
    if not name:
        return f"column {column_letter(place)}"
    folded = fold(header[place])
    twice = sum(1 for other in header if fold(other) == folded) > 1
    return f"{name} (column {column_letter(place)})" if twice else name


def position(wanted: str, header: Sequence[str], key: str) -> int:
    """Where the column ``wanted`` stands, by name, by number from 1, or by spreadsheet letter."""
    folded = fold(wanted)
    by_name = [place for place, name in enumerate(header) if folded and fold(name) == folded]
    if len(by_name) == 1:
        return by_name[0]
    if len(by_name) > 1:
        shown = ", ".join(column_letter(place) for place in by_name)
        raise InputError(
            f"{len(by_name)} columns are called “{visible(wanted)}”: {shown}.",
            where=f"--map {key}",
            hint=f"Give the letter or the number: --map {key}={column_letter(by_name[0])}",
        )
    if wanted.isascii() and wanted.isdigit() and 0 < int(wanted[:6]) <= len(header):
        return int(wanted[:6]) - 1
    by_letter = _from_letter(wanted)
    if by_letter is not None and by_letter < len(header):
        return by_letter
    raise InputError(
        f"The file has no column “{visible(wanted)}”.",
        where=f"--map {key}",
        hint="Columns: " + ", ".join(_label(header, place) for place in range(min(len(header), 40))),
    )


def _from_letter(text: str) -> int | None:
    letters = text.strip().upper()
    if not (letters.isascii() and letters.isalpha() and len(letters) <= _LONGEST_LETTERS):
        return None
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def column_letter(place: int) -> str:
    """0 -> ``A``, 25 -> ``Z``, 26 -> ``AA``: as spreadsheets call their columns."""
    letters = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
