"""Rows under the eyes of ledger verify: each watched row against the last leaf that names it, table by table, in SQL.

What the leaves say is gathered in two temporary tables, which are the only thing written: a read-only transaction may do that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import connections

from openiru.foundation.ledger.rows import fits_sql, id_column, watched
from openiru.foundation.ledger.verify_leaves import Fail

MAX_A_TABLE: Final = 200

_ROOM = """
CREATE TEMP TABLE IF NOT EXISTS verify_named (name text, row uuid, seq bigint, index bigint, digest text, salt text);
CREATE TEMP TABLE IF NOT EXISTS verify_last
  (name text, row uuid, index bigint, digest text, salt bytea, PRIMARY KEY (name, row))
"""


@contextmanager
def room_for_rows(alias: str) -> Iterator[None]:
    """The temporary tables, made before the read-only transaction begins and dropped after it."""
    with connections[alias].cursor() as cursor:
        for statement in _ROOM.split(";"):
            cursor.execute(statement)
        cursor.execute("TRUNCATE verify_named, verify_last")
    try:
        yield
    finally:
        with connections[alias].cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS verify_named, verify_last")


def collected(cursor: Any, named: Sequence[str]) -> None:
    """Keep what a slice of leaves says of rows."""
    if not named:
        return
    with cursor.copy("COPY verify_named FROM STDIN (NULL '')") as copy:
        copy.write("".join(named))


def gather(cursor: Any) -> None:
    """Of each row the last word: the leaf with the highest seq, since writers of one row wait for each other."""
    cursor.execute(
        "INSERT INTO verify_last SELECT DISTINCT ON (name, row) name, row, index, digest,"
        " decode(salt, 'hex') FROM verify_named ORDER BY name, row, seq DESC"
    )


def clear(cursor: Any) -> None:
    """Give the room back early."""
    cursor.execute("DELETE FROM verify_named")


def check_rows(cursor: Any, fail: Fail, progress: Callable[[str, int, int], None]) -> int:
    """Compare every watched table; the number of rows that were compared."""
    tables = [table for table in watched() if id_column(table) == "id"]
    cursor.execute("SELECT DISTINCT name FROM verify_last")
    for (name,) in cursor.fetchall():
        if name not in tables:
            fail(name, "", None, "a leaf names rows of a table that is not watched")
    rows = 0
    for number, table in enumerate(tables, 1):
        rows += _count(cursor, table)
        _differing(cursor, table, fail)
        _untold(cursor, table, fail)
        progress("tables", number, len(tables))
    return rows


def _count(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return int(cursor.fetchone()[0])


def _differing(cursor: Any, table: str, fail: Fail) -> None:
    """Rows that are gone or changed: they fit no shape they may have been written in.

    A leaf that cannot be opened has been told of already and says nothing here.
    """
    cursor.execute(
        f"SELECT v.row, v.index, t.id IS NULL FROM verify_last v LEFT JOIN {table} t ON t.id = v.row"
        f" WHERE v.name = %s AND (t.id IS NULL OR NOT {fits_sql(table, 't', 'v.salt', 'v.digest')})"
        " ORDER BY v.row LIMIT %s",
        [table, MAX_A_TABLE],
    )
    for row, index, gone in cursor.fetchall():
        fail(
            table,
            row,
            index,
            "the row is gone" if gone else "the row is not what the last leaf about it says",
        )


def _untold(cursor: Any, table: str, fail: Fail) -> None:
    cursor.execute(
        f"SELECT t.id FROM {table} t WHERE NOT EXISTS"
        " (SELECT FROM verify_last v WHERE v.name = %s AND v.row = t.id) ORDER BY t.id LIMIT %s",
        [table, MAX_A_TABLE],
    )
    for (row,) in cursor.fetchall():
        fail(table, row, None, "no leaf tells of this row: it was put in behind the ledger's back")


def check_clock(cursor: Any, said: dict[str, Any], fail: Fail) -> None:
    """The played clock has no id, so no leaf can name it: it is compared with the last event that set it."""
    cursor.execute("SELECT business_at, rate, runs_to FROM database_clock")
    row = cursor.fetchone()
    if row is None and not said:
        return
    if row is None or not said:
        fail(
            "database_clock", "sole", None, "the row is gone" if row is None else "no leaf tells of this row"
        )
    elif row != _clock_said(said):
        fail("database_clock", "sole", None, "the clock is not what the last event that set it says")


def _clock_said(said: dict[str, Any]) -> tuple[datetime, Decimal, datetime | None]:
    """From when the clock runs, how fast, and where it stops."""
    ends = datetime.fromisoformat(said["runs_to"]) if said["runs_to"] else None
    return datetime.fromisoformat(said["business"]), Decimal(said["rate"]), ends
