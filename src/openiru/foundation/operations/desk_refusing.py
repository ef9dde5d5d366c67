"""What went wrong, told to a person: what happened, what was and was not saved, what to do, whether to send it again."""

from __future__ import annotations

import logging
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from openiru.core import errors
from openiru.foundation.database.ids import new_id
from openiru.foundation.operations.doorway import status_of

READS: Final = ("GET", "HEAD")
#: From here on the fault is ours, or of somebody outside.
OURS: Final = 500
_logger = logging.getLogger(__name__)

TITLES: Final[dict[int, Any]] = {
    400: _("This request cannot be understood"),
    403: _("This is not open to you"),
    404: _("There is nothing here, or you may not see it"),
    405: _("This address does something else"),
    409: _("This cannot be done as things stand"),
    413: _("This is too big"),
    422: _("Something in it cannot be read"),
    429: _("Too many requests"),
    500: _("The program made a mistake"),
    502: _("Somebody outside did not do its part"),
    503: _("This is not set up"),
}
AGAIN: Final = {
    "read": _("You may load the page again at any time: it changes nothing."),
    "ours": _("You may send the same form once more: it has effect only once."),
    "theirs": _("Sending the same again would get the same answer. Change what is said here first."),
}


def fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page only."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def refusal(request: HttpRequest, error: errors.OpenIruError, status: int = 0) -> HttpResponse:
    """What went wrong, as a page; for htmx as a fragment in the message place of the page that asked."""
    status = status or status_of(error)
    number = new_id()
    if status >= OURS:
        _logger.error("problem %s: %s %s", number, request.method, request.path, exc_info=error)
    again = "read" if request.method in READS else "ours" if status >= OURS else "theirs"
    shown = {
        "error": error,
        "title": TITLES.get(status, TITLES[OURS]),
        "number": number,
        "status": status,
        "again": AGAIN[again],
    }
    part = fragment(request)
    answer = render(request, "desk/problem.html" if part else "desk/error.html", shown, status=status)
    if part:
        answer["HX-Retarget"], answer["HX-Reswap"] = "#message", "innerHTML"
    return answer
