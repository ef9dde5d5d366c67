"""The day counted once more, by another way than the report's: from the raw events alone, one after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import connections, transaction

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone

E, M = EventType, Milestone
PAGE = 20_000
#: Figure -> the milestone that every item it counts has.
BITS = {
    "distinct": M.SEEN,
    "held": M.HELD,
    "already_gone": M.ALREADY_GONE,
    "assessed": M.ASSESSED,
    "not_referred": M.NOT_REFERRED,
    "decided": M.DECIDED,
    "referred": M.REFERRED,
    "answered": M.ANSWERED,
    "acted": M.ACTED,
    "refused": M.REFUSED,
    "gone": M.GONE,
    "reinstated": M.REINSTATED,
}
_EVENTS = (
    "SELECT p.index, l.type, o.payload::text, o.subject_id FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq"
    " JOIN ledger_opening o ON o.id = l.id WHERE o.operation_id = %s AND p.index > %s ORDER BY p.index LIMIT %s"
)


@dataclass(slots=True)
class Recount:
    """What the events say so far."""

    items: dict[str, int] = field(default_factory=dict)
    contributions: set[UUID] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)

    def take(self, event: str, payload: dict[str, Any], subject: UUID) -> None:
        """One event more."""
        if "item" in payload and "milestones" in payload:
            self.items[payload["item"]] = payload["milestones"]
        if event == E.CONTRIBUTED:
            self.contributions.add(subject)
            self.units.add(payload["unit"])
        elif event == E.CONTRIBUTION_UNDONE:
            self.contributions.discard(subject)
        elif event == E.REJECTED:
            self.reasons[payload["label"]] += 1

    def counts(self) -> dict[str, int]:
        """Figure -> count."""
        found = {name: sum(bool(mask & bit) for mask in self.items.values()) for name, bit in BITS.items()}
        # Gone before it was referred is no effect of the referral.
        found["gone"] = sum(bool(mask & M.GONE) and not mask & M.ALREADY_GONE for mask in self.items.values())
        contributed = len(self.contributions)
        return found | {
            "contributed": contributed,
            "duplicates_prevented": contributed - found["distinct"],
            "silent": found["referred"] - sum(mask & FOLLOWED == FOLLOWED for mask in self.items.values()),
            "units": len(self.units),
        }


FOLLOWED = M.REFERRED | M.ANSWERED


def recount(operation: UUID) -> Recount:
    """Read every event of an operation in the order of the log. The owner's login reads past the policies."""
    done, after = Recount(), -1
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        while True:
            cursor.execute(_EVENTS, [operation, after, PAGE])
            rows = cursor.fetchall()
            for _, event, payload, subject in rows:
                done.take(event, orjson.loads(payload), subject)
            if not rows:
                return done
            after = rows[-1][0]
