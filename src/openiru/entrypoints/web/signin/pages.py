"""Pages of our own: enrolling with a code, one's sessions."""

from __future__ import annotations

from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from openiru.core.errors import UsageError
from openiru.entrypoints.web.session import own_id
from openiru.entrypoints.web.signin.policy import door
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import SIGNED_IN, Desk, done, page, show
from openiru.foundation.people.commands_changes import withdraw_tokens
from openiru.foundation.people.sessions import own_sessions, redeem

LONGEST_CODE = 60


@door
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """A code of the administrator's opens the way to a passkey or a code app, once. Every other gets the same answer."""
    if request.method != "POST":
        return render(request, "account/enrol.html")
    code = request.POST.get("code", "")
    account = redeem(code) if 0 < len(code) <= LONGEST_CODE else None
    if account is None:
        return render(request, "account/enrol.html", {"wrong": True}, status=422)
    if request.user.is_authenticated:
        logout(request)
    Authenticator.objects.filter(user_id=account.pk).delete()
    get_adapter(request).login(request, account)
    return redirect("signin_how")


def how(request: HttpRequest) -> HttpResponse:
    """Passkey, or code app with a password."""
    return render(request, "account/how.html")


@page(SIGNED_IN, methods=("GET", "POST"))
def sessions(desk: Desk) -> HttpResponse:
    """One's sessions: where one is signed in, and an end to one, to the others, or to all."""
    here = own_id(desk.request)
    with acting(desk.by):
        found = own_sessions()
    if desk.request.method != "POST":
        return show(desk, "account/sessions.html", sessions=found, here=here)
    ended = _chosen(desk.request.POST.get("end", ""), [one["id"] for one in found], here)
    if here in ended:
        withdraw_tokens(by=desk.by, tokens=[one for one in ended if one != here])
        logout(desk.request)
        return HttpResponseRedirect("/signin", status=303)
    withdraw_tokens(by=desk.by, tokens=ended)
    return done(desk, desk.request.path, gettext("Ended."))


def _chosen(what: str, known: list[UUID], here: UUID | None) -> list[UUID]:
    if what == "all":
        return known
    if what == "others":
        return [one for one in known if one != here]
    chosen = [one for one in known if str(one) == what]
    if not chosen:
        raise UsageError("there is no such session any more", hint="Open the page again.")
    return chosen
