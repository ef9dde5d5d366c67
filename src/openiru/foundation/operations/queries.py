"""Reads of the operations room."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError
from openiru.foundation.database.acting import SERVICE_PERSON, current
from openiru.foundation.database.bulk import dicts


def by_slug(slug: str) -> dict[str, Any]:
    """One operation, with its lead unit's code and its mandate's slug."""
    cursor = current().cursor
    cursor.execute(
        "SELECT o.*, u.code AS lead_code, m.slug AS mandate, m.act, m.article, m.kinds AS mandate_kinds"
        " FROM operations_operation o JOIN people_unit u ON u.id = o.lead_unit_id"
        " JOIN operations_mandate m ON m.id = o.mandate_id WHERE o.slug = %s",
        [slug],
    )
    found = dicts(cursor)
    if not found:
        raise NotFoundError(f"there is no operation {slug}", hint="openiru operation list shows them.")
    return found[0]


def own_by_slug(slug: str) -> dict[str, Any]:
    """The same for an operation in which the acting unit takes part. NotFoundError for others: it is not told that there are any."""
    found = by_slug(slug)
    now = current()
    now.cursor.execute(
        "SELECT EXISTS (SELECT FROM operations_participant WHERE operation_id = %s AND unit_id = %s)",
        [found["id"], now.by.unit],
    )
    if not now.cursor.fetchone()[0]:
        raise NotFoundError(f"there is no operation {slug}", hint="openiru operation list shows them.")
    return found


def by_id(operation: UUID) -> dict[str, Any]:
    """One operation by id."""
    cursor = current().cursor
    cursor.execute("SELECT slug FROM operations_operation WHERE id = %s", [operation])
    row = cursor.fetchone()
    if row is None:
        raise NotFoundError("no such operation")
    return by_slug(row[0])


def every() -> list[dict[str, Any]]:
    """All operations in which the acting unit takes part, newest first; the service sees every one."""
    now = current()
    now.cursor.execute(
        "SELECT o.*, u.code AS lead_code FROM operations_operation o JOIN people_unit u ON u.id = o.lead_unit_id"
        " WHERE %s OR EXISTS (SELECT FROM operations_participant p WHERE p.operation_id = o.id AND p.unit_id = %s)"
        " ORDER BY o.opens_at DESC, o.slug",
        [now.by.person == SERVICE_PERSON, now.by.unit],
    )
    return dicts(now.cursor)


def mandates() -> list[dict[str, Any]]:
    """The register of mandates by slug; ``confirmed_at`` is None while an entry waits for its second person."""
    cursor = current().cursor
    cursor.execute(
        "SELECT id, slug, act, article, authority, kinds, proposed_at, confirmed_at FROM operations_mandate ORDER BY slug"
    )
    return dicts(cursor)


def participants(operation: UUID) -> list[dict[str, Any]]:
    """Who takes part, units first by code."""
    cursor = current().cursor
    cursor.execute(
        "SELECT p.*, u.code, u.name, u.contact, u.legal_profile FROM operations_participant p"
        " LEFT JOIN people_unit u ON u.id = p.unit_id WHERE p.operation_id = %s ORDER BY u.code NULLS LAST, p.authority",
        [operation],
    )
    return dicts(cursor)


def phases(operation: UUID) -> list[dict[str, Any]]:
    """The phase windows in the order of their beginning."""
    cursor = current().cursor
    cursor.execute(
        "SELECT * FROM operations_phasewindow WHERE operation_id = %s ORDER BY starts_at, ends_at",
        [operation],
    )
    return dicts(cursor)


def require_open(operation: UUID) -> dict[str, Any]:
    """The operation, or ConflictError when it is closed."""
    found = by_id(operation)
    if found["closed_at"] is not None:
        raise ConflictError(f"the operation {found['slug']} is closed", hint="Nothing new comes into it.")
    return found
