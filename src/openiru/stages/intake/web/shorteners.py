"""Shorteners that nobody has followed yet, and giving them to the workers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openiru.core.errors import UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import Desk, done, once_form, page, show
from openiru.foundation.registry.queries import not_to_be_looked_at
from openiru.stages.intake.jobs import queue_resolving
from openiru.stages.intake.queries import unresolved
from openiru.stages.intake.web import asked

#: Shorteners that the page shows; all of them can be given to the workers at once.
SHOWN = 200


@page("item.read")
def shorteners(desk: Desk) -> HttpResponse:
    """What waits."""
    return show(desk, "intake/shorteners.html", **_waiting(desk))


def _waiting(desk: Desk) -> dict[str, Any]:
    with acting(desk.by):
        rows = unresolved()
        hidden = not_to_be_looked_at([row["id"] for row in rows[:SHOWN]])
    shown = [row | {"hidden": row["id"] in hidden} for row in rows[:SHOWN]]
    return {"rows": shown, "total": len(rows), "more": len(rows) > SHOWN}


@page("item.resolve", methods=("POST",))
def follow(desk: Desk) -> HttpResponse:
    """Give some or all to the queue, which follows them through the guarded client."""

    def do() -> HttpResponse:
        everything = "all" in desk.request.POST
        ids = [] if everything else _ids(desk)

        def act() -> dict[str, Any]:
            queued, told = queue_resolving(by=desk.by, items=ids)
            return {"queued": queued, "refused": sum(why is not None for why in told)}

        answer = once_form(desk, "resolve_items", [str(one) for one in ids] or "all", act)
        n = answer["queued"]
        said = ngettext(
            "%(n)d shortener was given to the workers.", "%(n)d shorteners were given to the workers.", n
        ) % {"n": n}
        if answer["refused"]:
            said += " " + _(
                "%(n)d were not: their marking forbids a look, or they were followed meanwhile."
            ) % {"n": answer["refused"]}
        return done(desk, desk.url("intake-shorteners"), said)

    return asked.or_again(desk, "intake/shorteners.html", lambda: _waiting(desk), do)


def _ids(desk: Desk) -> list[UUID]:
    said = desk.request.POST.getlist("item")[:SHOWN]
    try:
        found = [UUID(one) for one in said]
    except ValueError as error:
        raise UsageError(_("this is none of the choices"), where="item") from error
    if not found:
        raise UsageError(_("nothing was chosen"), where="item", hint=_("Tick what is to be followed."))
    return found
