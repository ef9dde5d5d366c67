"""Oversight: the events of the operation, a sample of decisions drawn with the overseer's own seed, recommendations."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.events import EventType
from openiru.core.impact.sample import LONGEST_SEED, MOST
from openiru.foundation.database.acting import acting
from openiru.foundation.ledger import queries as log
from openiru.foundation.operations.desk import PAGE, Desk, done, field, once_form, page, paged, show
from openiru.foundation.operations.doorway import parts_of
from openiru.foundation.people.permissions import require
from openiru.foundation.people.queries import units
from openiru.stages.impact import oversight
from openiru.stages.impact.web.asking import an_id, moment, whole

#: The rooms of events, and every type in each.
KINDS: Final = sorted(
    {kind.value.partition(".")[0] for kind in EventType} | {kind.value for kind in EventType}
)


@page("event.read")
def events(desk: Desk) -> HttpResponse:
    """What happened: newest first, by type, unit and time. Pseudonyms, never names; no content."""
    given = desk.request.GET
    times = {name: moment(given[name], name) if given.get(name) else None for name in ("since", "until")}
    asked = oversight.Asked(
        kind=given.get("kind", "") if given.get("kind", "") in KINDS else "",
        unit=an_id(given["unit"]) if given.get("unit") else None,
        **times,
    )
    (before,) = parts_of(given.get("cursor", ""), [int])
    with acting(desk.by):
        found = oversight.events(asked, before=before or None, limit=PAGE + 1)
        known = units()
    return show(
        desk,
        "impact/events.html",
        list=paged(desk, found, lambda row: [row["index"]]),
        kinds=KINDS,
        units=known,
        asked={name: given.get(name, "") for name in ("kind", "unit", "since", "until")},
    )


@page("oversee", methods=("GET", "POST"))
def sample(desk: Desk) -> HttpResponse:
    """Decisions drawn at random; posted: draw, which the ledger is told of; the address that follows draws the same again."""
    if desk.request.method == "POST":
        return _draw(desk)
    given = desk.request.GET
    context: dict[str, Any] = {"most": MOST, "asked": {"number": "20", "which": oversight.ALL}}
    if given.get("seed"):
        asked: dict[str, Any] = {
            "number": whole(given.get("number", ""), "number", most=MOST),
            "seed": given["seed"],
            "size": whole(given.get("size", ""), "size", most=2**53),
            "which": given.get("which", oversight.ALL),
        }
        context |= {"asked": asked, "drawn": oversight.sample(by=desk.by, **asked)}
    return show(desk, "impact/sample.html", **context)


def _draw(desk: Desk) -> HttpResponse:
    number = whole(field(desk, "number", longest=9), "number", most=MOST)
    seed = field(desk, "seed", longest=LONGEST_SEED)
    which = oversight.RISKY if field(desk, "which", longest=9) == oversight.RISKY else oversight.ALL

    def do() -> int:
        with acting(desk.by):
            size = log.size()
        oversight.record_sample(by=desk.by, number=number, seed=seed, size=size, which=which)
        return size

    size = once_form(desk, "draw_sample", [number, seed, which], do)
    asked = {"number": number, "seed": seed, "size": size, "which": which}
    return done(
        desk, f"{desk.url('sample')}?{urlencode(asked)}", _("The draw stands in the ledger with its seed.")
    )


@page("report", methods=("GET", "POST"))
def recommendations(desk: Desk) -> HttpResponse:
    """What overseers asked for and what was answered; posted: recommend, or answer."""
    if desk.request.method == "POST":
        return _said(desk)
    with acting(desk.by) as now:
        require(now, "report")
        found = oversight.recommendations()
    counted = {
        "all": len(found),
        "open": sum(row["answered_at"] is None for row in found),
        "overdue": sum(row["overdue"] for row in found),
        **{name: sum(row["followed"] == name for row in found) for name in oversight.FOLLOWED},
    }
    about = desk.request.GET.get("about", "")
    return show(desk, "impact/recommendations.html", found=found, counted=counted, about=about)


def _said(desk: Desk) -> HttpResponse:
    here = desk.url("recommendations")
    text = field(desk, "text", longest=4_000)
    if desk.request.POST.get("recommendation"):
        which, followed = an_id(field(desk, "recommendation", longest=40)), field(desk, "followed", longest=9)

        def answer() -> str:
            oversight.answer(by=desk.by, recommendation=which, followed=followed, text=text)
            return "answered"

        once_form(desk, "answer_recommendation", [str(which), followed, text], answer)
        return done(desk, here, _("The answer stands."))
    about = field(desk, "about", longest=500, needed=False)
    number = once_form(
        desk, "recommend", [text, about], lambda: oversight.recommend(by=desk.by, text=text, about=about)
    )
    return done(desk, here, _("Recommendation %(number)s waits for its answer.") % {"number": number})
