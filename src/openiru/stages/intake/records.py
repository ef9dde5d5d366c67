"""Reads page by page: imports and the rows they refused; and of one item, what its contributors said of it.

One's own unit's rows are shown whole; of others only the words, as far as their markings let them in.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

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
