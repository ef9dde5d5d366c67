"""Reads of referrals: what is prepared, what waits, exactly what will be sent, what was answered, who is silent."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from openiru.core.errors import NotFoundError
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.registry import queries as registry

S = DeliveryState
#: What still stands before us: to be let go, to be sent, or to be settled by a person.
OUTBOX = (S.PREPARED, S.SENDING, S.DEFERRED, S.BOUNCED, S.UNKNOWN)
TASK = "referral.deliver"
MOST_FAILURES = 5

#: A letter about a referral has no lines of its own: it concerns those that its file names, which is what the provider reads.
_CONCERNED = "convert_from(decode(r.letter #>> '{attachments,0,base64}', 'base64'), 'UTF8')::json -> 'lines'"
#: A referral or a letter about one, with whom it concerns and how many lines.
HEAD = (
    "SELECT r.id, r.reference, r.kind, r.state, r.channel, r.instrument, r.urgent, r.not_before, r.prepared_at,"
    " r.released_at, iru.undo_left(r.undo_until) AS undo_left, r.sent_at, r.message_id, r.letter_digest, r.replaces,"
    " p.slug AS provider, d.code AS deciding_unit,"
    " s.code AS sending_unit, CASE WHEN r.kind = 'referral' THEN"
    " (SELECT count(*) FROM referral_line l WHERE l.referral_id = r.id)"
    f" ELSE json_array_length({_CONCERNED}) END AS lines,"
    " (SELECT count(*) FROM referral_line l WHERE l.referral_id = r.id AND l.withdrawn_at IS NOT NULL) AS withdrawn"
    " FROM referral_referral r JOIN directory_provider p ON p.id = r.provider_id"
    " JOIN people_unit d ON d.id = r.deciding_unit_id JOIN people_unit s ON s.id = r.sending_unit_id"
)


def batches(
    *,
    states: Sequence[DeliveryState] = (),
    provider: str = "",
    after: UUID | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Referrals and letters about them of the acting operation, in the order of their making.

    ``after`` is the id at which a page ended, ``limit`` the most rows (None: all), here and in the other lists.
    """
    cursor = current().cursor
    wanted = [state.value for state in states]
    cursor.execute(
        f"{HEAD} WHERE (%s::text[] = '{{}}' OR r.state = ANY(%s::text[])) AND (%s = '' OR p.slug = %s)"
        " AND (%s::uuid IS NULL OR r.id > %s::uuid) ORDER BY r.id LIMIT %s",
        [wanted, wanted, provider, provider, after, after, limit],
    )
    return dicts(cursor)


