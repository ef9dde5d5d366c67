"""Reads of verification: what is due, what was seen so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openiru.core.verification.confirm import Seen
from openiru.core.verification.outcome import Reason
from openiru.core.vocabulary import Outcome
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.registry.queries import not_to_be_looked_at

_COLUMNS = (
    "i.id, i.key, i.canonical, i.platform, oi.referred_at, oi.state, oi.milestones, oi.outcome, oi.live_until"
)
_FROM = "FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
_TARGET = f"SELECT {_COLUMNS} {_FROM}"
_TARGETS_DUE = f"SELECT {_COLUMNS}, d.due_at, d.step {_FROM}"


def due(now: datetime, limit: int, after: tuple[datetime, str] | None = None) -> list[dict[str, Any]]:
    """Items of the acting operation whose look is due, longest due first; ``after``: (due_at, key) of the last one seen."""
    cursor = current().cursor
    cursor.execute(
        f"{_TARGETS_DUE} JOIN verification_due d ON d.item_id = oi.item_id AND d.operation_id = oi.operation_id"
        " WHERE d.due_at <= %s AND (%s::timestamptz IS NULL OR (d.due_at, i.key) > (%s::timestamptz, %s))"
        " ORDER BY d.due_at, i.key LIMIT %s",
        [now, *_begin(after), limit],
    )
    return dicts(cursor)


def _begin(after: tuple[datetime, str] | None) -> list[Any]:
    at, key = after or (None, "")
    return [at, at, key]


def unreferred(limit: int) -> list[dict[str, Any]]:
    """Items that are decided or prepared and not referred yet: for a look before the referral."""
    cursor = current().cursor
    cursor.execute(
        f"{_TARGET} WHERE oi.state IN ('decided', 'prepared') ORDER BY i.key LIMIT %s",
        [limit],
    )
    rows = dicts(cursor)
    hidden = not_to_be_looked_at([row["id"] for row in rows])
    return [row for row in rows if row["id"] not in hidden]


def next_due() -> datetime | None:
    """When the next look of the acting operation is due; None when none is planned."""
    cursor = current().cursor
    cursor.execute("SELECT min(due_at) FROM verification_due")
    row = cursor.fetchone()
    found: datetime | None = row[0]
    return found


def run_on_its_way(task: str) -> dict[str, Any] | None:
    """The run of the acting operation that waits in the queue (``todo``) or goes on (``doing``): job and state."""
    now = current()
    now.cursor.execute(
        "SELECT id AS job, status::text AS state FROM procrastinate_jobs"
        " WHERE task_name = %s AND status IN ('todo', 'doing') AND args->>'operation' = %s ORDER BY id LIMIT 1",
        [task, str(now.by.operation)],
    )
    found = dicts(now.cursor)
    return found[0] if found else None


def history(items: Sequence[UUID]) -> dict[UUID, list[Seen]]:
    """The judged looks at the items so far, in order."""
    cursor = current().cursor
    cursor.execute(
        "SELECT item_id, at, outcome, reason, vantage FROM verification_check WHERE item_id = ANY(%s) ORDER BY at",
        [list(items)],
    )
    looks: dict[UUID, list[Seen]] = defaultdict(list)
    for item, at, outcome, reason, vantage in cursor.fetchall():
        looks[item].append(Seen(at, Outcome(outcome), Reason(reason), vantage))
    return looks


def looks(item: UUID, *, after: UUID | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """Every look at an item in the acting operation, oldest first, as it was judged then."""
    cursor = current().cursor
    cursor.execute(
        "SELECT id, run_id AS run, at, vantage, status, outcome, reason, final_url, body_digest, took_ms"
        " FROM verification_check WHERE item_id = %s AND (%s::uuid IS NULL OR id > %s::uuid) ORDER BY id LIMIT %s",
        [item, after, after, limit],
    )
    return dicts(cursor)


def control_pairs() -> dict[str, tuple[str, str]]:
    """Platform -> (known alive, known dead), where the directory knows both."""
    cursor = current().cursor
    cursor.execute(
        "SELECT slug, control_alive, control_dead FROM directory_platform WHERE control_alive <> '' AND control_dead <> ''"
    )
    return {slug: (alive, dead) for slug, alive, dead in cursor.fetchall()}


def tracking() -> list[dict[str, Any]]:
    """Removal tracking of the acting operation: referred items by platform and what the looks say."""
    cursor = current().cursor
    cursor.execute(
        "SELECT i.platform, coalesce(nullif(oi.outcome, ''), 'unseen') AS outcome, count(*) AS items"
        " FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        " WHERE oi.referred_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return dicts(cursor)
