"""Are the projections what the log says? They are made again from it beside the real ones, and the two are compared.

The projector's own statements run on temporary tables of the same names, which PostgreSQL finds before the real ones; the
transaction is taken back at the end whatever comes. As the owner, over one snapshot, like ledger verify.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.db import connections, transaction

from openiru.core.errors import IntegrityError
from openiru.foundation.registry.projector import SLICE, project

ALIAS: Final = "owner"
MAX_A_TABLE: Final = 200

#: Projection -> (its columns but id, of which the first names the row; where each row lies in the log).
COMPARED: Final = {
    "registry_standing": (
        "item_id, operation_id, from_index, to_index, state, milestones, platform, kind, language, organisation,"
        " work, referred_at, credits"
    ),
    "registry_mark": "subject_id, operation_id, from_index, to_index, what, item_id, unit_id, label",
}
_MISSING, _EXTRA, _OTHER = (
    "the log gives a row that is not there",
    "no event of the log gives this row",
    "the row is not what the log gives",
)

Fail = Callable[[str, object, int | None, str], None]
Progress = Callable[[str, int, int], None]


def check_projections(fail: Fail, progress: Progress) -> int:
    """Compare both projections with the log; the number of their rows. ``fail``: table, row, index in the log, what is wrong."""
    with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        _again(cursor, progress)
        rows = 0
        for table, columns in COMPARED.items():
            cursor.execute(f"SELECT count(*) FROM public.{table}")
            rows += int(cursor.fetchone()[0])
            _compare(cursor, table, columns, fail)
        transaction.set_rollback(True, using=ALIAS)
    return rows


def _again(cursor: Any, progress: Progress) -> None:
    for table in COMPARED:
        cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")
        cursor.execute("SELECT %s::regclass = %s::regclass", [table, f"pg_temp.{table}"])
        if not cursor.fetchone()[0]:
            raise IntegrityError("a rebuild beside the projections is not possible in this database")
    cursor.execute("SELECT count(*) FROM ledger_position")
    size = int(cursor.fetchone()[0])
    for first in range(0, size, SLICE):
        project(cursor, first, min(first + SLICE, size))
        progress("projections", min(first + SLICE, size), size)


def _compare(cursor: Any, table: str, columns: str, fail: Fail) -> None:
    """Both as bags of rows: a row that stands twice where the log gives it once is found as well."""
    row = columns.partition(",")[0]
    cursor.execute(
        f"SELECT {row}, from_index, sum(n) FROM (SELECT {columns}, 1 AS n FROM public.{table}"
        f" UNION ALL SELECT {columns}, -1 FROM pg_temp.{table}) x GROUP BY {columns} HAVING sum(n) <> 0"
        f" ORDER BY from_index, {row} LIMIT %s",
        [MAX_A_TABLE],
    )
    found: dict[tuple[object, int], set[bool]] = {}
    for name, index, surplus in cursor.fetchall():
        found.setdefault((name, index), set()).add(surplus > 0)
    for (name, index), signs in found.items():
        fail(table, name, index, _OTHER if len(signs) > 1 else _EXTRA if True in signs else _MISSING)
