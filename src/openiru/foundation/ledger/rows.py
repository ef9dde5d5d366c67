"""Which rows the ledger watches, and the digest of a row version, said in SQL and in Python.

Digest = SHA-256(salt ‖ text), where the text is what PostgreSQL prints of ``json_build_array(table, column, ...)`` in
the order of the columns: text, numbers, booleans and null as JSON has them, uuid as text, time as whole microseconds
since 1970, bytes as hex, lists and documents as jsonb prints them. The salt is the leaf's own, so that a digest of a row with a
public address cannot be guessed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

#: Rows of these apps are the log itself, its projections, or made by the queue.
UNWATCHED_APPS = frozenset({"ledger", "procrastinate"})
UNWATCHED_TABLES = frozenset(
    {
        "registry_standing",  # projection
        "registry_mark",  # projection
        "verification_due",  # a plan, not a fact
    }
)


@cache
def watched() -> dict[str, tuple[str, ...]]:
    """Table -> its columns in a fixed order, for every table the ledger watches."""
    tables: dict[str, tuple[str, ...]] = {}
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's documented model API
        if meta.app_label in UNWATCHED_APPS or meta.db_table in UNWATCHED_TABLES:
            continue
        tables[meta.db_table] = tuple(sorted(str(field.column) for field in meta.local_concrete_fields))
    return tables


def _column_sql(table: str, column: str, alias: str) -> str:
    field = _fields(table)[column]
    name = f'{alias}."{column}"'
    if isinstance(field, models.DateTimeField):
        return f"(extract(epoch FROM {name}) * 1000000)::bigint"
    if isinstance(field, models.BinaryField):
        return f"encode({name}, 'hex')"
    if isinstance(field, ArrayField | models.JSONField):
        return f"to_jsonb({name})"  # one spelling of lists and documents: jsonb's
    return name


@cache
def _fields(table: str) -> dict[str, models.Field[Any, Any]]:
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's documented model API
        if meta.db_table == table:
            return {str(field.column): field for field in meta.local_concrete_fields}
    raise KeyError(table)


def digest_sql(table: str, alias: str, salt: str) -> str:
    """The SQL expression of a row's digest (hex text); ``salt`` is an SQL expression of type bytea."""
    parts = ", ".join([f"'{table}'"] + [_column_sql(table, column, alias) for column in watched()[table]])
    return f"encode(sha256({salt} || convert_to(json_build_array({parts})::text, 'UTF8')), 'hex')"


def digest(table: str, row: dict[str, Any], salt: bytes) -> str:
    """The same digest from Python values; an independent second implementation for tests and outsiders."""
    values: list[object] = [table]
    values += [_plain(row[column]) for column in watched()[table]]
    text = json.dumps(values, ensure_ascii=False)
    return hashlib.sha256(salt + text.encode()).hexdigest()


def _plain(value: Any) -> object:
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        delta = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def id_column(table: str) -> str:
    """The column that names a row in a leaf: ``id``, or the only key column."""
    return "id" if "id" in watched()[table] else "sole"


def known(tables: Iterable[str]) -> None:
    """An error of ours when a command names a table that the ledger does not watch."""
    unknown = set(tables) - set(watched())
    if unknown:
        raise KeyError(f"not watched by the ledger: {sorted(unknown)}")