def outbox(*, after: UUID | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """What was prepared and has not arrived, with the last thing that was said of it."""
    rows = batches(states=OUTBOX, after=after, limit=limit)
    last = {row["referral_id"]: row for row in deliveries([row["id"] for row in rows])}
    return [{**row, "detail": last[row["id"]]["detail"] if row["id"] in last else ""} for row in rows]


def by_reference(reference: str) -> dict[str, Any]:
    """One referral by its reference; NotFoundError when this operation has none."""
    cursor = current().cursor
    cursor.execute(f"{HEAD} WHERE r.reference = %s", [reference])
    found = dicts(cursor)
    if not found:
        raise NotFoundError(f"there is no referral {reference} in this operation")
    return found[0]


def ids_of(references: Sequence[str]) -> list[UUID]:
    """The ids of referrals, in the order given; NotFoundError for one that this operation does not have."""
    cursor = current().cursor
    cursor.execute(
        "SELECT reference, id FROM referral_referral WHERE reference = ANY(%s)", [list(references)]
    )
    found: dict[str, UUID] = dict(cursor.fetchall())
    if missing := [one for one in references if one not in found]:
        raise NotFoundError(f"there is no referral {missing[0]} in this operation")
    return [found[one] for one in references]


def reference_of(referral: UUID) -> str:
    """The reference of a referral or a letter about one; NotFoundError when this operation has none with this id."""
    cursor = current().cursor
    cursor.execute("SELECT reference FROM referral_referral WHERE id = %s", [referral])
    row = cursor.fetchone()
    if row is None:
        raise NotFoundError("there is no such referral in this operation")
    return str(row[0])


def lines(referral: UUID) -> list[dict[str, Any]]:
    """The lines of a referral by number, each with its item's standing. ``both`` are the assessments it stands on."""
    cursor = current().cursor
    cursor.execute(
        "SELECT l.id, l.number, l.item_id, i.key, i.canonical, i.kind, l.extent, l.basis_digest, l.withdrawn_at,"
        " l.withdrawn_why, ARRAY[l.a_id, l.b_id] AS both, oi.state, oi.answer, oi.outcome"
        " FROM referral_line l JOIN registry_item i ON i.id = l.item_id"
        " JOIN registry_operationitem oi ON oi.item_id = l.item_id AND oi.operation_id = l.operation_id"
        " WHERE l.referral_id = %s ORDER BY l.number",
        [referral],
    )
    return dicts(cursor)


def letter(reference: str) -> dict[str, Any]:
    """Exactly what will be, or was, sent: head, text, and the attachments as text."""
    cursor = current().cursor
    cursor.execute("SELECT letter FROM referral_referral WHERE reference = %s", [reference])
    found = dicts(cursor)
    if not found:
        raise NotFoundError(f"there is no referral {reference} in this operation")
    plain: dict[str, Any] = dict(found[0]["letter"])
    plain["attachments"] = [
        {
            "name": one["name"],
            "media_type": one["media_type"],
            "text": base64.b64decode(one["base64"]).decode(),
        }
        for one in plain["attachments"]
    ]
    return plain


def deliveries(referrals: Sequence[UUID]) -> list[dict[str, Any]]:
    """Every try to send these, oldest first."""
    cursor = current().cursor
    cursor.execute(
        "SELECT referral_id, fence, state, detail, at FROM referral_delivery WHERE referral_id = ANY(%s) ORDER BY id",
        [list(referrals)],
    )
    return dicts(cursor)


def due_to_send(at: datetime) -> list[UUID]:
    """Referrals that a person let go, whose time has come, and for which no job is on its way."""
    cursor = current().cursor
    cursor.execute(
        "SELECT r.id FROM referral_referral r WHERE r.state IN ('prepared', 'deferred') AND r.released_at IS NOT NULL"
        " AND r.not_before <= %s AND iru.undo_left(r.undo_until) = 0 AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs j"
        "   WHERE j.task_name = %s AND j.status IN ('todo', 'doing') AND j.args->>'referral' = r.id::text)"
        # A job that fails again and again is a fault of ours: it stops asking, and a person lets the batch go anew.
        " AND (SELECT count(*) FROM procrastinate_jobs j WHERE j.task_name = %s AND j.status = 'failed'"
        "   AND j.args->>'referral' = r.id::text) < %s"
        " ORDER BY r.urgent DESC, r.not_before, r.id",
        [at, TASK, TASK, MOST_FAILURES],
    )
    return [row[0] for row in cursor.fetchall()]


def unknown() -> list[dict[str, Any]]:
    """Batches of which nobody knows whether the provider has them: a person settles each."""
    return batches(states=(S.UNKNOWN,))


def answers(
    *, reference: str = "", item: UUID | None = None, after: UUID | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Answers, every version, oldest first; ``last`` marks the one that counts."""
    cursor = current().cursor
    cursor.execute(
        "SELECT a.id, r.reference, l.number, i.key, a.version, a.decision, a.ground, a.ground_reference, a.explanation, a.puid,"
        " a.decided_at, a.received_at, a.source,"
        " NOT EXISTS (SELECT FROM referral_answer n WHERE n.line_id = a.line_id AND n.version > a.version) AS last"
        " FROM referral_answer a JOIN referral_line l ON l.id = a.line_id"
        " JOIN referral_referral r ON r.id = l.referral_id JOIN registry_item i ON i.id = l.item_id"
        " WHERE (%s = '' OR r.reference = %s) AND (%s::uuid IS NULL OR l.item_id = %s::uuid)"
        " AND (%s::uuid IS NULL OR a.id > %s::uuid) ORDER BY a.id LIMIT %s",
        [reference, reference, item, item, after, after, limit],
    )
    return dicts(cursor)


def strays(*, after: UUID | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """Answers that could not be applied, with the reason, oldest first."""
    return _in_order("referral_strayanswer", after, limit)


def silent(*, after: timedelta = timedelta(0)) -> list[dict[str, Any]]:
    """Providers with lines that were referred ``after`` or longer ago, not withdrawn, and of which they never said a word."""
    now = current()
    now.cursor.execute(
        "SELECT p.slug AS provider, count(*) AS lines, min(r.sent_at) AS since, array_agg(DISTINCT r.reference) AS batches"
        " FROM referral_line l JOIN referral_referral r ON r.id = l.referral_id AND r.state = 'sent'"
        " JOIN directory_provider p ON p.id = r.provider_id"
        " WHERE l.withdrawn_at IS NULL AND r.sent_at <= %s"
        " AND NOT EXISTS (SELECT 1 FROM referral_answer a WHERE a.line_id = l.id)"
        " GROUP BY p.slug ORDER BY min(r.sent_at), p.slug",
        [now.at - after],
    )
    return dicts(now.cursor)


def transfers(*, after: UUID | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """Every disclosure to a third country in the acting operation, oldest first."""
    return _in_order("referral_transfer", after, limit)


def _in_order(table: str, after: UUID | None, limit: int | None) -> list[dict[str, Any]]:
    cursor = current().cursor
    cursor.execute(
        f"SELECT * FROM {table} WHERE %s::uuid IS NULL OR id > %s::uuid ORDER BY id LIMIT %s",
        [after, after, limit],
    )
    return dicts(cursor)


def earlier(items: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What became of these items when they were referred before, here or in another operation, without saying whose."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in registry.earlier(items):
        found.setdefault(row["item_id"], []).append(row)
    return found
