"""Reads of the registry: items of the acting operation, and what every stage may ask about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from openiru.core.errors import NotFoundError
from openiru.core.intake.marking import PAP_FORBIDS, Use
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Pap
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts

_COLUMNS = (
    "i.id, i.key, i.platform, i.kind, i.extent, i.canonical, i.host, i.account_key, i.needs_resolving,"
    " oi.id AS row_id, oi.operation_id, oi.state, oi.milestones, oi.language, oi.organisation, oi.brand, oi.flags,"
    " oi.basis_digest, oi.decided_at, oi.line_id, oi.referred_at, oi.answer, oi.outcome, oi.live_until, oi.gone_from"
)
_FROM = "registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"


def items(ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The items of the acting operation with these ids."""
    cursor = current().cursor
    cursor.execute(f"SELECT {_COLUMNS} FROM {_FROM} WHERE oi.item_id = ANY(%s)", [list(ids)])
    return {row["id"]: row for row in dicts(cursor)}


def by_key(key: str) -> dict[str, Any]:
    """One item of the acting operation by its key."""
    cursor = current().cursor
    cursor.execute(f"SELECT {_COLUMNS} FROM {_FROM} WHERE i.key = %s", [key])
    found = dicts(cursor)
    if not found:
        raise NotFoundError(
            f"no item {key} in this operation", hint="openiru address shows the key of an address."
        )
    return found[0]


def page(
    *,
    states: Sequence[State] = (),
    platform: str = "",
    after_key: str = "",
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Items of the acting operation by key, keyset paging (``after_key`` is the last key of the page before)."""
    cursor = current().cursor
    cursor.execute(
        f"SELECT {_COLUMNS} FROM {_FROM} WHERE i.key > %s"
        " AND (%s::text[] = '{}' OR oi.state = ANY(%s::text[])) AND (%s = '' OR i.platform = %s)"
        " ORDER BY i.key LIMIT %s",
        [after_key, [s.value for s in states], [s.value for s in states], platform, platform, limit],
    )
    return dicts(cursor)


def in_state(states: Sequence[State], *, limit: int = 1_000_000) -> list[dict[str, Any]]:
    """All items of the acting operation in the given states, by key."""
    return page(states=states, limit=limit)


def timeline(item: UUID) -> list[dict[str, Any]]:
    """Every event of an item in the acting operation: index in the log (None: not yet), type, body, payload."""
    cursor = current().cursor
    cursor.execute("SELECT index, id, type, body, payload FROM iru.timeline(%s)", [item])
    return dicts(cursor)


def earlier(ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Earlier referrals of these items in any operation, with outcome, without saying whose."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM iru.earlier(%s)", [list(ids)])
    return dicts(cursor)


def not_to_be_looked_at(ids: Sequence[UUID]) -> set[UUID]:
    """Items that may not be looked at online: PAP of a contribution says that the other side must notice nothing."""
    cursor = current().cursor
    cursor.execute("SELECT item_id, paps FROM iru.markings(%s)", [list(ids)])
    return {
        item
        for item, paps in cursor.fetchall()
        if any(Use.LOOK_ONLINE in PAP_FORBIDS[Pap(pap)] for pap in paps)
    }
