"""Acts on many items: claim, hand back, ask for another language. First what they would do, then done, and taken back again.

They never decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.core.errors import UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.operations.desk import Desk, done, once_form, page, show
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.commands_claims import MOST_CLAIMS, claim, hand_back, undo_claims
from openiru.stages.assessment.commands_language import ask_language, withdraw_requests
from openiru.stages.assessment.places import asked_for, own_claims
from openiru.stages.assessment.waiting import matching
from openiru.stages.assessment.web import words
from openiru.stages.assessment.web.queue import filters_of

#: An act on more items than this asks for the number to be typed.
TYPED: Final = 500
ACTS: Final = ("claim", "back", "language")


@page("assess", methods=("POST",))
def many(desk: Desk) -> HttpResponse:
    """Show what an act would do to the items that are chosen or that match; do it once its form is sent from there."""
    act = desk.request.POST.get("act", "")
    if act not in ACTS:
        raise UsageError(
            "choose what is to be done", where="act", hint="Go back to the queue and choose one."
        )
    filters = filters_of(desk.request.POST)
    with acting(desk.by) as now:
        require_assessor(now)
        items = _chosen(desk)
        touched = _touched(act, items)
    if not touched:
        return done(
            desk, desk.url("assessment-queue"), _("None of these items can be taken so: nothing was done.")
        )
    context: dict[str, Any] = {
        "act": act,
        "items": items,
        "all": desk.request.POST.get("all") == "1",
        "count": len(touched),
        "left_out": len(items) - len(touched),
        "filters": sorted(filters.plain().items()),
        "typed": len(touched) > TYPED,
        "most": MOST_CLAIMS,
        "too_many": act == "claim" and len(touched) > MOST_CLAIMS,
        "tongues": words.LANGUAGES,
        "wanted": desk.request.POST.get("wanted", "en")[:20],
    }
    if desk.request.POST.get("sure") != "1":
        return show(desk, "assessment/many.html", **context)
    if context["typed"] and desk.request.POST.get("number", "").strip() != str(len(touched)):
        return show(desk, "assessment/many.html", status=422, wrong=True, **context)
    return _do(desk, act, touched)


def _chosen(desk: Desk) -> list[UUID]:
    """What was ticked, or everything that the filters find."""
    if desk.request.POST.get("all") == "1":
        return matching(filters_of(desk.request.POST))
    try:
        return list(dict.fromkeys(UUID(one) for one in desk.request.POST.getlist("item")[:10_000]))
    except ValueError as error:
        raise UsageError("this is no item", where="item") from error


def _touched(act: str, items: Sequence[UUID]) -> list[UUID]:
    if act == "back":
        mine = own_claims()
        return [item for item in items if item in mine]
    if act == "language":
        asked = asked_for(items)
        return [item for item in items if item not in asked]
    return list(items)


def _do(desk: Desk, act: str, items: Sequence[UUID]) -> HttpResponse:
    wanted = desk.request.POST.get("wanted", "")
    answer = once_form(
        desk,
        f"assessment.many_{act}",
        {"items": [str(item) for item in items], "wanted": wanted},
        lambda: _act(desk, act, items, wanted),
    )
    count, batch = answer["count"], UUID(answer["batch"])
    said = ngettext("Done for {n} item.", "Done for {n} items.", count).format(n=count)
    return show(desk, "assessment/many_done.html", said=said, batch=batch, act=act, count=count)


def _act(desk: Desk, act: str, items: Sequence[UUID], wanted: str) -> dict[str, Any]:
    batch = new_id()
    if act == "claim":
        count = sum(one.until is not None for one in claim(by=desk.by, items=items, batch=batch))
    elif act == "back":
        count = len(hand_back(by=desk.by, items=items, batch=batch))
    else:
        asked = ask_language(by=desk.by, items=items, wanted=wanted, batch=batch)
        count = sum(one.request is not None for one in asked)
    return {"count": count, "batch": str(batch)}


@page("assess", methods=("POST",))
def undo(desk: Desk, batch: UUID) -> HttpResponse:
    """Take an act on many items back, as far as nobody has gone on with it since."""
    count = len(undo_claims(by=desk.by, batch=batch)) + withdraw_requests(by=desk.by, batch=batch)
    said = ngettext("Taken back for {n} item.", "Taken back for {n} items.", count).format(n=count)
    return done(desk, desk.url("assessment-queue"), said)
