"""Small true deeds for tests of the log: items that units bring, steps they take. They write as commands do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from tests.factories.places import place

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, State, Step
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.registry.births import take_items
from openiru.foundation.registry.transitions import NOTHING, Move, transition


def take(now: Now, keys: Sequence[str]) -> dict[str, tuple[UUID, bool]]:
    """Items by key: id, and whether it is new."""
    taken = take_items(now, {key: place(key) for key in keys})
    return {key: (UUID(one.id), one.is_new) for key, one in taken.items()}


def bring(by: By, keys: Sequence[str], *, language: str = "sq") -> dict[str, UUID]:
    """A unit brings items into the operation: items, standing, leaves. Items by key."""
    with acting(by) as now:
        taken = take(now, keys)
        rows: list[dict[str, Any]] = [
            {
                "id": new,
                "operation_id": by.operation,
                "item_id": item,
                "state": State.SEEN.value,
                "milestones": int(Milestone.SEEN),
                "language": language,
                "organisation": "",
                "brand": "",
                "flags": [],
                "closed_to": [],
                "basis_digest": "",
                "decided_at": None,
                "line_id": None,
                "referred_at": None,
                "answer": "",
                "outcome": "",
                "live_until": None,
                "gone_from": None,
            }
            for (item, _), new in zip(taken.values(), new_ids(len(taken)), strict=True)
        ]
        written = dict(
            insert(
                now.cursor,
                "registry_operationitem",
                rows,
                conflict="(operation_id, item_id) DO NOTHING",
                returning="item_id, id",
            )
        )
        entries = []
        for item, is_new in taken.values():
            wrote = [("registry_item", item)] if is_new else []
            payload: dict[str, Any] = {"item": str(item), "unit": str(by.unit)}
            if item in written:
                wrote.append(("registry_operationitem", written[item]))
                payload |= {"state": "seen", "milestones": int(Milestone.SEEN)}
            entries.append(Entry(EventType.CONTRIBUTED, new_id(), payload, tuple(wrote), item=item))
        record(now, entries)
        return {key: item for key, (item, _) in taken.items()}


def step(
    by: By,
    item: UUID,
    what: Step | None,
    event: EventType,
    *,
    subject: UUID | None = None,
    gains: Milestone = NOTHING,
    loses: Milestone = NOTHING,
    notes: dict[str, Any] | None = None,
    **payload: Any,
) -> None:
    """One step of one item, told to the ledger."""
    with acting(by) as now:
        moved, refused = transition(now, [Move(item, what, gains, loses, notes or {})])
        assert not refused
        record(now, [moved[item].entry(event, subject or new_id(), unit=str(by.unit), **payload)])


def tell(by: By, event: EventType, subject: UUID, payload: dict[str, Any] | None = None) -> None:
    """An event that moves no item."""
    with acting(by) as now:
        record(now, [Entry(event, subject, payload or {})])
