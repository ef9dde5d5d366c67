"""Outbox and delivery: what waits, what left, what came back; letting letters go, and taking them back in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext

from openiru.core.referral.hours import hours_of
from openiru.core.referral.rules import send_window
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import acting
from openiru.foundation.directory.queries import providers
from openiru.foundation.operations.desk import PAGE, Desk, done, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of
from openiru.foundation.operations.fresh import needs_fresh
from openiru.stages.referral import commands, queries, shown
from openiru.stages.referral.checklist import rules
from openiru.stages.referral.web.asked import choice, references, text

S = DeliveryState
#: More lines than that are let go only by somebody who has just shown that it is them.
STEP_UP: Final = 100
WAITING: Final = tuple(state.value for state in queries.OUTBOX)
VIEWS: Final[Mapping[str, tuple[str, ...]]] = {
    "waiting": WAITING,
    "sent": (S.SENT.value,),
    "attention": (S.UNKNOWN.value, S.BOUNCED.value, S.DEFERRED.value),
    "all": (),
}


@page("item.read")
def outbox(desk: Desk) -> HttpResponse:
    """Letters by where they stand, newest first."""
    view, provider = choice(desk, "view", VIEWS, "waiting"), text(desk, "provider")
    with acting(desk.by):
        found = shown.referrals(
            states=VIEWS[view],
            provider=provider,
            before=id_of(desk.request.GET.get("cursor", "")),
            limit=PAGE + 1,
        )
        counts, leaving, known = shown.states(), shown.leaving(), providers()
    rows = [
        {
            **row,
            "can_go": _can_go(row),
            "waits": row["state"] in commands.RELEASABLE and row["released_at"] is not None,
        }
        for row in found
    ]
    listed = paged(desk, rows, by_id)
    return show(
        desk,
        "referral/outbox.html",
        list=listed,
        tabs=[
            {
                "name": name,
                "count": sum(counts.get(state, 0) for state in states or counts),
                "here": name == view,
            }
            for name, states in VIEWS.items()
        ],
        view=view,
        provider=provider,
        providers=known,
        leaving=leaving,
        may_send=desk.may("referral.send"),
        may_prepare=desk.may("referral.prepare"),
        can_send=desk.may("referral.send") and any(row["can_go"] for row in listed["rows"]),
    )


@page("item.read")
def leaving(desk: Desk) -> HttpResponse:
    """Asked again and again while something can still be taken back: nothing as long as nothing has changed, else the page anew."""
    with acting(desk.by):
        there = {row["reference"] for row in shown.leaving()}
    answer = HttpResponse(status=204)
    if not set(desk.request.GET.getlist("ref")) <= there:
        answer["HX-Refresh"] = "true"  # they have left, or somebody took them back
    return answer


@page("referral.send", methods=("GET", "POST"))
def send(desk: Desk) -> HttpResponse:
    """What is about to be let go, once more in one view; POST lets it go."""
    if desk.request.method == "POST":
        return _let_go(desk)
    wanted = references(desk.request.GET.getlist("ref"))
    urgent = desk.request.GET.get("urgent") == "1"
    with acting(desk.by) as now:
        rows = shown.whole(queries.ids_of(wanted))
        checked = rules(now, rows)
        heads = {row["id"]: row for row in shown.by_ids([row["id"] for row in rows])}
    letters = [
        {
            **heads[row["id"]],
            "zone": row["zone"],
            "leaves": window(row, urgent=urgent, at=desk.at),
            "against": [rule for rule in checked[row["id"]] if not rule.holds],
            "can_go": _can_go(heads[row["id"]]),
        }
        for row in rows
    ]
    ready = [one for one in letters if one["can_go"] and not one["against"]]
    lines = sum(one["lines"] for one in ready)
    if lines > STEP_UP and (asked := needs_fresh(desk, back=_review(desk, wanted, urgent=urgent))):
        return asked
    return show(
        desk,
        "referral/send.html",
        letters=letters,
        ready=ready,
        urgent=urgent,
        lines=lines,
        undo_s=commands.UNDO_S,
    )


def _review(desk: Desk, wanted: list[str], *, urgent: bool) -> str:
    query = urlencode([("ref", one) for one in wanted] + ([("urgent", "1")] if urgent else []))
    return f"{desk.url('referral-send')}?{query}"


def window(row: Mapping[str, Any], *, urgent: bool, at: datetime) -> datetime:
    """When a letter leaves at the earliest: now, or when the provider reads its mail next."""
    return send_window(hours_of(row["hours"], row["zone"]), urgent=urgent or row["urgent"], now=at)


def _can_go(row: Mapping[str, Any]) -> bool:
    return row["state"] in commands.RELEASABLE and row["released_at"] is None


def _let_go(desk: Desk) -> HttpResponse:
    wanted, urgent = references(desk.request.POST.getlist("ref")), desk.request.POST.get("urgent") == "1"
    with acting(desk.by):
        ids = queries.ids_of(wanted)
        lines = sum(row["lines"] for row in shown.by_ids(ids))
    if lines > STEP_UP and (asked := needs_fresh(desk, back=_review(desk, wanted, urgent=urgent))):
        return asked

    def do() -> Any:
        made = commands.send(by=desk.by, referrals=ids, urgent=urgent, undo_s=commands.UNDO_S)
        return {"released": len(made)}

    once_form(desk, "send_referrals", {"references": wanted, "urgent": urgent}, do)
    said = ngettext(
        "%(count)d letter was let go. For %(seconds)d seconds you can take it back.",
        "%(count)d letters were let go. For %(seconds)d seconds you can take them back.",
        len(wanted),
    )
    return done(desk, _back(desk, wanted), said % {"count": len(wanted), "seconds": commands.UNDO_S})


@page("referral.send", methods=("POST",))
def recall(desk: Desk) -> HttpResponse:
    """Take letters back before a machine has them."""
    wanted = references(desk.request.POST.getlist("ref"))

    def do() -> Any:
        with acting(desk.by):
            return {"recalled": commands.recall(by=desk.by, referrals=queries.ids_of(wanted))}

    once_form(desk, "recall_referrals", wanted, do)
    return done(desk, _back(desk, wanted), gettext("Taken back. Nothing has left."))


def _back(desk: Desk, wanted: list[str]) -> str:
    """One letter: its page; several: the outbox."""
    if len(wanted) == 1:
        return desk.url("referral-show", reference=wanted[0])
    return desk.url("referral-outbox")
