"""Which rows the ledger watches, and the digest of a row version, said in SQL and in Python.

Digest = SHA-256(salt ‖ text), where the text is the JSON list of the table's name and of every column of its shape in order,
all of them as texts: numbers, booleans and uuid as PostgreSQL prints them, time as whole microseconds since 1970, bytes as hex,
lists and documents as jsonb prints them; NULL is null. Nothing stands between the members but a comma, and of the characters
only what JSON demands is escaped: what PostgreSQL's ``array_to_json(ARRAY[table, column, ...])`` prints. From a table's second
shape on the list begins with ``table/number``, so that no two shapes can print the same text. The salt is the leaf's own, so
that a digest of a row with a public address cannot be guessed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from openiru.foundation.ledger.shapes import SHAPES, Plain

#: Rows of these apps are the log itself, its projections, made by the queue, or what signing in needs before anybody acts.
UNWATCHED_APPS = frozenset(
    {
        *("ledger", "procrastinate"),
        *("account", "auth", "contenttypes", "mfa", "sessions", "socialaccount"),
    }
)
UNWATCHED_TABLES = frozenset(
    {
        "registry_standing",  # projection
        "registry_mark",  # projection
        "verification_due",  # a plan, not a fact
        "assessment_claim",  # a lease of minutes
        "assessment_savedsearch",  # filters with a name
        "assessment_opened",  # one's own exposure: it is nobody's to prove anything with
        "people_account",  # a door, no act: who went through it stands in people_token
        "people_invitation",  # used before anybody acts; that it was made is an event
    }
)
#: As a number of a shape: the last one, which every writer uses.
NEWEST = 0


@cache
def watched() -> dict[str, tuple[str, ...]]:
    """Table -> its columns in the order of its newest shape, for every table the ledger watches."""
    return {table: tuple(shapes[-1].columns) for table, shapes in SHAPES.items()}


_PRINTED = {
    "": "{}",
    "time": "(extract(epoch FROM {}) * 1000000)::bigint",
    "hex": "encode({}, 'hex')",
    "json": "to_jsonb({})",  # one spelling of lists and documents: jsonb's
}


def _column_sql(column: str, kind: str, alias: str) -> str:
    return _PRINTED[kind].format(f'{alias}."{column}"')


def _number(table: str, shape: int) -> int:
    return shape or len(SHAPES[table])


def _name(table: str, shape: int) -> str:
    return table if shape == 1 else f"{table}/{shape}"


def digest_sql(table: str, alias: str, salt: str, shape: int = NEWEST) -> str:
    """The SQL expression of a row's digest (hex text); ``salt`` is an SQL expression of type bytea."""
    number = _number(table, shape)
    columns = SHAPES[table][number - 1].columns
    parts = ", ".join(
        [f"'{_name(table, number)}'"]
        + [f"{_column_sql(name, kind, alias)}::text" for name, kind in columns.items()]
    )
    return f"encode(sha256({salt} || convert_to(array_to_json(ARRAY[{parts}])::text, 'UTF8')), 'hex')"


def fits_sql(table: str, alias: str, salt: str, digest: str) -> str:
    """The SQL condition that a row is what ``digest`` (an SQL expression, hex) was made of, in any shape it may have had then.

    The newest shape comes first. In an older one the columns that it did not have must still hold what the migration gave them.
    For a statement with parameters: a percent sign is doubled.
    """
    shapes = SHAPES[table]
    ways = [f"{digest_sql(table, alias, salt)} = {digest}"]
    later: dict[str, Plain] = {}
    for number in range(len(shapes) - 1, 0, -1):
        later |= shapes[number].before
        if shapes[number - 1].columns.keys() <= shapes[-1].columns.keys():
            untouched = [
                _still(column, value, shapes[-1].columns[column], alias)
                for column, value in sorted(later.items())
                if column in shapes[-1].columns
            ]
            ways.append(" AND ".join([f"{digest_sql(table, alias, salt, number)} = {digest}", *untouched]))
    return "(" + " OR ".join(f"({way})" for way in ways) + ")"


def _still(column: str, value: Plain, kind: str, alias: str) -> str:
    said = json.dumps(value).replace("'", "''").replace("%", "%%")
    return f"coalesce(to_jsonb({_column_sql(column, kind, alias)}), 'null') = '{said}'::jsonb"


def digest(table: str, row: dict[str, Any], salt: bytes, shape: int = NEWEST) -> str:
    """The same digest from Python values; an independent second implementation for tests and outsiders."""
    number = _number(table, shape)
    columns = SHAPES[table][number - 1].columns
    values = [_name(table, number), *(_text(row[column], kind) for column, kind in columns.items())]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(salt + text.encode()).hexdigest()


def _text(value: Any, kind: str = "") -> str | None:
    if value is None:
        return None
    if kind == "json":
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        delta = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return str((delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(value).lower() if isinstance(value, bool) else str(value)


def id_column(table: str) -> str:
    """The column that names a row in a leaf: ``id``, or the only key column."""
    return "id" if "id" in watched()[table] else "sole"


def known(tables: Iterable[str]) -> None:
    """An error of ours when a command names a table that the ledger does not watch."""
    unknown = set(tables) - set(watched())
    if unknown:
        raise KeyError(f"not watched by the ledger: {sorted(unknown)}")
