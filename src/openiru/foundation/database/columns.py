"""Big batches by column: one JSON list a column, what is the same in every row as a plain parameter, digests on the way back.

Against one list of objects (see bulk.py) this halves what the server spends on reading, since no name is repeated and no
object is built. A row's digest for the ledger is asked of the very row that was written, in the statement that writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from openiru.foundation.database.bulk import Cursor


def as_list(values: Iterable[object]) -> str:
    """One column as JSON text; NULs cannot stand in it: readers replace them, and preparation refuses them."""
    return orjson.dumps(
        values if isinstance(values, list) else list(values), option=orjson.OPT_UTC_Z
    ).decode()


def unnested(types: Mapping[str, str], name: str, given: Sequence[str]) -> str:
    """``(SELECT ...) AS name``: as many rows as the lists are long, columns ``given`` cast to their types."""
    calls = ", ".join(["json_array_elements_text(%s::json)"] * len(given))
    casts = ", ".join([f'"{column}"::{types[column]} AS "{column}"' for column in given])
    columns = ", ".join([f'"{column}"' for column in given])
    return f"(SELECT {casts} FROM ROWS FROM ({calls}) AS x({columns})) AS {name}"


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


def insert_columns(
    cursor: Cursor,
    table: str,
    columns: Mapping[str, Sequence[object]],
    *,
    fixed: Mapping[str, object],
    conflict: str = "",
    returning: str = "",
    digest: str = "",
    salts: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Insert a batch. ``columns``: values by column, all of one length; ``fixed``: the same in every row.

    ``returning``: expressions over the written row ``t``. ``digest``: one more, over ``t`` and ``s.salt``, with ``salts``
    (hex) in the order of the rows; the table's ``id`` ties them. Arrays go in as PostgreSQL writes them (``{a,b}``).
    """
    types = types_of(table)
    values = {name: list(column) for name, column in columns.items()}
    same = dict(fixed)
    for name in [n for n, v in values.items() if n != "id" and v and v.count(v[0]) == len(v)]:
        same[name] = values.pop(name)[0]
    if wrong := (_whole(table) & values.keys()) - _arrays(table):
        raise KeyError(f"these cannot be given by column: {sorted(wrong)}")
    names = ", ".join(f'"{name}"' for name in (*values, *same))
    given = types | {"salt": "text"}
    lists = [*values, *(["salt"] if digest else [])]
    constants = "".join(f", %s::{types[name]}" for name in same)
    plain = ", ".join(f's."{name}"' for name in values)
    source = unnested(given, "s" if not digest else "n", lists)
    params = [as_list(values[name]) for name in values] + ([as_list(salts)] if digest else [])
    if not digest:
        text = f"INSERT INTO {table} AS t ({names}) SELECT {plain}{constants} FROM {source}"
        text += f" ON CONFLICT {conflict}" if conflict else ""
        text += f" RETURNING {returning}" if returning else ""
        cursor.execute(text, [*same.values(), *params])
        return cursor.fetchall() if returning else []
    text = (
        f"WITH s AS MATERIALIZED (SELECT * FROM {source}),"
        f" t AS (INSERT INTO {table} ({names}) SELECT {plain}{constants} FROM s"
        + (f" ON CONFLICT {conflict}" if conflict else "")
        + f" RETURNING *) SELECT {returning}, {digest} FROM t JOIN s ON s.id = t.id"
    )
    cursor.execute(text, [*params, *same.values()])
    return cursor.fetchall()


@cache
def _arrays(table: str) -> frozenset[str]:
    return frozenset(name for name, kind in types_of(table).items() if kind.endswith("[]"))


def array_text(values: Sequence[str]) -> str:
    """A list of texts as PostgreSQL writes an array."""
    return "{" + ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values) + "}"
