"""Reads of the directory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts


def providers() -> list[dict[str, Any]]:
    """Every provider, by slug."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM directory_provider ORDER BY slug")
    return dicts(cursor)


def provider(slug: str) -> dict[str, Any]:
    """One provider by slug."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM directory_provider WHERE slug = %s", [slug])
    found = dicts(cursor)
    if not found:
        raise NotFoundError(f"there is no provider {slug} in the directory")
    return found[0]


def platforms() -> list[dict[str, Any]]:
    """Every platform with its provider's slug (None when nobody is known), by slug."""
    cursor = current().cursor
    cursor.execute(
        "SELECT p.*, r.slug AS provider FROM directory_platform p"
        " LEFT JOIN directory_provider r ON r.id = p.provider_id ORDER BY p.slug"
    )
    return dicts(cursor)


def provider_of_platforms() -> dict[str, UUID]:
    """Platform slug -> provider id, for those that have one."""
    cursor = current().cursor
    cursor.execute("SELECT slug, provider_id FROM directory_platform WHERE provider_id IS NOT NULL")
    return dict(cursor.fetchall())


def organisations() -> list[dict[str, Any]]:
    """Every group and outlet, by slug."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM directory_organisation ORDER BY slug")
    return dicts(cursor)
