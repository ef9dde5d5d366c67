"""Disagreements, proposals of more than one piece of content, and one's own day."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.assessment.wide import Brand, Sample
from openiru.core.errors import NotFoundError, OpenIruError, UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import PAGE, Desk, done, field, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of, parts_of, status_of
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment import queries
from openiru.stages.assessment.bench import NEVER, require_assessor
from openiru.stages.assessment.beside import both_reasons, own_day
from openiru.stages.assessment.commands_wide import NewWide, propose_wide
from openiru.stages.assessment.queries import wide_extents

_LINE: Final = 1_000
_WORDS: Final = 5_000


@page("assess")
def disagreements(desk: Desk) -> HttpResponse:
    """What waits for a third person, as far as one can be that person: both reasons side by side, not whose they are."""
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [str])
    with acting(desk.by) as now:
        require_assessor(now)
        rows = queries.disagreements(limit=20 + 1, after_key=after)
        shown = [
            {
                "item": row["id"],
                "key": row["key"],
                "canonical": row["canonical"],
                "platform": row["platform"],
                "kind": row["kind"],
                "language": row["language"],
                "both": both_reasons(row["id"]),
            }
            for row in rows
        ]
    return show(
        desk, "assessment/disagreements.html", list=paged(desk, shown, lambda row: [row["key"]], limit=20)
    )


@page("item.read")
def wide(desk: Desk) -> HttpResponse:
    """Every proposal to refer an account, channel, app or site, oldest first."""
    after = id_of(desk.request.GET.get("cursor", ""))
    with acting(desk.by) as now:
        require(now, "item.read")
        rows = queries.wide_told(after=after, limit=PAGE + 1)
        may = desk.may("assess") and not now.roles & NEVER
        open_ = {row["id"] for row in queries.open_for(limit=500)} if may and rows else set()
    rows = [row | {"open": row["item_id"] in open_} for row in rows]
    return show(desk, "assessment/wide.html", list=paged(desk, rows, by_id), may=may)


@page("assess.wide", methods=("GET", "POST"))
def propose(desk: Desk) -> HttpResponse:
    """A new proposal for one item: its proof, why single items do not suffice."""
    given = desk.request.POST if desk.request.method == "POST" else desk.request.GET
    try:
        item = UUID(given.get("item", ""))
    except ValueError as error:
        raise UsageError(
            "which place is meant is not said", where="item", hint="Open it from the list of items."
        ) from error
    with acting(desk.by):
        row = items_by_id([item]).get(item)
    if row is None:
        raise NotFoundError("no such item in this operation", where=str(item))
    context: dict[str, Any] = {"row": row, "wide": row["extent"] in wide_extents(), "typed": given}
    if desk.request.method != "POST":
        return show(desk, "assessment/wide_new.html", **context)
    try:
        made = NewWide(
            item=item, proof=_proof(desk), why_not_items=field(desk, "why_not_items", longest=_WORDS)
        )
        body = {
            name: desk.request.POST.get(name, "")
            for name in desk.request.POST
            if name != "csrfmiddlewaretoken"
        }
        once_form(desk, "assessment.propose_wide", body, lambda: _propose(desk, made))
    except OpenIruError as error:
        return show(desk, "assessment/wide_new.html", status=status_of(error), refused=error, **context)
    return done(
        desk, desk.url("assessment-wide"), _("Proposed. The overseer is told; now two units must say refer.")
    )


def _propose(desk: Desk, made: NewWide) -> dict[str, str]:
    (answer,) = propose_wide(by=desk.by, proposals=[made])
    if answer.refused is not None:
        raise answer.refused
    return {"id": str(answer.proposal)}


def _proof(desk: Desk) -> Brand | Sample:
    if desk.request.POST.get("proof") == "brand":
        return Brand(outlet=field(desk, "outlet", longest=_LINE), source=field(desk, "source", longest=_LINE))
    return Sample(
        seed=field(desk, "seed", longest=_LINE),
        population=_count(desk, "population"),
        drawn=_count(desk, "drawn"),
        terrorist=_count(desk, "terrorist"),
    )


def _count(desk: Desk, name: str) -> int:
    said = field(desk, name, longest=12)
    if not (said.isascii() and said.isdigit()):
        raise UsageError(f"{name} is a whole number", where=name)
    return int(said)


@page("assess")
def own(desk: Desk) -> HttpResponse:
    """What one assessed today and was exposed to, for one's own eyes."""
    with acting(desk.by) as now:
        require_assessor(now)
        mine = own_day()
    return show(desk, "assessment/own.html", day=mine)
