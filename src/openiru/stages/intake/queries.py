"""Reads of intake: holds of one's own, what others may know of a hold, what keeps an item back, rounds and lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts

#: Markings that keep an item off every list that leaves the house.
CLOSED_TLPS = frozenset({"red", "amber+strict"})


@dataclass(frozen=True, slots=True)
class Told:
    """All that others learn of a hold: the reference to quote, and whom to call."""

    reference: str
    call: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why an item cannot be referred now. ``code``: hold or round."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """Where a round stands. ``silent``: unit codes that have not answered; their silence is never consent."""

    id: UUID
    items: int
    list_digest: str
    opened_at: datetime
    due_at: datetime
    answered: dict[str, int]  # unit code -> hits
    silent: tuple[str, ...]
    overdue: bool
    closed: bool
    closed_why: str

    @property
    def blocks(self) -> bool:
        """Whether referral waits for this round."""
        return bool(self.silent) and not self.closed


def reference(hold: UUID) -> str:
    """What one quotes on the telephone."""
    return f"H-{hold.hex[-8:].upper()}"


def holds(
    *, standing: bool = True, after: UUID | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """The acting unit's own holds with everything it wrote, oldest first; ``after``: those behind this one.

    ``review_due``: a judicial hold past its review; it warns, and stands.
    """
    now = current()
    now.cursor.execute(
        "SELECT * FROM intake_hold"
        " WHERE (NOT %s OR (ended_at IS NULL AND (kind = 'judicial' OR expires_at > %s)))"
        " AND (%s::uuid IS NULL OR (placed_at, id) > (SELECT placed_at, id FROM intake_hold WHERE id = %s))"
        " ORDER BY placed_at, id LIMIT %s",
        [standing, now.at, after, after, limit],
    )
    return [
        {**row, "reference": reference(row["id"]), "review_due": _review_due(row, now.at)}
        for row in dicts(now.cursor)
    ]


def _review_due(row: dict[str, Any], at: datetime) -> bool:
    until = row["expires_at"]
    return row["kind"] == "judicial" and row["ended_at"] is None and until is not None and until <= at


def judicial_due() -> list[dict[str, Any]]:
    """The unit's judicial holds whose review is due: they warn, and stand."""
    return [row for row in holds() if row["review_due"]]


def told(items: Sequence[UUID]) -> dict[UUID, list[Told]]:
    """Holds of any unit that stand on these items, as others may know them."""
    cursor = current().cursor
    cursor.execute(
        "SELECT item_id, hold_id, contact FROM iru.standing_holds(%s) ORDER BY item_id, hold_id",
        [list(items)],
    )
    answer: dict[UUID, list[Told]] = {}
    for item, hold, contact in cursor.fetchall():
        answer.setdefault(item, []).append(Told(reference(hold), contact))
    return answer


def others_here() -> dict[str, UUID]:
    """Holds of other units that meet an item of the operation, by the reference that all may quote."""
    cursor = current().cursor
    cursor.execute(
        "SELECT DISTINCT hold_id FROM iru.standing_holds(ARRAY(SELECT item_id FROM registry_operationitem)) WHERE NOT own"
    )
    return {reference(hold): hold for (hold,) in cursor.fetchall()}


