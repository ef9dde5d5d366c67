"""The counting rules once more, by hand, over the raw events: shares no line with what it checks."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

Event = dict[str, Any]


def events(size: int) -> list[Event]:
    """The first ``size`` leaves, opened, in order; read as the owner."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT l.type, o.operation_id, o.subject_id, o.payload, l.body FROM ledger_position p"
            " JOIN ledger_leaf l ON l.seq = p.seq JOIN ledger_opening o ON o.id = l.id"
            " WHERE p.index < %s ORDER BY p.index",
            [size],
        )
        return [
            (json.loads(payload) if isinstance(payload, str) else payload)
            | {
                "type": kind,
                "operation": operation,
                "subject": subject,
                "at": json.loads(body)["occurred_at"],
            }
            for kind, operation, subject, payload, body in cursor.fetchall()
        ]


Where = tuple[UUID, str]


def read(
    log: Iterable[Event], operations: Collection[UUID]
) -> tuple[dict[str, dict[UUID, int]], dict[Where, datetime], dict[UUID, Where]]:
    """Item → operation → milestones; when each was first referred; contribution → where it stands."""
    bits: dict[str, dict[UUID, int]] = defaultdict(dict)
    since: dict[Where, datetime] = {}
    brought: dict[UUID, Where] = {}
    for event in log:
        where = (event["operation"], event.get("item", ""))
        if event["operation"] not in operations:
            continue
        if event["type"] == "intake.contributed":
            brought[event["subject"]] = where
        if event["type"] == "intake.contribution_undone":
            del brought[event["subject"]]
        if "milestones" in event:
            if event["milestones"] & 16 and not bits[where[1]].get(where[0], 0) & 16:
                since[where] = datetime.fromisoformat(event["at"])
            bits[where[1]][where[0]] = event["milestones"]
    return bits, since, brought


def reference(log: Iterable[Event], operations: Collection[UUID], now: datetime) -> dict[str, int]:
    """Indicator → count, in twenty lines."""
    bits, since, brought = read(log, operations)
    mature = {where for where, at in since.items() if at <= now - timedelta(hours=24)}
    rows = {item: {op: m for op, m in ops.items() if m & 1} for item, ops in bits.items()}
    rows = {item: ops for item, ops in rows.items() if ops}
    stood = Counter(item for _, item in brought.values() if item in rows)
    old = {
        item: [m for op, m in ops.items() if (op, item) in mature and m & 16 and not m & 65536]
        for item, ops in rows.items()
    }
    some = {n: sum(1 for ops in rows.values() if any(m & n for m in ops.values())) for n in (2, 4, 16, 32)}
    return {
        "distinct": len(rows),
        "contributed": sum(max(1, stood[item]) for item in rows),
        "assessed": sum(1 for ops in rows.values() if any(m & (2 | 4 | 8) for m in ops.values())),
        "decided": some[4],
        "referred": some[16],
        "answered": sum(
            1
            for ops in rows.values()
            if any(m & 32 for m in ops.values()) and any(m & 16 for m in ops.values())
        ),
        "not_referred": sum(
            1
            for ops in rows.values()
            if any(m & 8 for m in ops.values()) and not any(m & 4 for m in ops.values())
        ),
        "withdrawn": sum(
            1
            for ops in rows.values()
            if any(m & 16 for m in ops.values()) and any(m & 4096 for m in ops.values())
        ),
        "gone": sum(
            1 for ops in rows.values() if any(m & 256 and m & 16 and not m & 65536 for m in ops.values())
        ),
        "rate_of": sum(1 for found in old.values() if found),
        "rate_gone": sum(1 for found in old.values() if any(m & 256 for m in found)),
    }
