"""The cast of a demonstration: a click signs in as one of them, by the same way and with the same database role as live."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from openiru.core.vocabulary import Environment
from openiru.entrypoints.web.frame import ROLES
from openiru.entrypoints.web.signin.policy import door
from openiru.foundation.people.fresh import mark_fresh
from openiru.foundation.people.sessions import demo_account, demo_cast
from openiru.settings import CONFIG


def onward(request: HttpRequest) -> str:
    """Where to go after signing in: within this house, else to the beginning."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe and wanted.startswith("/") else "/"


@door
@require_http_methods(["GET", "HEAD", "POST"])
def demo(request: HttpRequest) -> HttpResponse:
    """Choose whom to be. Only a demo instance has this page."""
    if CONFIG.environment is not Environment.DEMO:
        raise Http404
    if request.method == "POST":
        try:
            person = UUID(request.POST.get("person", ""))
        except ValueError as error:
            raise Http404 from error
        get_adapter(request).login(request, demo_account(person))
        return HttpResponseRedirect(onward(request), status=303)
    units = [
        {"code": code, "name": name, "people": [_shown(one) for one in people]}
        for (code, name), people in groupby(demo_cast(), key=lambda one: (one["unit_code"], one["unit_name"]))
    ]
    return render(request, "account/demo.html", {"units": units, "next": onward(request)})


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"names": [ROLES.get(role, role) for role in one["roles"]]}


def confirm(request: HttpRequest) -> HttpResponse:
    """In a demonstration nobody has a secret to show: a click stands for it."""
    if CONFIG.environment is not Environment.DEMO:
        raise Http404
    if request.method == "POST":
        mark_fresh(request)
        return HttpResponseRedirect(onward(request), status=303)
    return render(request, "account/confirm.html", {"next": onward(request)})