def notices(*, after: tuple[UUID, UUID] | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """What the acting unit must know at once: overrides of its holds, oldest first; ``after``: an override and the hold."""
    cursor = current().cursor
    override, hold = after or (None, None)
    cursor.execute(
        "WITH told AS (SELECT * FROM iru.overrides_of_own_holds()) SELECT * FROM told"
        " WHERE %s::uuid IS NULL OR (at, override_id, hold_id) >"
        "   (SELECT at, override_id, hold_id FROM told WHERE override_id = %s AND hold_id = %s)"
        " ORDER BY at, override_id, hold_id LIMIT %s",
        [override, override, hold, limit],
    )
    return [{**row, "reference": reference(row["hold_id"])} for row in dicts(cursor)]


def blocking(items: Sequence[UUID]) -> dict[UUID, Blocked]:
    """What keeps these items from being referred now: a hold without override, or an open round with a silent unit.

    Items that nothing keeps back are not in the answer. Asked when a referral is prepared and again before it is sent.
    """
    cursor = current().cursor
    waiting = [one for one in rounds() if one.blocks]
    answer: dict[UUID, Blocked] = {}
    if waiting:
        silent = ", ".join(sorted({code for one in waiting for code in one.silent}))
        text = f"the deconfliction round is open; not answered by {silent}"
        answer = {item: Blocked("round", text) for item in items}
    cursor.execute(
        "SELECT item_id, hold_id, contact FROM iru.blocking_holds(%s) ORDER BY item_id, hold_id DESC",
        [list(items)],
    )
    for item, hold, contact in cursor.fetchall():
        answer[item] = Blocked("hold", f"a hold stands (reference {reference(hold)}); call {contact}")
    return answer


def rounds(*, after: UUID | None = None, limit: int | None = None) -> list[RoundStanding]:
    """Every deconfliction round of the acting operation, oldest first; ``after``: those behind this one."""
    cursor = current().cursor
    cursor.execute(
        "SELECT * FROM intake_round"
        " WHERE %s::uuid IS NULL OR (opened_at, id) > (SELECT opened_at, id FROM intake_round WHERE id = %s)"
        " ORDER BY opened_at, id LIMIT %s",
        [after, after, limit],
    )
    return [_standing(row) for row in dicts(cursor)]


def round_state(round_id: UUID) -> RoundStanding:
    """One round; NotFoundError when it is not of this operation."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM intake_round WHERE id = %s", [round_id])
    found = dicts(cursor)
    if not found:
        raise NotFoundError("there is no such round in this operation")
    return _standing(found[0])


def _standing(row: dict[str, Any]) -> RoundStanding:
    now = current()
    now.cursor.execute("SELECT unit_code, hits, answered_at FROM iru.round_state(%s)", [row["id"]])
    units = now.cursor.fetchall()
    silent = tuple(code for code, _, at in units if at is None)
    return RoundStanding(
        id=row["id"],
        items=row["items"],
        list_digest=row["list_digest"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        answered={code: hits for code, hits, at in units if at is not None},
        silent=silent,
        overdue=bool(silent) and row["due_at"] <= now.at,
        closed=row["closed_at"] is not None,
        closed_why=row["closed_why"],
    )


def listed(round_id: UUID | None = None) -> tuple[list[dict[str, Any]], int]:
    """Items of the acting operation that may stand on a list, by key, and how many their marking keeps off it.

    One closed marking or restriction of one contributor keeps an item off. ``round_id``: only items that were there
    when the round was opened.
    """
    cursor = current().cursor
    cursor.execute(
        "SELECT i.id, i.key, i.platform, i.kind FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        " WHERE oi.state <> 'undone' AND (%s::uuid IS NULL OR oi.id < %s::uuid) ORDER BY i.key",
        [round_id, round_id],
    )
    rows = dicts(cursor)
    cursor.execute("SELECT item_id, tlps, restricted FROM iru.markings(%s)", [[row["id"] for row in rows]])
    kept = {item for item, tlps, restricted in cursor.fetchall() if restricted or CLOSED_TLPS & set(tlps)}
    return [row for row in rows if row["id"] not in kept], len(kept)


def digest_of(keys: Iterable[str]) -> str:
    """``sha256:<hex>`` over the sorted keys, one a line: what a list held."""
    return "sha256:" + hashlib.sha256("\n".join(sorted(keys)).encode(errors="surrogatepass")).hexdigest()


def unresolved() -> list[dict[str, Any]]:
    """Shorteners of the acting operation that nobody has followed yet, by key."""
    cursor = current().cursor
    cursor.execute(
        "SELECT i.id, i.key, i.canonical, oi.language, oi.organisation, oi.brand"
        " FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        " WHERE i.needs_resolving AND oi.state = 'seen' ORDER BY i.key"
    )
    return dicts(cursor)


def led_to(items: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """Shortener -> the places it was found to lead to."""
    cursor = current().cursor
    cursor.execute(
        "SELECT i.id, a.item_id FROM registry_alias a JOIN registry_item i ON i.key = a.key WHERE i.id = ANY(%s)",
        [list(items)],
    )
    found: dict[UUID, set[UUID]] = {}
    for source, final in cursor.fetchall():
        found.setdefault(source, set()).add(final)
    return found


def imports() -> list[dict[str, Any]]:
    """The acting unit's imports into the acting operation, newest first."""
    now = current()
    now.cursor.execute(
        "SELECT id, file_name, file_digest, format, encoding, purpose, counts, notes, imported_at, undone_at"
        " FROM intake_import WHERE operation_id = %s ORDER BY imported_at DESC, id DESC",
        [now.by.operation],
    )
    return dicts(now.cursor)


def referred_before(import_id: UUID, *, limit: int = 1_000) -> tuple[list[dict[str, Any]], int]:
    """What an import brought that was referred before, in whichever operation, with what became of it.

    Rows with number, key, referred_at, state, answer, outcome and ``here`` (in this operation), by number; and how many
    items they are, however many rows are listed.
    """
    cursor = current().cursor
    cursor.execute(
        "WITH brought AS (SELECT item_id, min(number) AS number FROM intake_contribution WHERE import_id = %s GROUP BY 1)"
        " SELECT b.number, i.key, e.referred_at, e.state, e.answer, e.outcome, e.here,"
        " dense_rank() OVER (ORDER BY b.number, b.item_id) AS place"
        " FROM iru.earlier(ARRAY(SELECT item_id FROM brought)) e JOIN brought b ON b.item_id = e.item_id"
        " JOIN registry_item i ON i.id = e.item_id ORDER BY b.number, e.referred_at",
        [import_id],
    )
    found = dicts(cursor)
    items = max((row["place"] for row in found), default=0)
    return [{name: value for name, value in row.items() if name != "place"} for row in found[:limit]], items
