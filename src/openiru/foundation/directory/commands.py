"""Writes of the directory: providers, platforms, organisations, in batches, by slug."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from uuid import UUID

from openiru.core.errors import UsageError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require

PROVIDER_FIELDS = {
    "slug": "",
    "name": "",
    "country": "",
    "zone": "UTC",
    "hours": "",
    "channel": "transcript",
    "address": "",
    "languages": [],
    "max_lines": 500,
    "rule": "",
}
PLATFORM_FIELDS = {"slug": "", "name": "", "control_alive": "", "control_dead": ""}
NOTHING: Mapping[str, str] = MappingProxyType({})
ORGANISATION_FIELDS = {"slug": "", "name": "", "kind": "group", "parent": "", "designations": []}


def _rows(now: Now, given: Sequence[dict[str, Any]], fields: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    if len({one.get("slug") for one in given}) != len(given):
        raise UsageError("an entry of the directory is given twice", hint="Name each slug once.")
    for one, new in zip(given, new_ids(len(given)), strict=True):
        if not one.get("slug"):
            raise UsageError("an entry of the directory needs a slug", where=str(one)[:80])
        row = {name: one.get(name, default) for name, default in fields.items()}
        rows.append(row | {"id": new, "name": one.get("name") or one["slug"], "added_at": now.at})
    return rows


def _upsert(
    now: Now, table: str, rows: list[dict[str, Any]], event: EventType, labels: Mapping[str, str] = NOTHING
) -> dict[str, UUID]:
    """Insert by slug, or bring what is there up to date; slug -> id. ``labels``: what the log says of a slug, else the slug."""
    if not rows:
        return {}
    kept = {"id", "slug", "added_at"}
    if table == "directory_organisation":
        kept |= {"kind", "parent"}
    sets = ", ".join(f"{name} = excluded.{name}" for name in rows[0] if name not in kept)
    written = insert(now.cursor, table, rows, conflict=f"(slug) DO UPDATE SET {sets}", returning="slug, id")
    record(
        now,
        [
            Entry(event, one, {"slug": slug, "label": labels.get(slug, slug)}, ((table, one),))
            for slug, one in written
        ],
    )
    return dict(written)


def load_directory(
    *,
    by: By,
    providers: Sequence[dict[str, Any]] = (),
    platforms: Sequence[dict[str, Any]] = (),
    organisations: Sequence[dict[str, Any]] = (),
) -> dict[str, int]:
    """Bring providers, platforms (with ``provider``: slug) and organisations into the directory; counts of each.

    Fields that are absent get the defaults of ``*_FIELDS``; a slug that is there already is brought up to date.
    """
    with acting(by) as now:
        require(now, "directory.edit")
        _upsert(now, "directory_provider", _rows(now, providers, PROVIDER_FIELDS), EventType.PROVIDER_ADDED)
        now.cursor.execute("SELECT slug, id FROM directory_provider")
        ids = dict(now.cursor.fetchall())
        rows = _rows(now, platforms, PLATFORM_FIELDS)
        for row, given in zip(rows, platforms, strict=True):
            slug = given.get("provider") or ""
            if slug and slug not in ids:
                raise UsageError(f"the platform {row['slug']} names a provider {slug} that is not there")
            row["provider_id"] = ids.get(slug)
        # Figures ask the log which provider a platform had, so that a later change of hands alters no figure of before.
        hosts = {str(one["slug"]): f"{one['slug']}|{one.get('provider') or ''}" for one in platforms}
        _upsert(now, "directory_platform", rows, EventType.PLATFORM_ADDED, hosts)
        _upsert(
            now,
            "directory_organisation",
            _rows(now, organisations, ORGANISATION_FIELDS),
            EventType.ORGANISATION_ADDED,
        )
    return {"providers": len(providers), "platforms": len(platforms), "organisations": len(organisations)}
