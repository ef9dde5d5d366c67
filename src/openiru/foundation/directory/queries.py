"""Reads of the directory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts


def providers(*, after: str = "", limit: int | None = None) -> list[dict[str, Any]]:
    """Every provider, by slug; ``after``: the slug at which a page ended, ``limit``: the most rows (None: all)."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM directory_provider WHERE slug > %s ORDER BY slug LIMIT %s", [after, limit])
    return dicts(cursor)


def provider(slug: str) -> dict[str, Any]:
    """One provider by slug."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM directory_provider WHERE slug = %s", [slug])
    found = dicts(cursor)
    if not found:
        raise NotFoundError(f"there is no provider {slug} in the directory")
    return found[0]


def platforms(*, after: str = "", limit: int | None = None) -> list[dict[str, Any]]:
    """Every platform with its provider's slug (None when nobody is known), by slug."""
    cursor = current().cursor
    cursor.execute(
        "SELECT p.*, r.slug AS provider FROM directory_platform p"
        " LEFT JOIN directory_provider r ON r.id = p.provider_id WHERE p.slug > %s ORDER BY p.slug LIMIT %s",
        [after, limit],
    )
    return dicts(cursor)


def provider_of_platforms() -> dict[str, UUID]:
    """Platform slug -> provider id, for those that have one."""
    cursor = current().cursor
    cursor.execute("SELECT slug, provider_id FROM directory_platform WHERE provider_id IS NOT NULL")
    return dict(cursor.fetchall())


def organisations(*, after: str = "", limit: int | None = None) -> list[dict[str, Any]]:
    """Every group and outlet, by slug, with ``designated`` (by whom and when) and ``gap`` (what is missing, or "").

    An outlet stands under its group's designations where it has none of its own. Nothing is inferred beyond that: a
    group that nobody has designated, or a designation without its date or source, is a gap that people must see.
    """
    cursor = current().cursor
    cursor.execute(
        "SELECT o.*, g.designations AS of_group FROM directory_organisation o"
        " LEFT JOIN directory_organisation g ON g.slug = o.parent WHERE o.slug > %s ORDER BY o.slug LIMIT %s",
        [after, limit],
    )
    found = dicts(cursor)
    for row in found:
        above = row.pop("of_group") or []
        inherited = not row["designations"] and bool(above)
        acts = above if inherited else row["designations"]
        row["designated"] = [_act(one) + (f" (as {row['parent']})" if inherited else "") for one in acts]
        row["gap"] = _gap(acts)
    return found


def _act(designation: dict[str, Any]) -> str:
    return f"{_by(designation) or '?'} {designation.get('date') or '?'}"


def _by(designation: dict[str, Any]) -> Any:
    return designation.get("list") or designation.get("by")


def _gap(designations: list[dict[str, Any]]) -> str:
    if not designations:
        return "not designated"
    missing = [name for name in ("date", "source") if any(not one.get(name) for one in designations)]
    if not all(_by(one) for one in designations):
        missing.insert(0, "list")
    return f"without {', '.join(missing)}" if missing else ""
