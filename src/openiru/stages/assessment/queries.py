"""Reads of assessment: what is shown, what a person can assess now, whose verdicts one may see, what stands behind a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from openiru.core.assessment.basis import Basis, basis_digest
from openiru.core.assessment.tests import Problem
from openiru.core.assessment.wide import Brand, Sample, WideProposal, validate_wide
from openiru.core.errors import UsageError
from openiru.core.intake.extent import Route, route_of
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Extent, Ground, Verdict
from openiru.foundation.database.acting import current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.operations.queries import by_id
from openiru.foundation.registry.queries import items as items_by_id

#: Version of the assessment's rules. Another version is another basis and voids the verdicts given on this one.
RULES = "openiru-assessment/1"

#: States in which somebody may still say something.
ASSESSABLE = (State.SEEN, State.IN_ASSESSMENT, State.DISPUTED, State.PARKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Exactly what a verdict stands on, and its digest.

    The words of contributions are shown beside it and are no part of it: what an assessor sees of them follows from
    markings and differs from unit to unit, so that two people of two units would never stand on one basis, and every
    further contribution would void what was said of the same place.
    """

    item: UUID
    key: str
    canonical: str
    kind: str
    extent: str
    mandate: str
    rules: str
    digest: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The two verdicts a referral line rests on, in the columns of the line."""

    item: UUID
    basis_digest: str
    a_unit_id: UUID
    a_id: UUID
    a_person_id: UUID
    b_unit_id: UUID
    b_id: UUID
    b_person_id: UUID
    a_verdict: str = Verdict.REFER.value
    b_verdict: str = Verdict.REFER.value


def basis_for(items: Sequence[UUID]) -> dict[UUID, Shown]:
    """What is shown of these items of the acting operation now."""
    operation = current().by.operation
    if operation is None:
        raise UsageError("an assessment belongs to an operation", where="--operation")
    row = by_id(operation)
    mandate = f"{row['act']}, {row['article']}"
    return {item: _shown(each, mandate) for item, each in items_by_id(items).items()}


def _shown(row: dict[str, Any], mandate: str) -> Shown:
    basis = Basis(
        key=row["key"],
        canonical=row["canonical"],
        grounds=tuple(Ground),
        capture=None,  # there is no capture yet; when there is one, its digest stands here
        text="",
        rules="\n".join((RULES, mandate, row["kind"], row["extent"])),
    )
    return Shown(
        item=row["id"],
        key=row["key"],
        canonical=row["canonical"],
        kind=row["kind"],
        extent=row["extent"],
        mandate=mandate,
        rules=RULES,
        digest=basis_digest(basis),
    )


def words(items: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What contributors said of the items, as far as their markings let the acting unit see it."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM iru.shown(%s)", [list(items)])
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in dicts(cursor):
        found.setdefault(row.pop("item_id"), []).append(row)
    return found


def open_for(*, limit: int = 50, after_key: str = "", disputed: bool = False) -> list[dict[str, Any]]:
    """Items on which the acting person can say something now, by key, without anybody's verdict.

    Each row: the registry's columns and ``shown``. ``disputed``: only those that wait for a third person. Left out: items
    on which the person has spoken, shorteners that were not followed, and whatever has no route or, for an account, channel,
    app or site, no proposal yet or a verdict of the person's own unit already.
    """
    now = current()
    states = [State.DISPUTED.value] if disputed else [state.value for state in ASSESSABLE]
    now.cursor.execute(
        "SELECT i.id FROM registry_operationitem oi JOIN registry_item i ON i.id = oi.item_id"
        " WHERE oi.state = ANY(%s) AND i.key > %s AND NOT i.needs_resolving"
        " AND NOT EXISTS (SELECT 1 FROM assessment_assessment a WHERE a.item_id = i.id AND a.operation_id = %s"
        "   AND a.person_id = %s AND a.voided_at IS NULL)"
        " AND (i.extent = 'item' OR (i.extent = ANY(%s)"
        "   AND EXISTS (SELECT 1 FROM iru.wide_cases(ARRAY[i.id]))"
        "   AND NOT EXISTS (SELECT 1 FROM assessment_assessment a WHERE a.item_id = i.id AND a.operation_id = %s"
        "     AND a.voided_at IS NULL)))"
        " ORDER BY i.key LIMIT %s",
        [states, after_key, now.by.operation, now.by.person, wide_extents(), now.by.operation, limit],
    )
    ids: list[UUID] = [row[0] for row in now.cursor.fetchall()]
    rows, shown = items_by_id(ids), basis_for(ids)
    return [{**rows[item], "shown": shown[item]} for item in ids]


def wide_extents() -> list[str]:
    """Extents of more than one piece of content that have a route."""
    return [extent.value for extent in Extent if route_of(extent) is Route.WIDE]


def disagreements(*, limit: int = 50, after_key: str = "") -> list[dict[str, Any]]:
    """Items that wait for a third person, as far as the acting person can be that one."""
    return open_for(limit=limit, after_key=after_key, disputed=True)


def verdicts_visible(item: UUID) -> list[dict[str, Any]]:
    """The verdicts on an item that the acting person may see, by slot: slot, unit, verdict, whether one's own.

    Others' only after one's own on the same basis, or once the item is settled. When each was given is not said.
    """
    now = current()
    now.cursor.execute(
        "SELECT v.slot, u.code AS unit, v.verdict, v.person_id = %s AS own, v.basis_digest"
        " FROM iru.verdicts(%s) v JOIN people_unit u ON u.id = v.unit_id ORDER BY v.slot, u.code, v.id",
        [now.by.person, [item]],
    )
    return dicts(now.cursor)


def pairs_for(items: Sequence[UUID]) -> dict[UUID, Pair]:
    """The two *refer* verdicts behind each decided item, on the basis it was decided on; others are not in the answer."""
    cursor = current().cursor
    cursor.execute(
        "SELECT v.item_id, v.basis_digest, v.unit_id, v.id, v.person_id FROM iru.verdicts(%s) v"
        " JOIN registry_operationitem oi ON oi.item_id = v.item_id AND oi.basis_digest = v.basis_digest"
        " WHERE v.verdict = 'refer' AND oi.decided_at IS NOT NULL ORDER BY v.item_id, v.slot",
        [list(items)],
    )
    found: dict[UUID, list[tuple[Any, ...]]] = {}
    for row in cursor.fetchall():
        found.setdefault(row[0], []).append(row)
    return {
        item: Pair(item, a[1], a[2], a[3], a[4], b[2], b[3], b[4])
        for item, (a, b) in ((item, rows) for item, rows in found.items() if len(rows) == 2)  # noqa: PLR2004 - two persons
    }


def wide_told(*, after: UUID | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """Every proposal to refer more than one piece of content, newest last: what an overseer is told; ``after``: those behind it."""
    cursor = current().cursor
    cursor.execute(
        "WITH told AS (SELECT * FROM iru.wide_cases(ARRAY(SELECT item_id FROM registry_operationitem)))"
        " SELECT w.*, i.key, i.canonical, i.extent, u.code AS unit FROM told w"
        " JOIN registry_item i ON i.id = w.item_id JOIN people_unit u ON u.id = w.unit_id"
        " WHERE %s::uuid IS NULL OR (w.proposed_at, w.id) > (SELECT proposed_at, id FROM told WHERE id = %s)"
        " ORDER BY w.proposed_at, w.id LIMIT %s",
        [after, after, limit],
    )
    return dicts(cursor)


def wide_problems(items: Sequence[UUID], *, send_at: datetime) -> dict[UUID, list[Problem]]:
    """What stands against sending each of these items by the wide route at ``send_at``; items of one piece are not asked."""
    wide = {item: row for item, row in items_by_id(items).items() if row["extent"] != Extent.ITEM.value}
    cursor = current().cursor
    cursor.execute("SELECT * FROM iru.wide_cases(%s)", [list(wide)])
    cases = {row["item_id"]: row for row in dicts(cursor)}
    pairs = pairs_for(list(wide))
    return {
        item: validate_wide(
            _proposal(Extent(row["extent"]), cases.get(item), pairs.get(item)), send_at=send_at
        )
        for item, row in wide.items()
    }


def _proposal(extent: Extent, case: dict[str, Any] | None, pair: Pair | None) -> WideProposal:
    first = (str(pair.a_unit_id), str(pair.a_person_id)) if pair else ("", "")
    second = (str(pair.b_unit_id), str(pair.b_person_id)) if pair else ("", "")
    return WideProposal(
        extent=extent,
        proof=proof_from(case["case"]) if case else None,
        why_not_items=str(case["case"]["why_not_items"]) if case else "",
        unit=first[0],
        person=first[1],
        second_unit=second[0],
        second_person=second[1],
        overseer_told_at=case["overseer_told_at"] if case else None,
    )


def proof_from(case: dict[str, Any]) -> Brand | Sample:
    """The proof as it stands in the database."""
    proof = dict(case["proof"])
    kind = proof.pop("kind")
    proof.pop("share", None)
    return Brand(**proof) if kind == "brand" else Sample(**proof)
