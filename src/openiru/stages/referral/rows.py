"""The rows of referrals as commands use them: read under lock, written with the leaf that tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from openiru.core.errors import NotFoundError
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_id


def locked(now: Now, referrals: Sequence[UUID]) -> list[dict[str, Any]]:
    """The referrals, locked in the order of their ids, with the provider's row. NotFoundError when one is not of this operation."""
    wanted = sorted(set(referrals))
    now.cursor.execute(
        "SELECT r.*, iru.undo_left(r.undo_until) AS undo_left, p.slug AS provider, p.name AS provider_name,"
        " p.country AS provider_country, p.zone, p.hours"
        " FROM referral_referral r JOIN directory_provider p ON p.id = r.provider_id"
        " WHERE r.id = ANY(%s) ORDER BY r.id FOR UPDATE OF r",
        [wanted],
    )
    rows = dicts(now.cursor)
    if len(rows) != len(wanted):
        raise NotFoundError("no such referral in this operation")
    return rows


def one_locked(now: Now, referral: UUID) -> dict[str, Any]:
    """One of them."""
    return locked(now, [referral])[0]


def live_lines(now: Now, referrals: Sequence[UUID]) -> list[dict[str, Any]]:
    """Lines that were not withdrawn, by referral and number, with what their items are now."""
    now.cursor.execute(
        "SELECT l.*, i.key, oi.state, oi.milestones, oi.basis_digest AS basis_now FROM referral_line l"
        " JOIN registry_item i ON i.id = l.item_id"
        " JOIN registry_operationitem oi ON oi.item_id = l.item_id AND oi.operation_id = l.operation_id"
        " WHERE l.referral_id = ANY(%s) AND l.withdrawn_at IS NULL ORDER BY l.referral_id, l.number",
        [list(referrals)],
    )
    return dicts(now.cursor)


def write_delivery(now: Now, row: dict[str, Any], state: DeliveryState, detail: str) -> UUID:
    """One row of what was tried and said; the fence is that of ``row``."""
    new = new_id()
    insert(
        now.cursor,
        "referral_delivery",
        [
            {
                "id": new,
                "operation_id": now.by.operation,
                "referral_id": row["id"],
                "fence": row["fence"],
                "state": state.value,
                "detail": detail[:2_000],
                "at": now.at,
            }
        ],
    )
    return new


def set_referral(now: Now, row: dict[str, Any], **values: Any) -> None:
    """Change columns of a referral that is locked; ``row`` is brought up to date as well."""
    sets = ", ".join(f"{name} = %s" for name in values)
    now.cursor.execute(f"UPDATE referral_referral SET {sets} WHERE id = %s", [*values.values(), row["id"]])
    row.update(values)
