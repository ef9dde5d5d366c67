"""Big batches by column: one text a column, its values between separators; what is the same in every row as a plain parameter.

Against one list of objects (see bulk.py) no name is repeated and nothing is quoted; the server cuts the text in one go
(``iru.cut``) and hands the rows on one by one, in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import chain
from struct import Struct
from typing import Any, NamedTuple, cast

import psycopg
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from psycopg.adapt import Dumper
from psycopg.pq import Format

#: Characters that separate values and stand for a gap, unless a value holds them.
BETWEEN, GAP = "\x1f", "\x1e"


def as_column(values: Sequence[object]) -> str:
    """One column as text for ``iru.cut``: a separator, a mark for gaps, then the values between separators.

    Values: text, whole numbers, booleans, UUID, aware datetimes, None. NULs cannot stand in it: readers replace them, and
    preparation refuses them.
    """
    if not values:
        return ""
    try:
        text = BETWEEN.join(cast("Sequence[str]", values))
    except TypeError:  # numbers, ids, gaps
        said = _texts(values)
        between, gap = _unused("".join([value for value in said if value is not None]))
        return f"{between}{gap}{between.join([gap if value is None else value for value in said])}"
    if text.count(BETWEEN) == len(values) - 1 and GAP not in text:
        return f"{BETWEEN}{GAP}{text}"
    between, gap = _unused(text)
    return f"{between}{gap}{between.join(cast('Sequence[str]', values))}"


def _texts(values: Sequence[object]) -> list[str | None]:
    if {*map(type, values)} <= _TIMES:  # the same few moments, mostly
        times = {
            value: None if value is None else value.isoformat()
            for value in cast("set[datetime | None]", {*values})
        }
        return [times[value] for value in cast("Sequence[datetime | None]", values)]
    return [None if value is None else _SAID.get(type(value), str)(value) for value in values]


_TIMES = frozenset({datetime, type(None)})


def _unused(text: str) -> tuple[str, str]:
    """Two characters that do not occur in a text: control characters where possible."""
    letters = set(text)
    free = (letter for letter in chain((BETWEEN, GAP), map(chr, range(1, 0xD800))) if letter not in letters)
    between = next(free)
    return between, next(letter for letter in free if letter != between)


_SAID: Mapping[type, Callable[[Any], str]] = {
    bool: {False: "false", True: "true"}.__getitem__,
    datetime: datetime.isoformat,
}


def cuts(columns: Iterable[tuple[str, str]]) -> str:
    """For a SELECT: the values of the columns (name, type), a row for each; one parameter a column (:func:`given`)."""
    return ", ".join(
        [
            f'unnest(%s::uuid[]) AS "{name}"'
            if kind == "uuid"
            else f'unnest(iru.cut(%s))::{kind} AS "{name}"'
            for name, kind in columns
        ]
    )


def given(kind: str, values: Sequence[object]) -> object:
    """A column as the parameter that :func:`cuts` expects for its type."""
    return Ids(values) if kind == "uuid" else as_column(values)


class Ids:
    """A column of ids on its way to the server as ``uuid[]``: sixteen bytes each, which costs a fifth of reading their text."""

    __slots__ = ("data",)

    def __init__(self, values: Sequence[object]) -> None:
        said = (
            ["" if value is None else str(value).replace("-", "") for value in values]
            if None in values
            else None
        )
        if said is None:
            body = f"{_SIXTEEN}{_SIXTEEN.join(map(str, values))}".replace("-", "") if values else ""
        else:
            body = "".join([f"{_SIXTEEN}{one}" if one else _NOTHING for one in said])
        head = _ARRAY.pack(1 if values else 0, 1 if said else 0, UUID_OID)
        self.data = head + (_EXTENT.pack(len(values), 1) if values else b"") + bytes.fromhex(body)


#: The binary form of an array: dimensions, whether it has gaps, type of the elements; length and first number of each dimension.
_ARRAY, _EXTENT = Struct(">iiI"), Struct(">ii")
#: What stands before an element: its length, in hex.
_SIXTEEN, _NOTHING = "00000010", "ffffffff"
UUID_OID, UUIDS_OID = 2950, 2951


class _IdsDumper(Dumper):
    format = Format.BINARY
    oid = UUIDS_OID

    def dump(self, obj: Ids) -> bytes:
        return obj.data


psycopg.adapters.register_dumper(Ids, _IdsDumper)


@cache
def types_of(table: str) -> dict[str, str]:
    """Column -> type of a table, as the models say it; arrays and documents cannot be given by column."""
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's documented model API
        if meta.db_table == table:
            return {str(f.column): str(f.db_type(connection)) for f in meta.local_concrete_fields}
    raise KeyError(table)


@cache
def _whole(table: str) -> frozenset[str]:
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's documented model API
        if meta.db_table == table:
            fields = meta.local_concrete_fields
            return frozenset(
                str(f.column)
                for f in fields
                if isinstance(f, ArrayField | models.JSONField | models.BinaryField)
            )
    raise KeyError(table)


class Statement(NamedTuple):
    """A statement and its parameters, ready to be sent: it can be made in a thread while the database is busy."""

    text: str
    params: list[object]


def insertion(
    table: str,
    columns: Mapping[str, Sequence[object]],
    *,
    fixed: Mapping[str, object],
    conflict: str = "",
    returning: str = "",
) -> Statement:
    """The statement that inserts a batch. ``columns``: values by column, all of one length; ``fixed``: the same in every row.

    ``conflict``: the text after ON CONFLICT; ``returning``: expressions over the written row ``t``. Arrays go in as PostgreSQL
    writes them (``{a,b}``).
    """
    types = types_of(table)
    values, same = dict(columns), dict(fixed)
    for name in [n for n, v in values.items() if n != "id" and v and v.count(v[0]) == len(v)]:
        same[name] = values.pop(name)[0]
    if wrong := (_whole(table) & values.keys()) - _arrays(table):
        raise KeyError(f"these cannot be given by column: {sorted(wrong)}")
    names = ", ".join(f'"{name}"' for name in (*values, *same))
    constants = "".join(f", %s::{types[name]}" for name in same)
    plain = ", ".join(f's."{name}"' for name in values)
    text = (
        f"INSERT INTO {table} AS t ({names}) SELECT {plain}{constants}"
        f" FROM (SELECT {cuts((name, types[name]) for name in values)}) s"
    )
    text += f" ON CONFLICT {conflict}" if conflict else ""
    text += f" RETURNING {returning}" if returning else ""
    return Statement(text, [*same.values(), *(given(types[name], column) for name, column in values.items())])


@cache
def _arrays(table: str) -> frozenset[str]:
    return frozenset(name for name, kind in types_of(table).items() if kind.endswith("[]"))


def array_text(values: Sequence[str]) -> str:
    """A list of texts as PostgreSQL writes an array."""
    return "{" + ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values) + "}"
