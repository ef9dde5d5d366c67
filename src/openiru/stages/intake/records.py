"""Reads page by page: imports and the rows they refused; and of one item, what its contributors said of it.

One's own unit's rows are shown whole; of others only the words, as far as their markings let them in.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from openiru.core.lifecycle import TABLE, State, Step
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts

#: So many contributions of one item are shown.
SHOWN: Final = 500


def own_contributions(item: UUID) -> list[dict[str, Any]]:
    """Standing contributions of the acting unit to an item and to the shorteners that lead to it, oldest first."""
    now = current()
    now.cursor.execute(
        "SELECT c.id, c.import_id, c.number, c.raw, c.seen_at, c.seen_zone, c.posted_at, c.contributed_at, c.reason, c.quote,"
        " c.translation, c.place, c.title, c.language, c.organisation, c.brand, c.account, c.digest, c.tlp, c.pap,"
        " c.restriction, c.views, c.source_ref, c.note FROM intake_contribution c"
        " WHERE c.operation_id = %s AND c.undone_at IS NULL AND c.item_id IN (SELECT %s::uuid UNION"
        "  SELECT i.id FROM registry_alias a JOIN registry_item i ON i.key = a.key WHERE a.item_id = %s)"
        " ORDER BY c.contributed_at, c.id LIMIT %s",
        [now.by.operation, item, item, SHOWN],
    )
    return dicts(now.cursor)


def words_of(item: UUID) -> list[dict[str, Any]]:
    """What contributors, unnamed, said of an item, as an assessor is shown it: own rows, and what others' markings let in."""
    cursor = current().cursor
    cursor.execute(
        "SELECT title, quote, translation, place, language, seen_at FROM iru.shown(%s) LIMIT %s",
        [[item], SHOWN],
    )
    return dicts(cursor)


def imports(
    *, only: UUID | None = None, after: UUID | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """The acting unit's imports into the acting operation, newest first; ``after``: those behind this one."""
    now = current()
    now.cursor.execute(
        "SELECT id, file_name, file_digest, format, encoding, purpose, counts, notes, imported_at, undone_at"
        " FROM intake_import WHERE operation_id = %s AND (%s::uuid IS NULL OR id = %s)"
        " AND (%s::uuid IS NULL OR (imported_at, id) < (SELECT i.imported_at, i.id FROM intake_import i WHERE i.id = %s))"
        " ORDER BY imported_at DESC, id DESC LIMIT %s",
        [now.by.operation, only, only, after, after, limit],
    )
    return dicts(now.cursor)


def refused_rows(
    import_id: UUID, *, after: UUID | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Rows that an import of the acting unit refused, by number; ``after``: those behind this one."""
    cursor = current().cursor
    cursor.execute(
        "SELECT id, number AS row, code, reason, excerpt FROM intake_refusedrow WHERE import_id = %s"
        " AND (%s::uuid IS NULL OR (number, id) > (SELECT r.number, r.id FROM intake_refusedrow r WHERE r.id = %s))"
        " ORDER BY number, id LIMIT %s",
        [import_id, after, after, limit],
    )
    return dicts(cursor)


def brought(
    import_id: UUID, *, after: tuple[int, UUID] | None = None, limit: int = 50
) -> list[dict[str, Any]]:
    """What an import of the acting unit brought, by row: number, the address as written, its item and where that stands.

    ``after``: number and id of the row before.
    """
    number, last = after or (None, None)
    cursor = current().cursor
    cursor.execute(
        "SELECT c.number, c.id, c.raw, c.undone_at, c.item_id, i.key, i.platform, i.kind, oi.state, oi.milestones"
        " FROM intake_contribution c JOIN registry_operationitem oi ON oi.item_id = c.item_id"
        "  AND oi.operation_id = c.operation_id JOIN registry_item i ON i.id = c.item_id"
        " WHERE c.import_id = %s AND (%s::int IS NULL OR (c.number, c.id) > (%s::int, %s::uuid))"
        " ORDER BY c.number, c.id LIMIT %s",
        [import_id, number, number, last, limit],
    )
    return dicts(cursor)


def before_undo(import_id: UUID) -> dict[str, int]:
    """What taking an import back would do: contributions that would count no more, items undone, items that stay."""
    now = current()
    now.cursor.execute(
        "WITH gone AS (SELECT c.item_id, count(*) AS n FROM intake_contribution c"
        "  WHERE c.import_id = %s AND c.undone_at IS NULL GROUP BY 1),"
        " stood AS (SELECT g.n, coalesce(f.item_id, g.item_id) AS item_id FROM gone g"
        "  JOIN registry_item i ON i.id = g.item_id LEFT JOIN registry_alias f ON f.key = i.key),"
        " each AS (SELECT item_id, sum(n) AS n FROM stood GROUP BY 1)"
        " SELECT e.item_id, e.n, oi.state, (SELECT coalesce(sum(n), 0) FROM gone) FROM each e"
        " JOIN registry_operationitem oi ON oi.item_id = e.item_id",
        [import_id],
    )
    rows = now.cursor.fetchall()
    now.cursor.execute("SELECT item_id, n FROM iru.standing_contributions(%s)", [[row[0] for row in rows]])
    standing: dict[UUID, int] = dict(now.cursor.fetchall())
    undone = sum(
        standing.get(item, 0) <= n and Step.UNDO in TABLE[State(state)] for item, n, state, _ in rows
    )
    return {
        "contributions": int(rows[0][3]) if rows else 0,
        "items_undone": undone,
        "items_stay": len(rows) - undone,
    }
