"""Reads of what needs another language: requests that any unit may take on, and translations beside the original."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts

_COLUMNS = (
    "r.id, r.item_id, r.language, r.wanted, r.note, r.requested_at, r.pseudonym, u.code AS unit, r.batch,"
    " r.taken_at, t.code AS taken_unit, r.taken_person_id = %s AS taken_own, r.person_id = %s AS own, r.done_at,"
    " r.withdrawn_at, i.key, i.canonical, i.platform, i.kind"
)
_FROM = (
    "assessment_languagerequest r JOIN registry_item i ON i.id = r.item_id JOIN people_unit u ON u.id = r.unit_id"
    " LEFT JOIN people_unit t ON t.id = r.taken_unit_id"
)


def requests(
    *, wanted: str = "", own: bool = False, limit: int = 50, after: UUID | None = None
) -> list[dict[str, Any]]:
    """Requests that are open, oldest first. ``wanted``: into this language; ``own``: only what one has taken on oneself."""
    now = current()
    now.cursor.execute(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE r.operation_id = %s AND r.withdrawn_at IS NULL AND r.done_at IS NULL"
        " AND (%s = '' OR r.wanted = %s) AND (NOT %s OR r.taken_person_id = %s)"
        " AND (%s::uuid IS NULL OR r.id > %s::uuid) ORDER BY r.id LIMIT %s",
        [
            now.by.person,
            now.by.person,
            now.by.operation,
            wanted,
            wanted,
            own,
            now.by.person,
            after,
            after,
            limit,
        ],
    )
    return dicts(now.cursor)


def request(which: UUID) -> dict[str, Any]:
    """One request; NotFoundError when it is not of this operation or not visible."""
    now = current()
    now.cursor.execute(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE r.operation_id = %s AND r.id = %s",
        [now.by.person, now.by.person, now.by.operation, which],
    )
    found = dicts(now.cursor)
    if not found:
        raise NotFoundError("there is no such request", where=str(which))
    return found[0]


def translations(items: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Translations of the words of items, oldest first, each by whom (unit and pseudonym) or by which machine."""
    now = current()
    now.cursor.execute(
        "SELECT t.item_id, t.wanted, t.text, t.machine, t.own_unit, t.made_at, t.pseudonym, u.code AS unit"
        " FROM assessment_translation t JOIN people_unit u ON u.id = t.unit_id"
        " WHERE t.operation_id = %s AND t.item_id = ANY(%s) ORDER BY t.id",
        [now.by.operation, list(items)],
    )
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in dicts(now.cursor):
        found.setdefault(row.pop("item_id"), []).append(row)
    return found
