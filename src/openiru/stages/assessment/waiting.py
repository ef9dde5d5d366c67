"""The queue: what waits for the acting person, in the stated order (core/assessment/order.py), and whether it is free.

Three streams, each read by an index in the order of arrival: a threat to life was raised; more than one contribution; the rest. Inside
a stream age alone decides, so the first of each are enough to know the first of all. Nothing is counted as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from openiru.core.assessment.order import Score, Waiting, in_order, score
from openiru.core.lifecycle import Milestone
from openiru.foundation.database.acting import Now, current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.ledger.record import NOTHING
from openiru.foundation.operations.queries import phases
from openiru.stages.assessment.places import asked_for, free_places, handed_back, own_claims
from openiru.stages.assessment.queries import wide_extents

#: Before the first id.
FIRST: Final = UUID(int=0)
#: An act on many items takes at most so many at once.
MOST_MATCHES: Final = 10_000

_OPEN = "('seen', 'in_assessment', 'disputed', 'parked')"  # as in the index, letter by letter
_COLUMNS = (
    "oi.id AS row_id, i.id, i.key, i.platform, i.kind, i.extent, i.canonical, i.host, i.account_key, oi.language,"
    " oi.organisation, oi.flags, oi.state"
)
# Few ever: read once, not once an item.
_ALARM = (
    "oi.item_id = ANY(ARRAY(SELECT al.item_id FROM assessment_alarm al"
    " WHERE al.operation_id = (SELECT iru.operation()) AND al.kind = 'life'))"
)
_SINGLE = f"(oi.milestones & {int(Milestone.DUPLICATE)}) = 0"  # these two as in the indexes, letter by letter
_COPIES = f"(oi.milestones & {int(Milestone.DUPLICATE)}) = {int(Milestone.DUPLICATE)}"
_STREAMS: Final = {
    "alarm": _ALARM,
    "copies": f"{_COPIES} AND NOT {_ALARM}",
    "single": f"{_SINGLE} AND NOT {_ALARM}",
}


#: Filters that are on or off.
SWITCHES: Final = frozenset({"own", "disputed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a search asks for; empty: all. ``own``: only what one has claimed, ``disputed``: only what waits for a third person."""

    platform: str = ""
    language: str = ""
    kind: str = ""
    host: str = ""
    own: bool = False
    disputed: bool = False

    def plain(self) -> dict[str, Any]:
        """What is not empty, as JSON has it."""
        return {name: value for name, value in asdict(self).items() if value}


def filters_from(plain: dict[str, Any]) -> Filters:
    """The filters of a saved search or of an address; what is not known is left out."""
    given: dict[str, Any] = {one.name: plain[one.name] for one in fields(Filters) if plain.get(one.name)}
    for name, value in given.items():
        given[name] = str(value) in {"True", "1", "on"} if name in SWITCHES else _word(str(value))
    return Filters(**given)


