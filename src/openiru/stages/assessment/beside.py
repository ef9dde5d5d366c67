"""Reads of what stands beside an item on the desk: alike items that are settled, both reasons of a dispute, alarms, one's own day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from openiru.core.assessment.exposure import Exposure, exposure
from openiru.core.assessment.exposure import Opened as One
from openiru.core.assessment.plain import draft_from_plain
from openiru.core.assessment.tests import Draft
from openiru.core.lifecycle import State
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts

#: States in which nothing is left to assess: what was decided is no secret then.
SETTLED: Final = tuple(
    state.value
    for state in State
    if state not in {State.SEEN, State.UNDONE, State.IN_ASSESSMENT, State.DISPUTED, State.PARKED}
)


def alike(item: UUID, *, limit: int = 8) -> list[dict[str, Any]]:
    """Items of the acting operation with the same content or of the same account, those of one content first.

    Of an item that is settled: where it stands. Of the others only that they are here, so that nobody is told who has spoken.
    """
    now = current()
    now.cursor.execute(
        "WITH me AS (SELECT i.id, i.account_key FROM registry_item i WHERE i.id = %s), near AS ("
        "  SELECT w.item_id, true AS same FROM registry_work w JOIN registry_work mine ON mine.digest = w.digest"
        "  WHERE mine.item_id = %s AND w.item_id <> %s"
        "  UNION ALL (SELECT i.id, false FROM registry_item i, me"
        "   WHERE i.account_key <> '' AND i.account_key = me.account_key AND i.id <> me.id LIMIT 50))"
        " SELECT i.id AS item, i.key, i.canonical, i.platform, i.kind, bool_or(n.same) AS same,"
        "  CASE WHEN oi.state = ANY(%s) THEN oi.state END AS state"
        " FROM near n JOIN registry_item i ON i.id = n.item_id"
        " JOIN registry_operationitem oi ON oi.item_id = i.id AND oi.operation_id = %s"
        " GROUP BY i.id, i.key, i.canonical, i.platform, i.kind, oi.state"
        " ORDER BY bool_or(n.same) DESC, (oi.state = ANY(%s)) DESC, i.key LIMIT %s",
        [item, item, item, list(SETTLED), now.by.operation, list(SETTLED), limit],
    )
    return dicts(now.cursor)


def decided_of_work(item: UUID) -> tuple[dict[str, Any], Draft] | None:
    """What two people said of another item with the same content, and of which; None when there is none that was decided."""
    now = current()
    now.cursor.execute(
        "SELECT i.id AS item, i.key, oi.state FROM registry_work mine JOIN registry_work w ON w.digest = mine.digest"
        " JOIN registry_item i ON i.id = w.item_id"
        " JOIN registry_operationitem oi ON oi.item_id = i.id AND oi.operation_id = %s"
        " WHERE mine.item_id = %s AND w.item_id <> %s AND oi.decided_at IS NOT NULL AND oi.state = ANY(%s)"
        " ORDER BY oi.decided_at DESC, i.key LIMIT 1",
        [now.by.operation, item, item, list(SETTLED)],
    )
    found = dicts(now.cursor)
    if not found:
        return None
    now.cursor.execute("SELECT facts FROM iru.decided_facts(%s) ORDER BY slot LIMIT 1", [[found[0]["item"]]])
    said = dicts(now.cursor)
    return (found[0], draft_from_plain(said[0]["facts"])) if said else None


def both_reasons(item: UUID) -> list[dict[str, Any]]:
    """What the two people who differ said, for the third: slot, verdict, confidence, facts; not whose it is. Empty otherwise."""
    now = current()
    now.cursor.execute(
        "SELECT slot, verdict, confidence, facts FROM iru.both_reasons(%s)",
        [[item]],
    )
    return dicts(now.cursor)


def alarms(*, limit: int = 50, after: UUID | None = None) -> list[dict[str, Any]]:
    """Alarms of the operation, newest first; the place of what is sealed only until it was handed over."""
    now = current()
    now.cursor.execute(
        "SELECT a.id, a.kind, u.code AS unit, a.pseudonym, a.note, a.raised_at, a.handed_to, a.handed_note, a.handed_as,"
        " a.handed_at, CASE WHEN a.kind = 'life' OR a.handed_at IS NULL THEN a.canonical ELSE '' END AS canonical,"
        " CASE WHEN a.kind = 'life' THEN a.item_id END AS item"
        " FROM assessment_alarm a JOIN people_unit u ON u.id = a.unit_id"
        " WHERE a.operation_id = %s AND (%s::uuid IS NULL OR a.id < %s::uuid) ORDER BY a.id DESC LIMIT %s",
        [now.by.operation, after, after, limit],
    )
    return dicts(now.cursor)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """One's own day: exposure, and what one assessed, newest first."""

    exposure: Exposure
    given: list[dict[str, Any]]


def own_exposure() -> Exposure:
    """What the acting person has opened since the last midnight in UTC, by the clock on the wall."""
    now = current()
    now.cursor.execute(
        "SELECT iru.wall(), opened_at, left_at, severe FROM assessment_opened WHERE unit_id = %s AND person_id = %s"
        " AND opened_at >= date_trunc('day', iru.wall(), 'UTC') ORDER BY opened_at",
        [now.by.unit, now.by.person],
    )
    rows: Sequence[tuple[datetime, datetime, datetime | None, bool]] = now.cursor.fetchall()
    at = rows[-1][0] if rows else now.at
    return exposure([One(opened, left, severe) for _, opened, left, severe in rows], at=at)


def own_day(*, limit: int = 100) -> OwnDay:
    """One's own day. Nobody else can ask for it: there is no parameter for whose."""
    now = current()
    now.cursor.execute(
        "SELECT a.id, i.key, i.canonical, i.platform, a.verdict, a.confidence, a.assessed_at, a.voided_at,"
        " CASE WHEN oi.state = ANY(%s) THEN oi.state END AS state"
        " FROM assessment_assessment a JOIN registry_item i ON i.id = a.item_id"
        " JOIN registry_operationitem oi ON oi.item_id = a.item_id AND oi.operation_id = a.operation_id"
        " WHERE a.operation_id = %s AND a.person_id = %s AND a.assessed_at > %s - interval '24 hours'"
        " ORDER BY a.id DESC LIMIT %s",
        [list(SETTLED), now.by.operation, now.by.person, now.at, limit],
    )
    given = dicts(now.cursor)
    return OwnDay(own_exposure(), given)


def rules_of(platform: str) -> dict[str, Any]:
    """The name of a platform and of its provider, and the clause of the provider's rules; empty where nobody is known."""
    now = current()
    now.cursor.execute(
        "SELECT p.name AS platform, r.name AS provider, r.rule, r.country FROM directory_platform p"
        " LEFT JOIN directory_provider r ON r.id = p.provider_id WHERE p.slug = %s",
        [platform],
    )
    found = dicts(now.cursor)
    return found[0] if found else {}
