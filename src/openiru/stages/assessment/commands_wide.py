"""The route of its own for an account, channel, app or site: proved, reasoned, told to the overseer, for two units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from openiru.core.assessment.wide import Brand, Sample, WideProposal, validate_wide
from openiru.core.errors import ConflictError, ExtentError, NotFoundError, OpenIruError, PermissionDeniedError
from openiru.core.events import EventType
from openiru.core.intake.extent import Route, require_route
from openiru.core.vocabulary import Extent
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.foundation.registry.transitions import lock
from openiru.stages.assessment.bench import NEVER
from openiru.stages.assessment.deciding import DraftError
from openiru.stages.assessment.queries import ASSESSABLE

#: Of what validate_wide asks, the part that can be known before anybody has given a verdict.
NOW_KNOWN = frozenset({"extent", "proof", "why_not_items"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWide:
    """A proposal to refer more than one piece of content. No field has a default."""

    item: UUID
    proof: Brand | Sample
    why_not_items: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What became of one proposal."""

    item: UUID
    proposal: UUID | None = None
    refused: OpenIruError | None = None


def propose_wide(*, by: By, proposals: Sequence[NewWide]) -> list[Proposed]:
    """Propose accounts, channels, apps or sites; one answer for each. It opens the item for verdicts and decides nothing.

    The overseer is told in the same transaction: the proposal stands on the overseer's list from now on, before anybody
    can send it. A verdict of a second unit is needed beside one of the first.
    """
    with acting(by) as now:
        require(now, "assess.wide")
        if now.roles & NEVER:
            raise PermissionDeniedError(
                "whoever coordinates, administers, prosecutes or oversees proposes nothing"
            )
        ids = sorted({one.item for one in proposals})
        standing = lock(now, ids)
        facts = items_by_id(ids)
        now.cursor.execute("SELECT item_id FROM iru.wide_cases(%s)", [ids])
        proposed: set[UUID] = {row[0] for row in now.cursor.fetchall()}
        answers: list[Proposed] = []
        rows: list[dict[str, Any]] = []
        for one, new in zip(proposals, new_ids(len(proposals)), strict=True):
            try:
                _check(now, one, facts.get(one.item), standing.get(one.item), proposed)
            except OpenIruError as error:
                answers.append(Proposed(one.item, refused=error))
                continue
            proposed.add(one.item)
            rows.append(_row(now, one, new))
            answers.append(Proposed(one.item, new))
        insert(now.cursor, "assessment_wideproposal", rows)
        record(now, [entry for row in rows for entry in _entries(row)])
        return answers


def _check(
    now: Now,
    one: NewWide,
    facts: dict[str, Any] | None,
    standing: dict[str, Any] | None,
    proposed: set[UUID],
) -> None:
    if facts is None or standing is None:
        raise NotFoundError("this item takes no part in the operation")
    if facts["needs_resolving"]:
        raise ExtentError("a shortener says nothing of the place it leads to", where=facts["key"])
    require_route(Extent(facts["extent"]), Route.WIDE, where=facts["key"])
    if standing["state"] not in {state.value for state in ASSESSABLE}:
        raise ConflictError("nothing is left to assess on this item", where=facts["key"])
    if one.item in proposed:
        raise ConflictError("this item is proposed already", where=facts["key"])
    proposal = WideProposal(
        extent=Extent(facts["extent"]),
        proof=one.proof,
        why_not_items=one.why_not_items,
        person=str(now.by.person),
        unit=str(now.by.unit),
        second_person="",
        second_unit="",
        overseer_told_at=None,
    )
    if problems := [p for p in validate_wide(proposal, send_at=now.at) if p.field in NOW_KNOWN]:
        raise DraftError(problems)


def _row(now: Now, one: NewWide, new: UUID) -> dict[str, Any]:
    proof: dict[str, Any] = {
        "kind": "brand" if isinstance(one.proof, Brand) else "sample",
        **asdict(one.proof),
    }
    if isinstance(one.proof, Sample):
        proof["share"] = one.proof.share
    return {
        "unit_id": now.by.unit,
        "id": new,
        "operation_id": now.by.operation,
        "item_id": one.item,
        "person_id": now.by.person,
        "case": {"proof": proof, "why_not_items": one.why_not_items},
        "overseer_told_at": now.at,
        "proposed_at": now.at,
    }


def _entries(row: dict[str, Any]) -> list[Entry]:
    payload = {"item": str(row["item_id"]), "unit": str(row["unit_id"])}
    rows = (("assessment_wideproposal", row["id"]),)
    return [
        Entry(EventType.WIDE_PROPOSED, row["id"], payload, rows, item=row["item_id"]),
        Entry(EventType.OVERSEER_TOLD, row["id"], payload, item=row["item_id"]),
    ]
