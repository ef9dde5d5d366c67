"""Holds: what one's own unit holds, placing one after seeing what it would meet, releasing, and passing one for a threat."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.core.errors import NotFoundError
from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.foundation.database.acting import acting
from openiru.foundation.operations import words
from openiru.foundation.operations.desk import PAGE, Desk, done, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of
from openiru.foundation.operations.queries import participants
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.intake import queries
from openiru.stages.intake.holds import (
    LONGEST_TEXT,
    NewHold,
    override,
    place_holds,
    release_holds,
    would_meet,
)
from openiru.stages.intake.web import asked

#: Items that a hold meets, as far as they are shown.
SHOWN = 30
_FORM = "intake/hold_new.html"


@page("item.read")
def holds(desk: Desk) -> HttpResponse:
    """The unit's own holds, standing or all; what others hold here, as far as it may be known; notices of overrides."""
    everything = desk.request.GET.get("show") == "all"
    after = id_of(desk.request.GET.get("cursor", ""))
    with acting(desk.by):
        rows = queries.holds(standing=not everything, after=after, limit=PAGE + 1)
        notices = [] if after else queries.notices()[-10:][::-1]
        context: dict[str, Any] = {
            "others": [] if after else sorted(queries.others_here())[:SHOWN],
            "notices": notices,
        }
    return show(desk, "intake/holds.html", list=paged(desk, rows, by_id), everything=everything, **context)


@page("hold.place", methods=("GET", "POST"))
def place(desk: Desk) -> HttpResponse:
    """A new hold: first what it would meet, then placed."""
    if desk.request.method != "POST":
        return show(desk, _FORM, **_context(desk))
    if "place" in desk.request.POST:
        return asked.or_again(desk, _FORM, lambda: _context(desk), lambda: _placed(desk))
    return asked.or_again(desk, _FORM, lambda: _context(desk), lambda: _would(desk))


def _context(desk: Desk) -> dict[str, Any]:
    with acting(desk.by):
        judicial = [row for row in participants(desk.here) if row["role"] == "judicial"]
        contact = next(
            (row["contact"] for row in participants(desk.here) if row["code"] == desk.unit_code), ""
        )
    given = desk.request.POST or desk.request.GET
    return {
        "subject": given.get("subject", "").replace("\x00", "")[:LONGEST_TEXT],
        "scope": given.get("scope", ""),
        "kinds": words.HOLD_KINDS.items(),
        "scopes": words.HOLD_SCOPES.items(),
        "authorities": [row["authority"] or row["name"] for row in judicial],
        "contact": contact,
    }


def _asked(desk: Desk) -> NewHold:
    scope = asked.choice(desk, "scope", HoldScope)
    subject = asked.text(desk, "subject", longest=LONGEST_TEXT, needed=scope is not HoldScope.OPERATION)
    return NewHold(
        kind=asked.choice(desk, "kind", HoldKind),
        scope=scope,
        subject=desk.slug if scope is HoldScope.OPERATION else subject,
        reason=asked.text(desk, "reason", longest=LONGEST_TEXT, needed=True),
        expires_at=asked.moment(desk, "expires_at"),
        authority=asked.text(desk, "authority", longest=LONGEST_TEXT),
        contact=asked.text(desk, "contact", longest=LONGEST_TEXT),
        everywhere=desk.request.POST.get("everywhere") == "yes",
    )


def _would(desk: Desk) -> HttpResponse:
    hold = _asked(desk)
    tried = would_meet(by=desk.by, hold=hold)
    with acting(desk.by):
        found = items_by_id(tried.items[:SHOWN])
    context: dict[str, Any] = {
        "form": desk.request.POST,
        "tried": tried,
        "meets": list(found.values()),
        "hold": hold,
    }
    return show(desk, _FORM, **context, **_context(desk))


def _placed(desk: Desk) -> HttpResponse:
    hold = _asked(desk)

    def do() -> dict[str, Any]:
        (made,) = place_holds(by=desk.by, holds=[hold])
        if made.refused is not None or made.hold is None:
            raise made.refused or NotFoundError("the hold was not placed")
        return {"reference": queries.reference(made.hold), "items": len(made.items)}

    answer = once_form(desk, "place_hold", asdict(hold), do)
    said = ngettext(
        "Hold %(reference)s stands. It meets %(items)d item.",
        "Hold %(reference)s stands. It meets %(items)d items.",
        answer["items"],
    )
    return done(desk, desk.url("intake-holds"), said % answer)


@page("hold.release", methods=("GET", "POST"))
def release(desk: Desk, hold: UUID) -> HttpResponse:
    """End a hold of one's own unit, with a reason."""

    def context() -> dict[str, Any]:
        with acting(desk.by):
            found = [row for row in queries.holds() if row["id"] == hold]
        if not found:
            raise NotFoundError("no standing hold of this unit", where=str(hold))
        return {"hold": found[0]}

    if desk.request.method != "POST":
        return show(desk, "intake/hold_release.html", **context())

    def do() -> HttpResponse:
        why = asked.text(desk, "why", longest=LONGEST_TEXT, needed=True)

        def act() -> list[str]:
            return [str(one) for one in release_holds(by=desk.by, holds=[hold], why=why)]

        once_form(desk, "release_hold", [str(hold), why], act)
        said = _("Hold %(reference)s has ended.") % {"reference": queries.reference(hold)}
        return done(desk, desk.url("intake-holds"), said)

    return asked.or_again(desk, "intake/hold_release.html", context, do)


@page("hold.override", methods=("GET", "POST"))
def passing(desk: Desk, item: UUID) -> HttpResponse:
    """Let one item pass the holds on it, because of an imminent threat to life. Their holders are told at once."""

    def context() -> dict[str, Any]:
        with acting(desk.by):
            found = items_by_id([item]).get(item)
            if found is None:
                raise NotFoundError("there is no such item in this operation", where=str(item))
            return {"item": found, "holds": queries.told([item]).get(item, [])}

    if desk.request.method != "POST":
        return show(desk, "intake/override.html", **context())

    def do() -> HttpResponse:
        threat = asked.text(desk, "threat", longest=LONGEST_TEXT, needed=True)
        context()

        def act() -> list[str]:
            return [
                f"{code} ({contact})" for code, contact in override(by=desk.by, item=item, threat=threat).told
            ]

        told = once_form(desk, "override_hold", [str(item), threat], act)
        said = _("The item may be referred. Told at once: %(units)s.") % {"units": ", ".join(told)}
        return done(desk, desk.url("item", item=item), said)

    return asked.or_again(desk, "intake/override.html", context, do)
