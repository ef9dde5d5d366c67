"""Statements: propose, sign off, let go; and the public page that keeps every one of them, for everybody and without an account."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import Desk, done, field, once_form, page, public, refusal, show
from openiru.foundation.people.permissions import require
from openiru.stages.impact import releases
from openiru.stages.impact.web.asking import an_id, as_of, moment, whole

_MOST = 10**6


@page("statement.read", methods=("GET", "POST"))
def statements(desk: Desk) -> HttpResponse:
    """The statements of the operation; posted: propose one from the figures as they stand, or as of a size or time."""
    if desk.request.method == "POST":
        return _propose(desk)
    with acting(desk.by) as now:
        require(now, "statement.read")
        found = releases.releases()
    return show(desk, "impact/statements.html", found=found, corrects=desk.request.GET.get("corrects", ""))


def _propose(desk: Desk) -> HttpResponse:
    texts = {name: field(desk, name, longest=40, needed=False) for name in ("as_of", "corrects", "embargo")}
    at, until = as_of(texts["as_of"]), moment(texts["embargo"], "embargo") if texts["embargo"] else None
    corrects = whole(texts["corrects"], "corrects", most=_MOST) if texts["corrects"] else None
    made = once_form(
        desk,
        "propose_statement",
        texts,
        lambda: str(releases.propose(by=desk.by, as_of=at, corrects=corrects, embargo_until=until)),
    )
    return done(
        desk,
        desk.url("statement", release=made),
        _("The figures are frozen. Everybody who takes part signs now."),
    )


@page("statement.read", methods=("GET", "POST"))
def statement(desk: Desk, release: UUID) -> HttpResponse:
    """One statement with its figures and signatures; posted: sign it, or let it go."""
    if desk.request.method == "POST":
        return _act(desk, release)
    with acting(desk.by) as now:
        require(now, "statement.read")
        row, signed = releases.one_release(release), releases.signatures(release)
    missing = [one for one in signed if one["signed_at"] is None]
    own = any(one["unit_id"] == desk.by.unit for one in missing)
    return show(
        desk,
        "impact/statement.html",
        row=row,
        signed=signed,
        missing=missing,
        absent=[one for one in missing if one["unit_id"] is None],
        own=own and desk.may("statement.sign"),
        mine=row["proposed_by"] == desk.by.person,
        sentences=row["sentences"]["en"],
    )


def _act(desk: Desk, release: UUID) -> HttpResponse:
    act = field(desk, "act", longest=20)
    here = desk.url("statement", release=release)
    if act == "release":
        number = once_form(
            desk, "release_statement", str(release), lambda: releases.release(by=desk.by, release=release)
        )
        return done(desk, here, _("Statement %(number)s has been let go.") % {"number": number})
    whom = field(desk, "authority", longest=40, needed=False)
    note = field(desk, "note", longest=500, needed=False)

    def do() -> str:
        releases.sign(by=desk.by, release=release, authority=an_id(whom) if whom else None, note=note)
        return "signed"

    once_form(desk, "sign_statement", [str(release), whom, note], do)
    return done(desk, here, _("The sign-off stands."))


@public
def public_statements(request: HttpRequest) -> HttpResponse:
    """Every statement that was let go, newest first."""
    return _still(render(request, "impact/public.html", {"found": releases.public(), "one": None}))


@public
def public_statement(request: HttpRequest, number: int) -> HttpResponse:
    """One statement with every definition; 404 as long as its embargo stands."""
    found = releases.public(number) if number < _MOST else []
    if not found:
        return refusal(request, NotFoundError("there is no such statement, or it is not public yet"))
    later = [one["number"] for one in releases.public() if one["corrects"] == number]
    return _still(render(request, "impact/public.html", {"found": [], "one": found[0], "later": later}))


def _still(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, public=True, max_age=60)
    return answer