def _word(text: str) -> str:
    return text.replace("\x00", "")[:200]


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the queue: facts only. ``claim``: mine, free or busy; ``until``: the end of one's own claim."""

    item: UUID
    row_id: UUID
    facts: dict[str, Any]
    score: Score
    claim: str
    until: datetime | None
    asked: bool  # for another language, and not answered yet
    back: bool  # one has handed it back


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the queue; ``after``: where each stream goes on, or None when there is no more. ``newest``: the last arrival seen."""

    rows: list[Row]
    after: tuple[UUID, ...] | None
    newest: UUID


def waiting(
    filters: Filters, *, limit: int = 50, after: Sequence[UUID] = (FIRST, FIRST, FIRST), free: bool = False
) -> Listed:
    """What the acting person can assess now, best first. ``free``: only what nobody keeps them from taking up now."""
    now = current()
    found: list[tuple[str, dict[str, Any]]] = []
    for name, begin in zip(_STREAMS, after, strict=True):
        rows = _stream(now, filters, name, begin, limit + 1, free=free)
        found += [(name, row) for row in rows]
    known = _facts(now, [row["id"] for _, row in found])
    scored = {
        str(row["row_id"]): (stream, row, _scored(now, row, known, alarm=stream == "alarm"))
        for stream, row in found
    }
    order = in_order((name, points) for name, (_, _, points) in scored.items())
    more = len(order) > limit
    chosen = [scored[name] for name in order[:limit]]
    ends = dict(zip(_STREAMS, after, strict=True))
    for stream, row, _ in chosen:
        ends[stream] = max(ends[stream], row["row_id"])
    return Listed(_rows(chosen, known), tuple(ends.values()) if more else None, _newest(now))


def _stream(
    now: Now, filters: Filters, stream: str, begin: UUID, limit: int, *, free: bool
) -> list[dict[str, Any]]:
    where, values = _where(now, filters)
    if free:
        where += _FREE
        values += [now.by.person, now.by.person]
    # The inner ORDER BY keeps the index of the order of arrival in use: how many of a stream there are cannot be estimated under the
    # policies, and a plan that reads them all to sort them is some hundred times slower.
    now.cursor.execute(
        f"SELECT {_COLUMNS} FROM (SELECT * FROM registry_operationitem oi WHERE oi.operation_id = %s"
        f"  AND oi.state IN {_OPEN} AND {_STREAMS[stream]} AND oi.id > %s ORDER BY oi.id) oi"
        f" JOIN registry_item i ON i.id = oi.item_id WHERE {where} ORDER BY oi.id LIMIT %s",
        [now.by.operation, begin, *values, limit],
    )
    return dicts(now.cursor)


#: One may take it up: a place is left as far as claims tell, one did not hand it back, and it waits for no other language.
_FREE = (
    " AND (SELECT count(*) FROM assessment_claim c WHERE c.operation_id = oi.operation_id AND c.item_id = oi.item_id"
    "  AND c.until > iru.wall() AND c.person_id <> %s) < CASE WHEN oi.state IN ('seen', 'parked') THEN 2 ELSE 1 END"
    " AND NOT EXISTS (SELECT FROM assessment_opened o WHERE o.operation_id = oi.operation_id AND o.item_id = oi.item_id"
    "  AND o.person_id = %s AND o.how = 'back')"
    " AND NOT EXISTS (SELECT FROM assessment_languagerequest r WHERE r.operation_id = oi.operation_id"
    "  AND r.item_id = oi.item_id AND r.withdrawn_at IS NULL AND r.done_at IS NULL)"
)


#: One has said nothing of it yet; and it is one piece of content, or proposed as more and not spoken of by one's own unit.
_NOT_SPOKEN = (
    "NOT EXISTS (SELECT 1 FROM assessment_assessment a WHERE a.item_id = i.id AND a.operation_id = %s"
    " AND a.person_id = %s AND a.voided_at IS NULL)"
)
_ROUTE = (
    "(i.extent = 'item' OR (i.extent = ANY(%s) AND EXISTS (SELECT 1 FROM iru.wide_cases(ARRAY[i.id]))"
    " AND NOT EXISTS (SELECT 1 FROM assessment_assessment a WHERE a.item_id = i.id AND a.operation_id = %s"
    " AND a.voided_at IS NULL)))"
)


def _where(now: Now, filters: Filters) -> tuple[str, list[Any]]:
    parts = [
        "oi.operation_id = %s",
        f"oi.state IN {_OPEN}",
        "NOT i.needs_resolving",
        _NOT_SPOKEN,
        _ROUTE,
    ]
    operation = now.by.operation
    values: list[Any] = [operation, operation, now.by.person, wide_extents(), operation]
    for column, value in (
        ("i.platform", filters.platform),
        ("oi.language", filters.language),
        ("i.kind", filters.kind),
        ("i.host", filters.host),
    ):
        if value:
            parts.append(f"{column} = %s")
            values.append(value)
    if filters.disputed:
        parts.append("oi.state = 'disputed'")
    if filters.own:
        parts.append(
            "EXISTS (SELECT FROM assessment_claim c WHERE c.operation_id = oi.operation_id AND c.item_id = oi.item_id"
            " AND c.person_id = %s AND c.until > iru.wall())"
        )
        values.append(now.by.person)
    return " AND ".join(parts), values


def matching(filters: Filters, *, limit: int = MOST_MATCHES) -> list[UUID]:
    """The items that a search finds, in the order of arrival; at most ``limit``."""
    now = current()
    where, values = _where(now, filters)
    now.cursor.execute(
        "SELECT i.id FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        f" WHERE {where} ORDER BY oi.id LIMIT %s",
        [*values, limit],
    )
    return [row[0] for row in now.cursor.fetchall()]


def arrived(filters: Filters, *, after: UUID, most: int = 50) -> int:
    """How many items that a search finds came after this one; counted up to ``most`` + 1."""
    now = current()
    where, values = _where(now, filters)
    now.cursor.execute(
        "SELECT count(*) FROM (SELECT FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        f" WHERE {where} AND oi.id > %s LIMIT %s) x",
        [*values, after, most + 1],
    )
    return int(now.cursor.fetchone()[0])


def _newest(now: Now) -> UUID:
    now.cursor.execute(
        f"SELECT oi.id FROM registry_operationitem oi WHERE oi.operation_id = %s AND oi.state IN {_OPEN} AND {_SINGLE}"
        " ORDER BY oi.id DESC LIMIT 1",
        [now.by.operation],
    )
    row = now.cursor.fetchone()
    return UUID(str(row[0])) if row else FIRST


def _facts(now: Now, items: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    now.cursor.execute("SELECT * FROM iru.queue_facts(%s)", [list(items)])
    return {row["item_id"]: row for row in dicts(now.cursor)}


def _scored(now: Now, row: dict[str, Any], known: dict[UUID, dict[str, Any]], *, alarm: bool) -> Score:
    facts = known.get(row["id"], NOTHING)
    since, copies = facts.get("since", now.at), facts.get("copies", 1)
    return score(Waiting(since=since, copies=copies, alarm=alarm), at=now.at)


def _rows(
    chosen: Sequence[tuple[str, dict[str, Any], Score]], known: dict[UUID, dict[str, Any]]
) -> list[Row]:
    ids = [row["id"] for _, row, _ in chosen]
    places = free_places({row["id"]: row["state"] for _, row, _ in chosen})
    mine, asked, back = own_claims(ids), asked_for(ids), handed_back(ids)
    return [
        Row(
            item=row["id"],
            row_id=row["row_id"],
            facts=_told(row) | dict(known.get(row["id"], NOTHING)),
            score=points,
            claim="mine" if row["id"] in mine else "free" if places[row["id"]] else "busy",
            until=mine.get(row["id"]),
            asked=row["id"] in asked,
            back=row["id"] in back,
        )
        for _, row, points in chosen
    ]


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """What may be shown: the state is not, since it would tell whether somebody has spoken."""
    return {name: value for name, value in row.items() if name != "state"}


def deadline(operation: UUID) -> datetime | None:
    """When the assessment phase of the operation ends, if its phases are set."""
    ends = [row["ends_at"] for row in phases(operation) if row["phase"] == "assessment"]
    return max(ends) if ends else None


def choices() -> dict[str, list[str]]:
    """What can be filtered by, as far as the last items that came have it: read by index, nothing is counted."""
    now = current()
    now.cursor.execute(
        "SELECT DISTINCT i.platform, i.kind, oi.language FROM (SELECT oi.item_id, oi.language FROM registry_operationitem oi"
        f" WHERE oi.operation_id = %s AND oi.state IN {_OPEN} AND {_SINGLE} ORDER BY oi.id DESC LIMIT 500) oi"
        " JOIN registry_item i ON i.id = oi.item_id",
        [now.by.operation],
    )
    rows = now.cursor.fetchall()
    names = ("platform", "kind", "language")
    return {name: sorted({row[n] for row in rows if row[n]}) for n, name in enumerate(names)}


def searches() -> list[dict[str, Any]]:
    """Saved searches that the acting person has: their own and the unit's, by name."""
    now = current()
    now.cursor.execute(
        "SELECT id, name, shared, filters, person_id = %s AS own FROM assessment_savedsearch"
        " WHERE operation_id = %s AND NOT ended AND (shared OR person_id = %s) ORDER BY name, id",
        [now.by.person, now.by.operation, now.by.person],
    )
    return dicts(now.cursor)
