"""Exits of one key: a threat to life, child abuse material found by chance; and the list with the hand-over of each."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import PAGE, Desk, done, field, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment import beside
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.commands_alarms import ABUSE, KINDS, LONGEST, hand_over, raise_alarm
from openiru.stages.assessment.web import words


@page("assess", methods=("GET", "POST"))
def alarm(desk: Desk, item: UUID, kind: str) -> HttpResponse:
    """Nothing of the item is on this page: the key that leads here has hidden it already."""
    if kind not in KINDS:
        raise NotFoundError("there is no such alarm")
    if desk.request.method == "POST":
        note = field(desk, "note", longest=LONGEST, needed=False)
        once_form(
            desk,
            "assessment.alarm",
            {"item": str(item), "kind": kind, "note": note},
            lambda: {"alarm": raise_alarm(by=desk.by, item=item, kind=kind, note=note)},
        )
        said = (
            _("The item is sealed: nobody sees it any more. Now hand it over.")
            if kind == ABUSE
            else _("The alarm is raised, and the item stands first in every queue. Now hand it over.")
        )
        return done(desk, desk.url("assessment-alarms"), said)
    with acting(desk.by) as now:
        require_assessor(now)
        if item not in items_by_id([item]):
            raise NotFoundError("no such item in this operation", where=str(item))
    return show(desk, "assessment/alarm.html", item=item, kind=kind, abuse=kind == ABUSE, longest=LONGEST)


@page("alarm.hand_over")
def alarms(desk: Desk) -> HttpResponse:
    """What was raised here, newest first, and to whom each was handed over."""
    after = id_of(desk.request.GET.get("cursor", ""))
    with acting(desk.by) as now:
        require(now, "alarm.hand_over")
        rows = beside.alarms(limit=PAGE + 1, after=after)
    rows = [row | {"word": words.ALARMS[row["kind"]]} for row in rows]
    return show(desk, "assessment/alarms.html", list=paged(desk, rows, by_id), longest=LONGEST)


@page("alarm.hand_over", methods=("POST",))
def handing(desk: Desk, which: UUID) -> HttpResponse:
    """Say to whom an alarm was handed over."""
    to, note = field(desk, "to", longest=LONGEST), field(desk, "note", longest=LONGEST, needed=False)

    def do() -> dict[str, str]:
        hand_over(by=desk.by, alarm=which, to=to, note=note)
        return {"alarm": str(which)}

    once_form(desk, "assessment.hand_over", {"alarm": str(which), "to": to, "note": note}, do)
    return done(desk, desk.url("assessment-alarms"), _("The hand-over is recorded."))
