"""What needs another language: the list, one request with the words as far as one may see them, the translation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.errors import OpenIruError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import PAGE, Desk, done, field, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of, status_of
from openiru.foundation.people.permissions import require
from openiru.stages.assessment.commands_language import (
    LONGEST,
    NewTranslation,
    give_up_request,
    take_request,
    translate,
)
from openiru.stages.assessment.languages import request, requests, translations
from openiru.stages.assessment.queries import words as said_of
from openiru.stages.assessment.web import words


@page("translate")
def languages(desk: Desk) -> HttpResponse:
    """Requests that wait, oldest first."""
    wanted = desk.request.GET.get("wanted", "").replace("\x00", "")[:20]
    own = desk.request.GET.get("own") == "1"
    after = id_of(desk.request.GET.get("cursor", ""))
    with acting(desk.by) as now:
        require(now, "translate")
        rows = requests(wanted=wanted, own=own, limit=PAGE + 1, after=after)
    return show(
        desk,
        "assessment/languages.html",
        list=paged(desk, rows, by_id),
        wanted=wanted,
        own=own,
        tags=words.LANGUAGES,
    )


@page("translate", methods=("GET", "POST"))
def one(desk: Desk, which: UUID) -> HttpResponse:
    """One request; by POST the translation that ends it."""
    if desk.request.method == "POST":
        return _translate(desk, which)
    return _shown(desk, which)


def _shown(desk: Desk, which: UUID, status: int = 200, **more: Any) -> HttpResponse:
    with acting(desk.by) as now:
        require(now, "translate")
        row = request(which)
        item = row["item_id"]
        context = {
            "words": said_of([item]).get(item, []),
            "translations": translations([item]).get(item, []),
        }
    return show(desk, "assessment/language.html", status=status, row=row, longest=LONGEST, **context, **more)


def _translate(desk: Desk, which: UUID) -> HttpResponse:
    text = desk.request.POST.get("text", "")
    machine = field(desk, "machine", longest=200, needed=False)
    with acting(desk.by):
        row = request(which)
    made = NewTranslation(
        wanted=row["wanted"], text=text, machine=machine, own_unit=desk.request.POST.get("own_unit") == "1"
    )
    body = {"request": str(which), "text": text, "machine": machine, "own_unit": made.own_unit}
    try:
        once_form(
            desk,
            "assessment.translate",
            body,
            lambda: {"id": translate(by=desk.by, item=row["item_id"], translation=made, which=which)},
        )
    except OpenIruError as error:
        return _shown(desk, which, status_of(error), refused=error, text=text, machine=machine)
    return done(desk, desk.url("assessment-languages"), _("The translation stands beside the original now."))


@page("translate", methods=("POST",))
def take(desk: Desk, which: UUID) -> HttpResponse:
    """Take a request on."""
    take_request(by=desk.by, which=which)
    return done(desk, desk.url("assessment-language", which=which), _("The request is in your hands."))


@page("translate", methods=("POST",))
def give_up(desk: Desk, which: UUID) -> HttpResponse:
    """Give a request back to all."""
    give_up_request(by=desk.by, which=which)
    return done(desk, desk.url("assessment-languages"), _("The request is open to all again."))
