"""Language and look of the pages: cookies of this browser, set by a form that works without scripts."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from openiru.entrypoints.web.frame import THEME_COOKIE, THEMES
from openiru.foundation.operations.desk import public

YEAR_S: Final = 365 * 24 * 3600


@public
def look(request: HttpRequest) -> HttpResponse:
    """Set them, and back to where the form was."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    answer = HttpResponseRedirect(_back(request))
    answer.status_code = 303
    chosen: dict[str, tuple[str, set[str]]] = {
        settings.LANGUAGE_COOKIE_NAME: (request.POST.get("language", ""), set(dict(settings.LANGUAGES))),
        THEME_COOKIE: (request.POST.get("theme", ""), set(THEMES)),
    }
    for name, (value, known) in chosen.items():
        if value in known:
            secure = bool(settings.SESSION_COOKIE_SECURE)
            answer.set_cookie(name, value, max_age=YEAR_S, secure=secure, httponly=True, samesite="Lax")
    return answer


def _back(request: HttpRequest) -> str:
    """Where the form was: an address of ours, or the first page."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False)
    return wanted if ours and wanted.startswith("/") else "/"
