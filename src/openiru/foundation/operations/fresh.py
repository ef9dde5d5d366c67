"""Step-up: a page of a dangerous act asks for the passkey or the code again when that was too long ago."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from openiru.foundation.operations.desk_frame import Desk
from openiru.foundation.people.fresh import is_fresh

#: Minutes for which having shown that it is oneself is enough, unless the page says otherwise.
MINUTES: Final = 10


def needs_fresh(desk: Desk, minutes: int = MINUTES, back: str = "") -> HttpResponse | None:
    """None when the person has just shown that it is them; else the answer that asks for it and then leads back.

    Ask when the form is shown and again when it is sent: ``if asked := needs_fresh(desk): return asked``. ``back`` is the page to
    come back to, this address unless another is named; a form that was sent is then to be filled in again.
    """
    if is_fresh(desk.request, minutes):
        return None
    here = back or desk.request.path
    url = f"{reverse('account_reauthenticate')}?{urlencode({'next': here})}"
    if desk.request.headers.get("HX-Request") == "true":
        answer = HttpResponse()
        answer["HX-Redirect"] = url
        return answer
    return HttpResponseRedirect(url) if desk.request.method in {"GET", "HEAD"} else _see_other(url)


def _see_other(url: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": url})
