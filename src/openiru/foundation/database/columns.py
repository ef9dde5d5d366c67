"""Big batches by column: one JSON list a column, what is the same in every row as a plain parameter.

Against one list of objects (see bulk.py) this halves what the server spends on reading, since no name is repeated and no
object is built.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import orjson
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models


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
    text = f"INSERT INTO {table} AS t ({names}) SELECT {plain}{constants} FROM {unnested(types, 's', list(values))}"
    text += f" ON CONFLICT {conflict}" if conflict else ""
    text += f" RETURNING {returning}" if returning else ""
    return Statement(text, [*same.values(), *(as_list(values[name]) for name in values)])


@cache
def _arrays(table: str) -> frozenset[str]:
    return frozenset(name for name, kind in types_of(table).items() if kind.endswith("[]"))


def array_text(values: Sequence[str]) -> str:
    """A list of texts as PostgreSQL writes an array."""
    return "{" + ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values) + "}"
