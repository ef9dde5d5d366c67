"""Oversight: what happened without its content, samples of decisions, recommendations that must be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError, TwoPersonError, UsageError
from openiru.core.events import EventType
from openiru.core.impact.report import AsOf
from openiru.core.impact.sample import Looked, Rates, draw, rates
from openiru.core.impact.tally import counted_in
from openiru.core.lifecycle import Milestone
from openiru.foundation.database.acting import By, Now, acting, current
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.stages.impact import queries
from openiru.stages.impact.behind import Behind, codes_at, rows

ANSWER_DAYS: Final = 14
FOLLOWED: Final = ("yes", "partly", "no")
#: Which decisions a sample is drawn from.
ALL, RISKY = "all", "risk"
_EVERY: Final = 5_000_000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """Decisions that were drawn: the verdicts on each, and the rates among them. No address, no word of content."""

    at: AsOf
    population: int
    lines: list[Row]
    rates: Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which events are asked for; empty: any. ``kind``: a type (``referral.sent``) or its room (``referral``)."""

    kind: str = ""
    unit: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


def events(asked: Asked, *, before: int | None = None, limit: int = 50) -> list[Row]:
    """Events of the acting operation, newest first: index, type, time, pseudonym, unit, rows told of. ``before``: where a page ended."""
    now = current()
    require(now, "event.read")
    now.cursor.execute(
        "SELECT * FROM iru.overseen_events(%s, %s, %s, %s, %s, %s)",
        [before, asked.kind, asked.unit, asked.since, asked.until, limit],
    )
    return dicts(now.cursor)


def record_sample(*, by: By, number: int, seed: str, size: int, which: str) -> None:
    """Tell the ledger that a sample was drawn, with its seed: from now on anybody who oversees can draw it again."""
    draw((), number, seed)
    with acting(by) as now:
        require(now, "oversee")
        payload = {"unit": str(by.unit), "seed": seed, "number": number, "as_of": size, "label": which}
        record(now, [Entry(EventType.SAMPLED, new_id(), payload)])


def sample(*, by: By, number: int, seed: str, size: int | None, which: str = ALL) -> Sample:
    """Draw ``number`` decisions as of ``size``.

    ``which`` risk: only those that two people disagreed on, that were turned round, or that came faster than one can read.
    """
    with acting(by) as now:
        require(now, "oversee")
        with queries.snapshot() as cursor:
            at = queries.as_of(cursor, size)
            population = _population(cursor, now, at, which)
        chosen = draw(population, number, seed)
        lines = _lines(now, [UUID(one) for one in chosen])
        return Sample(at, len(population), lines, rates(_looked(line) for line in lines))


def _population(cursor: Any, now: Now, at: AsOf, which: str) -> list[str]:
    operation = UUID(str(now.by.operation))
    codes = [code for code in codes_at(cursor, operation, at) if counted_in("assessed")(code)]
    turned = Milestone.DISAGREED | Milestone.REINSTATED | Milestone.WITHDRAWN
    decided = {str(row["id"]) for row in rows(cursor, operation, at, Behind(codes=codes), limit=_EVERY)}
    if which != RISKY:
        return sorted(decided)
    risky = Behind(codes=[code for code in codes if code & turned])
    found = {str(row["id"]) for row in rows(cursor, operation, at, risky, limit=_EVERY)}
    now.cursor.execute("SELECT item_id FROM iru.quick_verdicts()")
    return sorted((found | {str(row[0]) for row in now.cursor.fetchall()}) & decided)


def _lines(now: Now, items: Sequence[UUID]) -> list[Row]:
    now.cursor.execute("SELECT * FROM iru.overseen_verdicts(%s)", [list(items)])
    verdicts: dict[UUID, list[Row]] = {item: [] for item in items}
    for row in dicts(now.cursor):
        verdicts[row["item_id"]].append(row)
    now.cursor.execute(
        "SELECT item_id, state, milestones FROM registry_operationitem WHERE item_id = ANY(%s)", [list(items)]
    )
    stand = {row[0]: row[1:] for row in now.cursor.fetchall()}
    return [
        {
            "item": item,
            "state": stand.get(item, ("", 0))[0],
            "reversed": bool(stand.get(item, ("", 0))[1] & (Milestone.REINSTATED | Milestone.WITHDRAWN))
            or any(one["voided_at"] for one in verdicts[item]),
            "verdicts": verdicts[item],
        }
        for item in items
    ]


def _looked(line: Row) -> Looked:
    standing = [one for one in line["verdicts"] if one["voided_at"] is None and one["slot"] in ("A", "B")]
    return Looked(tuple(one["verdict"] for one in standing), line["reversed"])


def recommend(*, by: By, text: str, about: str = "") -> int:
    """Recommend something to those who lead the operation; its number. It must be answered within :data:`ANSWER_DAYS` days."""
    if not text.strip():
        raise UsageError("a recommendation says something", where="text")
    with acting(by) as now:
        require(now, "oversee")
        now.cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"recommendation {by.operation}"]
        )
        now.cursor.execute("SELECT coalesce(max(number), 0) + 1 FROM impact_recommendation")
        number = int(now.cursor.fetchone()[0])
        row: Row = {
            "id": new_id(),
            "operation_id": by.operation,
            "number": number,
            "text": text,
            "about": about,
            "due_at": now.at + timedelta(days=ANSWER_DAYS),
            "made_by": by.person,
            "made_at": now.at,
            "answer": "",
            "followed": "",
            "answered_by": None,
            "answered_at": None,
        }
        insert(now.cursor, "impact_recommendation", [row])
        _tell(now, EventType.RECOMMENDED, row["id"], number=number)
        return number


def answer(*, by: By, recommendation: UUID, followed: str, text: str) -> None:
    """Answer a recommendation, once: whether it is followed, and why. TwoPersonError for whoever made it."""
    if followed not in FOLLOWED or not text.strip():
        raise UsageError("an answer says whether the recommendation is followed, and why", where="followed")
    with acting(by) as now:
        require(now, "oversee.answer")
        now.cursor.execute(
            "SELECT made_by, answered_at FROM impact_recommendation WHERE id = %s FOR UPDATE",
            [recommendation],
        )
        found = now.cursor.fetchone()
        if found is None:
            raise NotFoundError("there is no such recommendation in this operation")
        if found[0] == by.person:
            raise TwoPersonError("nobody answers their own recommendation")
        if found[1] is not None:
            raise ConflictError("this recommendation has its answer", hint="An answer is not changed.")
        now.cursor.execute(
            "UPDATE impact_recommendation SET answer = %s, followed = %s, answered_by = %s, answered_at = %s WHERE id = %s",
            [text, followed, by.person, now.at, recommendation],
        )
        _tell(now, EventType.RECOMMENDATION_ANSWERED, recommendation, label=followed)


def _tell(now: Now, event: EventType, subject: UUID, **more: Any) -> None:
    payload = {"unit": str(now.by.unit), **more}
    record(now, [Entry(event, subject, payload, (("impact_recommendation", subject),))])


def recommendations() -> list[Row]:
    """Every recommendation in the acting operation, newest first; ``overdue``: its answer should be there."""
    now = current()
    now.cursor.execute("SELECT * FROM impact_recommendation ORDER BY number DESC")
    return [
        {**row, "overdue": row["answered_at"] is None and row["due_at"] <= now.at}
        for row in dicts(now.cursor)
    ]
