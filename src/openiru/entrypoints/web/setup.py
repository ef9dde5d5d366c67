"""Setting up: mandates with two persons, a new operation, who takes part, phases, the end, notices to all desks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from openiru.core.errors import UsageError
from openiru.core.vocabulary import OperationKind, ParticipantRole, Phase
from openiru.entrypoints.web.reading import an_id, choice, moment, words
from openiru.foundation.database.acting import acting
from openiru.foundation.operations import commands, notices, queries
from openiru.foundation.operations.desk import SIGNED_IN, Desk, done, field, once_form, page, show
from openiru.foundation.people.queries import units

_SLUG: Final = 80
_SCOPE: Final = ("platforms", "languages", "groups", "themes")


@page(SIGNED_IN, methods=("GET", "POST"))
def mandates(desk: Desk) -> HttpResponse:
    """The register; posted: propose an entry, or confirm one as a second person."""
    here = reverse("mandates")
    if desk.request.method == "GET":
        with acting(desk.by):
            return show(desk, "desk/mandates.html", found=queries.mandates())
    if field(desk, "act", longest=9) == "confirm":
        slug = field(desk, "slug", longest=_SLUG)
        once_form(desk, "confirm_mandate", slug, lambda: str(commands.confirm_mandate(by=desk.by, slug=slug)))
        return done(desk, here, _("The mandate is confirmed: operations can be opened under it."))
    new = _mandate(desk)
    once_form(
        desk, "propose_mandate", repr(new), lambda: str(commands.propose_mandate(by=desk.by, mandate=new))
    )
    return done(desk, here, _("The mandate is proposed. It has no effect until a second person confirms it."))


def _mandate(desk: Desk) -> commands.NewMandate:
    return commands.NewMandate(
        slug=field(desk, "slug", longest=_SLUG),
        act=field(desk, "law", longest=300),
        article=field(desk, "article", longest=100),
        authority=field(desk, "authority", longest=300),
        kinds=words(desk, "kinds"),
    )


@page("operation.open", methods=("GET", "POST"))
def new_operation(desk: Desk) -> HttpResponse:
    """Open an operation: the acting unit leads it."""
    if desk.request.method == "GET":
        with acting(desk.by):
            valid = [one for one in queries.mandates() if one["confirmed_at"] is not None]
            others = [unit for unit in units() if unit["id"] != desk.by.unit]
        return show(
            desk,
            "desk/operation_new.html",
            mandates=valid,
            units=others,
            kinds=list(OperationKind),
            phases=[(one, None) for one in Phase],
        )
    new = commands.NewOperation(
        slug=field(desk, "slug", longest=_SLUG),
        title=field(desk, "title", longest=300),
        kind=choice(desk, "kind", OperationKind),
        mandate=field(desk, "mandate", longest=_SLUG),
        zone=field(desk, "zone", longest=60),
        opens_at=moment(desk, "opens_at"),
        closes_at=moment(desk, "closes_at"),
        participants=tuple(
            commands.NewParticipant(role=ParticipantRole.SUPPORTING, unit=an_id(text))
            for text in desk.request.POST.getlist("units")[:200]
        ),
        phases=_phases(desk),
        **{name: words(desk, name) for name in _SCOPE},
    )
    once_form(
        desk, "open_operation", repr(new), lambda: str(commands.open_operation(by=desk.by, operation=new))
    )
    place = reverse("setup", kwargs={"operation": new.slug})
    return done(desk, place, _("The operation is open. Every unit that takes part sees it from now on."))


def _phases(desk: Desk) -> dict[Phase, tuple[datetime, datetime]]:
    """Phases of which both times are given."""
    named = [
        one for one in Phase if desk.request.POST.get(f"{one}_from") or desk.request.POST.get(f"{one}_to")
    ]
    return {one: (moment(desk, f"{one}_from"), moment(desk, f"{one}_to")) for one in named}


@page(SIGNED_IN, methods=("GET", "POST"))
def setup(desk: Desk) -> HttpResponse:
    """One operation: scope, who takes part, phases, notices; posted: change one of them."""
    if desk.request.method == "POST":
        return _change(desk, field(desk, "act", longest=9))
    with acting(desk.by):
        taking_part, phases = (
            queries.participants(desk.here),
            {row["phase"]: row for row in queries.phases(desk.here)},
        )
        there = {row["unit_id"] for row in taking_part}
        free = [unit for unit in units() if unit["id"] not in there]
        up = notices.notices()
    return show(
        desk,
        "desk/setup.html",
        taking_part=taking_part,
        free=free,
        roles=list(ParticipantRole),
        phases=[(one, phases.get(one.value)) for one in Phase],
        up=up,
        leads=desk.operation is not None and desk.operation["lead_unit_id"] == desk.by.unit,
    )


def _change(desk: Desk, act: str) -> HttpResponse:
    told = {"join": _join, "phases": _set_phases, "close": _close, "notice": _notice, "end": _end}
    return done(desk, desk.url("setup"), told.get(act, _unknown)(desk))


def _unknown(_desk: Desk) -> str:
    raise UsageError("this page knows no such act", where="act", hint="Open the page again.")


def _join(desk: Desk) -> str:
    unit, authority = (
        field(desk, "unit", longest=40, needed=False),
        field(desk, "authority", longest=200, needed=False),
    )
    given: dict[str, Any] = (
        {"unit": an_id(unit)} if unit else {"authority": authority or field(desk, "authority")}
    )
    new = commands.NewParticipant(role=choice(desk, "role", ParticipantRole), **given)

    def do() -> str:
        commands.join_operation(by=desk.by, operation=desk.here, participants=[new])
        return "joined"

    once_form(desk, "join_operation", repr(new), do)
    return _("It takes part from now on.")


def _set_phases(desk: Desk) -> str:
    phases = _phases(desk)

    def do() -> str:
        commands.set_phases(by=desk.by, operation=desk.here, phases=phases)
        return "set"

    once_form(desk, "set_phases", repr(phases), do)
    return _("The phases are set.")


def _close(desk: Desk) -> str:
    if field(desk, "slug", longest=_SLUG) != desk.slug:
        raise UsageError(
            "what was typed is not the name of this operation", where="slug", hint=f"Type {desk.slug}."
        )

    def do() -> str:
        commands.close_operation(by=desk.by, operation=desk.here)
        return "closed"

    once_form(desk, "close_operation", desk.slug, do)
    return _("The operation is closed: nothing new comes in. Answers and looks go on.")


def _notice(desk: Desk) -> str:
    text, until = field(desk, "text", longest=notices.LONGEST), moment(desk, "until")
    urgent = desk.request.POST.get("urgent") == "yes"

    def do() -> str:
        return str(notices.post_notice(by=desk.by, text=text, until=until, urgent=urgent))

    once_form(desk, "post_notice", [text, until, urgent], do)
    return _("The notice is up on every desk within five seconds.")


def _end(desk: Desk) -> str:
    notice: UUID = an_id(field(desk, "notice", longest=40))

    def do() -> str:
        notices.end_notice(by=desk.by, notice=notice)
        return "ended"

    once_form(desk, "end_notice", str(notice), do)
    return _("The notice is taken down.")
