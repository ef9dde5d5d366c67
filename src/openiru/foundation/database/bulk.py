"""Writing and reading in sets: one JSON parameter a statement instead of a loop of saves.

``json_populate_recordset`` reads a list of objects into rows of a table's own type. It needs no temporary table (COPY is not
allowed into a table under policies) and takes 26,000 rows in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson

Record = Mapping[str, Any]


class Cursor(Protocol):
    """What we use of a cursor (Django's wrapper or psycopg's own)."""

    def execute(self, query: Any, params: Any = None, /) -> Any:
        """Run one statement."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the last statement."""

    def fetchone(self) -> Any:
        """The next row of the last statement."""

    @property
    def rowcount(self) -> int:
        """Rows touched by the last statement."""


def _default(value: object) -> object:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    raise TypeError(f"{type(value).__name__} has no place in a row")


def as_json(rows: Iterable[object]) -> str:
    """Rows as one JSON text. bytes become bytea text; U+0000 cannot stand in PostgreSQL text: readers replace it."""
    return orjson.dumps(list(rows), default=_default, option=orjson.OPT_UTC_Z).decode()


def columns_of(rows: Sequence[Record]) -> str:
    """The columns of the first row: all rows of a batch have the same."""
    return ", ".join(f'"{name}"' for name in rows[0])


def insert(
    cursor: Cursor, table: str, rows: Sequence[Record], *, conflict: str = "", returning: str = ""
) -> list[tuple[Any, ...]]:
    """Insert a batch; ``conflict`` is the text after ON CONFLICT, ``returning`` a list of columns."""
    if not rows:
        return []
    columns = columns_of(rows)
    text = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
    if conflict:
        text += f" ON CONFLICT {conflict}"
    if returning:
        text += f" RETURNING {returning}"
    cursor.execute(text, [as_json(rows)])
    return cursor.fetchall() if returning else []


def update(cursor: Cursor, table: str, rows: Sequence[Record], *, key: Sequence[str]) -> int:
    """Update a batch by key columns; every other column of the rows is set. Returns the rows touched."""
    if not rows:
        return 0
    names = [name for name in rows[0] if name not in key]
    sets = ", ".join(f'"{name}" = new."{name}"' for name in names)
    where = " AND ".join(f'old."{name}" = new."{name}"' for name in key)
    cursor.execute(
        f"UPDATE {table} old SET {sets} FROM json_populate_recordset(NULL::{table}, %s::json) new WHERE {where}",
        [as_json(rows)],
    )
    return cursor.rowcount


JSON_TYPES = frozenset({114, 3802})  # json and jsonb: Django hands them on as text


def dicts(cursor: Any) -> list[dict[str, Any]]:
    """The rows of the last statement as dictionaries, json columns read."""
    names = [column[0] for column in cursor.description]
    documents = [column[0] for column in cursor.description if column[1] in JSON_TYPES]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        for name in documents:
            if isinstance(row[name], str):
                row[name] = orjson.loads(row[name])
    return rows
