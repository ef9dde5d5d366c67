"""Faults that no view caught: a problem document for the programming interface, a page for people.

Each says what was and was not saved, and whether to send the same again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

from openiru.core import errors
from openiru.entrypoints.api.problems import problem
from openiru.foundation.operations.desk import refusal
from openiru.foundation.operations.doorway import status_of

PREFIX: Final = "/api/"
Fault = Callable[..., HttpResponse]


def fault(request: HttpRequest, error: errors.OpenIruError, status: int = 0) -> HttpResponse:
    """An error of ours, told in the way of whoever asked."""
    status = status or status_of(error)
    if request.path.startswith(PREFIX):
        return problem(status, error)
    return refusal(request, error, status)


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: whatever has no address."""
    del exception
    said = errors.NotFoundError("there is nothing at this address", hint="The interface is under /api/v1.")
    return fault(request, said)


def misunderstood(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, and 413 for a body that is too big."""
    if isinstance(exception or sys.exc_info()[1], RequestDataTooBig):
        return fault(
            request, errors.InputError("the body is too big", hint="Send it in parts, or import a file."), 413
        )
    return fault(request, errors.UsageError("this request cannot be understood"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 of a library."""
    del exception
    return fault(request, errors.PermissionDeniedError("this is not open to you"))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form does not bear the sign of our own page (CSRF)."""
    del reason
    return fault(
        request,
        errors.PermissionDeniedError(
            "this form does not come from a page that was opened in this browser",
            hint="Open the page again, fill in the form and send it from there. Cookies of this site must be allowed.",
        ),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the log has the story under the number that is shown."""
    said = errors.OpenIruError(
        "the program made a mistake",
        saved="Nothing was saved: what had begun was taken back.",
        hint="Try once more; if it comes again, tell the administrator the number.",
    )
    said.__cause__ = sys.exc_info()[1]
    return fault(request, said, 500)
