"""transition(): the only way an item's standing in an operation changes.

A batch: the rows are locked in the order of their ids, the table in core.lifecycle says what each step leads to, the rows
are written in one statement, and each change is told to the ledger by the caller's entries (payload conventions in
foundation/ledger/record.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openiru.core.errors import LifecycleError, NotFoundError
from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, State, Step, after
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import update
from openiru.foundation.database.ids import Id
from openiru.foundation.ledger.record import Entry

NOTHING = Milestone(0)

#: Columns of registry_operationitem that a transition may write beside state and milestones.
NOTES = frozenset(
    {
        "language",
        "organisation",
        "brand",
        "flags",
        "basis_digest",
        "decided_at",
        "line_id",
        "referred_at",
        "answer",
        "outcome",
        "live_until",
        "gone_from",
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """One step of one item. ``notes``: columns of the read projection to write, the same names for a whole batch."""

    item: UUID
    step: Step | None  # None: the state stays, milestones and notes change
    gains: Milestone = NOTHING
    loses: Milestone = NOTHING
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one item."""

    item: Id
    row: Id  # of registry_operationitem
    before: State
    state: State
    milestones: Milestone

    def payload(self, **more: Any) -> dict[str, Any]:
        """The payload of the event that tells of this move."""
        return {"item": str(self.item), "state": self.state.value, "milestones": int(self.milestones), **more}

    def entry(
        self, event: EventType, subject: Id, rows: tuple[tuple[str, Id], ...] = (), **more: Any
    ) -> Entry:
        """The entry of the event that tells of this move, its own row included."""
        return Entry(
            event,
            subject,
            self.payload(**more),
            (*rows, ("registry_operationitem", self.row)),
            item=self.item,
        )


def lock(now: Now, items: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The standing rows of the items, locked in the order of their ids; those not in the operation are absent."""
    now.cursor.execute(
        "SELECT oi.id, oi.item_id, oi.state, oi.milestones, oi.basis_digest, oi.referred_at, oi.answer, oi.outcome,"
        " oi.live_until, oi.gone_from, oi.line_id, oi.language, oi.organisation, oi.brand, oi.flags"
        " FROM registry_operationitem oi WHERE oi.item_id = ANY(%s) ORDER BY oi.item_id FOR UPDATE",
        [list(items)],
    )
    names = [column[0] for column in now.cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in now.cursor.fetchall())
    return {row["item_id"]: row for row in rows}


def transition(now: Now, moves: Sequence[Move]) -> tuple[dict[UUID, Moved], dict[UUID, LifecycleError]]:
    """Take the steps. Returns what moved, and the error for each item whose step does not exist.

    Each item at most once in a batch. Raises NotFoundError when an item is not in the acting operation at all.
    """
    standing = lock(now, [move.item for move in moves])
    moved: dict[UUID, Moved] = {}
    refused: dict[UUID, LifecycleError] = {}
    rows: list[dict[str, Any]] = []
    for move in moves:
        row = standing.get(move.item)
        if row is None:
            raise NotFoundError(f"item {move.item} takes no part in this operation")
        before = State(row["state"])
        try:
            state = before if move.step is None else after(before, move.step)
        except LifecycleError as error:
            refused[move.item] = error
            continue
        milestones = (Milestone(row["milestones"]) | move.gains) & ~move.loses
        moved[move.item] = Moved(move.item, row["id"], before, state, milestones)
        if unknown := set(move.notes) - NOTES:
            raise KeyError(f"not a note of the registry: {sorted(unknown)}")
        rows.append({"id": row["id"], "state": state.value, "milestones": int(milestones), **move.notes})
    for group in _by_shape(rows):
        update(now.cursor, "registry_operationitem", group, key=["id"])
    return moved, refused


def _by_shape(rows: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        shapes.setdefault(tuple(row), []).append(row)
    return list(shapes.values())
