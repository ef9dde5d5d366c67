"""The contributor lifts, relaxes or tightens the marking of what it contributed: TLP, PAP, its own restriction.

TLP 2.0 (FIRST, 2022) leaves it to the source alone. So each unit reaches its own contributions only, the policies of the
database see to it, and what another unit said of the same item stands: an item goes where every marking on it allows. What has
been said aloud cannot be unsaid: an item that stands in a letter is not closed to the others any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError, UsageError
from openiru.core.events import EventType
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Pap, Tlp
from openiru.foundation.database.acting import By, Now, acting, current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.database.ids import Id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.operations.queries import require_open
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.transitions import lock

LONGEST: Final = 2_000
#: States of an item that others may still be kept from seeing.
CLOSABLE: Final = frozenset(
    {State.SEEN, State.UNDONE, State.IN_ASSESSMENT, State.DISPUTED, State.PARKED, State.NOT_REFERRED}
    | {State.DECIDED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marking:
    """What is to hold from now on; None: as it was."""

    tlp: Tlp | None = None
    pap: Pap | None = None
    restriction: str | None = None


@dataclass(frozen=True, slots=True)
class Remarked:
    """What became of one item: how many contributions of the unit changed, and whether all of the operation sees it now.

    ``open`` None: who sees it did not change.
    """

    item: UUID
    contributions: int
    open: bool | None


def change_marking(*, by: By, items: Sequence[UUID], marking: Marking, reason: str) -> list[Remarked]:
    """Mark every standing contribution of the acting unit to these items anew; a marking that is so already changes nothing.

    A contribution to a shortener counts for the place it leads to. Who sees an item is made anew in the same transaction.
    Raises NotFoundError for an item to which this unit contributed nothing, ConflictError for one that would have to be closed
    to others and stands in a letter or was referred, UsageError without a change or a reason. Then nothing was changed.
    """
    _asked(marking, reason)
    with acting(by) as now:
        require(now, "contribute.mark")
        if by.operation is None:
            raise UsageError("a marking is changed in an operation", where="--operation")
        require_open(by.operation)
        sources = _sources(now, items)
        lock(now, sorted({*items, *sources}))
        changed = _mark(now, sorted(sources), marking)
        seen = _recast(now, sorted({row["item_id"] for row in changed}))
        _tell(now, changed, seen, reason.strip())
        counts: dict[UUID, int] = {}
        for row in changed:
            for item in sources[row["item_id"]]:
                counts[item] = counts.get(item, 0) + 1
        return [
            Remarked(item, counts.get(item, 0), seen[item]["open"] if item in seen else None)
            for item in items
        ]


def _asked(marking: Marking, reason: str) -> None:
    if marking == Marking():
        raise UsageError("nothing is to change", hint="Give --tlp, --pap or --restriction.")
    if not reason.strip():
        raise UsageError("a change of marking needs a reason", where="--reason")
    for text in (reason, marking.restriction or ""):
        if len(text) > LONGEST or "\x00" in text:
            raise UsageError(f"a text is longer than {LONGEST:,} characters, or holds a NUL")


def _sources(now: Now, items: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """Items that the unit contributed to -> those of ``items`` that they stand for: themselves, or where they lead to."""
    now.cursor.execute(
        "SELECT s.source, s.item FROM (SELECT x AS source, x AS item FROM unnest(%s::uuid[]) AS x UNION"
        " SELECT i.id, a.item_id FROM registry_alias a JOIN registry_item i ON i.key = a.key WHERE a.item_id = ANY(%s)) s"
        " WHERE EXISTS (SELECT FROM intake_contribution c WHERE c.item_id = s.source AND c.operation_id = %s"
        "  AND c.undone_at IS NULL) ORDER BY s.item",
        [list(items), list(items), now.by.operation],
    )
    found: dict[UUID, list[UUID]] = {}
    for source, item in now.cursor.fetchall():
        found.setdefault(source, []).append(item)
    missing = set(items) - {item for stood in found.values() for item in stood}
    if missing:
        raise NotFoundError(
            "this unit contributed nothing to it in this operation",
            where=str(min(missing)),
            hint="Only the contributor changes a marking: ask them.",
        )
    return found


def _mark(now: Now, sources: Sequence[UUID], marking: Marking) -> list[dict[str, Any]]:
    values = [marking.tlp, marking.pap, marking.restriction]
    new = "coalesce(%s, tlp), coalesce(%s, pap), coalesce(%s, restriction)"
    now.cursor.execute(
        "UPDATE intake_contribution c SET (tlp, pap, restriction) = (o.new_tlp, o.new_pap, o.new_restriction)"
        f" FROM (SELECT id, tlp, pap, restriction, n.* FROM intake_contribution x, LATERAL (SELECT {new})"
        "  AS n(new_tlp, new_pap, new_restriction)"
        "  WHERE item_id = ANY(%s) AND operation_id = %s AND undone_at IS NULL ORDER BY id FOR UPDATE OF x) o"
        " WHERE c.id = o.id AND (o.tlp, o.pap, o.restriction) <> (o.new_tlp, o.new_pap, o.new_restriction)"
        " RETURNING c.id, c.item_id, c.tlp, c.pap, c.restriction, o.tlp AS old_tlp, o.pap AS old_pap,"
        "  o.restriction AS old_restriction",
        [*values, list(sources), now.by.operation],
    )
    return dicts(now.cursor)


def _recast(now: Now, items: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """Who sees the items, made anew; those for which it changed."""
    now.cursor.execute("SELECT * FROM iru.reclose(%s)", [list(items)])
    seen = {row["item_id"]: row for row in dicts(now.cursor)}
    for item, row in seen.items():
        if not row["open"] and State(row["state"]) not in CLOSABLE:
            raise ConflictError(
                "this item stands in a letter or was referred: it cannot be kept from the operation any more",
                where=str(item),
                hint="openiru referral withdraw takes a referral back.",
            )
    return seen


def _tell(now: Now, changed: Sequence[dict[str, Any]], seen: dict[UUID, dict[str, Any]], reason: str) -> None:
    parts = ("tlp", "pap", "restriction")
    left = dict(seen)
    entries = []
    for row in changed:
        # The rows of items that are seen otherwise now: its own with it; those of places it leads to with the last one.
        mine = [left.pop(row["item_id"], None)] + (list(left.values()) if row is changed[-1] else [])
        rows: list[tuple[str, Id]] = [("intake_contribution", row["id"])]
        rows += [("registry_operationitem", one["id"]) for one in mine if one is not None]
        payload: dict[str, Any] = {
            "item": str(row["item_id"]),
            "unit": str(now.by.unit),
            "before": {part: row[f"old_{part}"] for part in parts},
            "after": {part: row[part] for part in parts},
            "reason": reason,
        }
        entries.append(Entry(EventType.MARKING_CHANGED, row["id"], payload, tuple(rows), item=row["item_id"]))
    record(now, entries)


def own_markings(items: Sequence[UUID]) -> list[dict[str, Any]]:
    """The standing contributions of the acting unit to items of the acting operation, with their marking."""
    now = current()
    now.cursor.execute(
        "SELECT c.id, c.item_id, i.key, c.contributed_at, c.tlp, c.pap, c.restriction FROM intake_contribution c"
        " JOIN registry_item i ON i.id = c.item_id WHERE c.item_id = ANY(%s) AND c.operation_id = %s"
        " AND c.undone_at IS NULL ORDER BY i.key, c.contributed_at, c.id",
        [list(items), now.by.operation],
    )
    return dicts(now.cursor)
