"""The milestone *held*: brought into line with the holds that stand, for items of the acting operation, in sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import as_json
from openiru.foundation.ledger.record import record
from openiru.foundation.registry.transitions import NOTHING, Move, transition


def refresh_held(now: Now, items: Sequence[UUID] | None = None) -> tuple[set[UUID], set[UUID]]:
    """Give and take the milestone; (newly held, newly free). ``items`` None: every item of the operation.

    Holds of every unit count, and an override does not: the hold still stands. Items for which nothing stands any
    more (undone) are left alone.
    """
    now.cursor.execute(
        "SELECT item_id, milestones FROM registry_operationitem"
        " WHERE (%s::uuid[] IS NULL OR item_id = ANY(%s::uuid[])) AND milestones & %s <> 0",
        [_ids(items), _ids(items), int(Milestone.SEEN)],
    )
    standing: dict[UUID, int] = dict(now.cursor.fetchall())
    now.cursor.execute("SELECT DISTINCT item_id FROM iru.standing_holds(%s)", [list(standing)])
    hit: set[UUID] = {row[0] for row in now.cursor.fetchall()}
    marked = {item for item, milestones in standing.items() if milestones & Milestone.HELD}
    held, free = hit - marked, marked - hit
    moves = [
        Move(
            item,
            None,
            gains=Milestone.HELD if item in held else NOTHING,
            loses=Milestone.HELD if item in free else NOTHING,
        )
        for item in sorted(held | free)
    ]
    if moves:
        moved, _ = transition(now, moves)  # a change of milestones alone is never refused
        record(
            now,
            [
                one.entry(EventType.ITEM_HELD if one.item in held else EventType.ITEM_FREED, one.item)
                for one in moved.values()
            ],
        )
    return held, free


def held_keys(now: Now, places: Iterable[tuple[str, str, str]]) -> set[str]:
    """Keys on which a hold of any unit stands: (key, account or "", digest of a content or ""), items or not yet."""
    return {key for key, _, _ in _held(now, places)}


def holders(now: Now, places: Iterable[tuple[str, str, str]]) -> dict[str, list[tuple[UUID, str]]]:
    """The same with the holds, as others may know them: key -> (hold, whom to call), in a fixed order."""
    found: dict[str, list[tuple[UUID, str]]] = {}
    for key, hold, contact in sorted(_held(now, places)):
        found.setdefault(key, []).append((hold, contact))
    return found


def _held(now: Now, places: Iterable[tuple[str, str, str]]) -> list[tuple[str, UUID, str]]:
    asked = [
        {"key": key, "account_key": account, "digest": digest} for key, account, digest in sorted(set(places))
    ]
    if not asked:
        return []
    now.cursor.execute("SELECT key, hold_id, contact FROM iru.held_keys(%s::json)", [as_json(asked)])
    found: list[tuple[str, UUID, str]] = now.cursor.fetchall()
    return found


def _ids(items: Sequence[UUID] | None) -> list[UUID] | None:
    return None if items is None else list(items)
