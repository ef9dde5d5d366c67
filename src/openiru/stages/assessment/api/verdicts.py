"""Verdicts through the programming interface: two people, each item by itself.

Nothing here tells whether somebody else has spoken: states, slots and marks of the registry stay out of every answer until one
has spoken oneself.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Status

from openiru.core.assessment.plain import draft_from_plain
from openiru.core.assessment.tests import Availability
from openiru.core.errors import NotFoundError
from openiru.core.vocabulary import Ground, ProtectedPurpose, Verdict
from openiru.engines.addresses import defang
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    asker_in,
    once,
    page_of,
    parts_of,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment import queries
from openiru.stages.assessment.api.shapes import (
    AssessedRow,
    AssessmentQueue,
    BasisOut,
    DraftIn,
    VerdictOut,
    refused,
)
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.commands import Assessed, assess
from openiru.stages.assessment.deciding import Draft

router = Router(tags=["Assessment"])


@router.get(
    "/operations/{operation}/assessments/queue",
    response=responses({200: AssessmentQueue}),
    auth=Asks("assess"),
    operation_id="list_queue",
)
def list_queue(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """What one can assess now, by key, nobody's verdict shown. What one has assessed is not in it."""
    return _queue(request, operation, limit, cursor, disputed=False)


@router.get(
    "/operations/{operation}/assessments/disagreements",
    response=responses({200: AssessmentQueue}),
    auth=Asks("assess"),
    operation_id="list_disagreements",
)
def list_disagreements(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """What waits for a third person, as far as one can be that person; who said what is not shown."""
    return _queue(request, operation, limit, cursor, disputed=True)


def _queue(request: HttpRequest, operation: str, limit: int, cursor: str, *, disputed: bool) -> Any:
    (after,) = parts_of(cursor, [str])
    with acting(asker_in(request, operation)) as now:
        require_assessor(now)
        found = queries.open_for(limit=limit + 1, after_key=after, disputed=disputed)
        said = queries.words([row["id"] for row in found])
    rows = [_waiting(row, row["shown"], said.get(row["id"], [])) for row in found]
    return page_of(rows, limit, lambda row: [row["key"]])


def _waiting(row: dict[str, Any], shown: queries.Shown, said: list[dict[str, Any]]) -> dict[str, Any]:
    """What is told of an item before one has spoken: nothing of it changes when somebody else does."""
    return {
        "item": shown.item,
        "key": shown.key,
        "basis": shown.digest,
        "canonical": shown.canonical,
        "defanged": defang(shown.canonical),
        "kind": shown.kind,
        "extent": shown.extent,
        "language": row["language"],
        "mandate": shown.mandate,
        "words": said,
    }


@router.get(
    "/operations/{operation}/items/{item}/basis",
    response=responses({200: BasisOut}),
    auth=Asks("assess"),
    operation_id="show_basis",
)
def show_basis(request: HttpRequest, response: HttpResponse, operation: str, item: UUID) -> Any:
    """What is shown of an item, and what an assessment of it must answer. ETag: the digest of the basis."""
    with acting(asker_in(request, operation)) as now:
        require_assessor(now)
        row, shown = items_by_id([item]).get(item), queries.basis_for([item]).get(item)
        if row is None or shown is None:
            raise NotFoundError("no such item in this operation", where=str(item))
        said = queries.words([item]).get(item, [])
    response["ETag"] = f'"{shown.digest}"'
    return _waiting(row, shown, said) | {
        "rules": shown.rules,
        "grounds": [{"ground": one, "danger": one is Ground.INCITES} for one in Ground],
        "exceptions": list(ProtectedPurpose),
        "availabilities": list(Availability),
        "verdicts": list(Verdict),
    }


@router.post(
    "/operations/{operation}/assessments",
    response=responses({207: list[AssessedRow]}),
    auth=Asks("assess"),
    operation_id="give_assessments",
)
def give_assessments(
    request: HttpRequest,
    operation: str,
    key: IdempotencyKey,
    body: Annotated[list[DraftIn], Body(min_length=1, max_length=500)],
) -> Any:
    """Give one's verdicts; each is answered by itself. Each says on which basis it stands: a stale one is answered 412.

    Nobody assesses an item twice, and whoever coordinates, administers or oversees assesses nothing.
    """
    by = asker_in(request, operation)
    drafts = [
        Draft(item=one.item, basis=one.basis, facts=draft_from_plain(one.assessment.dict())) for one in body
    ]

    def do() -> Any:
        return [_assessed(index, one) for index, one in enumerate(assess(by=by, drafts=drafts))]

    return Status(207, once(by, key, "give_assessments", [one.dict() for one in body], do))


def _assessed(index: int, one: Assessed) -> dict[str, Any]:
    if one.refused is not None:
        return refused(index, one.refused)
    told = {"id": one.assessment, "item": one.item, "outcome": one.outcome, "state": one.state}
    return {"index": index, "status": 201, "assessment": told}


@router.get(
    "/operations/{operation}/items/{item}/verdicts",
    response=responses({200: list[VerdictOut]}),
    auth=Asks("item.read"),
    operation_id="list_verdicts",
)
def list_verdicts(request: HttpRequest, operation: str, item: UUID) -> Any:
    """The verdicts on an item that one may see: one's own, and the others' once one has spoken or all is settled."""
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        if item not in items_by_id([item]):
            raise NotFoundError("no such item in this operation", where=str(item))
        return [row | {"basis": row["basis_digest"]} for row in queries.verdicts_visible(item)]
