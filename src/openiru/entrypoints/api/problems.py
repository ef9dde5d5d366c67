"""Faults as problem documents (RFC 9457) with the codes of the error family (docs/reference/errors.md)."""

from __future__ import annotations

import logging
from typing import Any, Final

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from openiru.core import errors
from openiru.foundation.database.ids import new_id
from openiru.foundation.operations.doorway import problem_of, status_of

TYPE: Final = "application/problem+json"
_logger = logging.getLogger(__name__)


def problem(status: int, error: errors.OpenIruError, **more: Any) -> HttpResponse:
    """One problem document."""
    document = problem_of(error, status) | more
    return HttpResponse(orjson.dumps(document, default=str), status=status, content_type=TYPE)


def of_house(_request: HttpRequest, error: errors.OpenIruError) -> HttpResponse:
    """An error of ours."""
    return problem(status_of(error), error)


def install(api: NinjaAPI) -> None:
    """Every fault of the interface goes through here."""
    api.add_exception_handler(errors.OpenIruError, of_house)  # type: ignore[arg-type] # a handler of that class
    api.add_exception_handler(ValidationError, _misfit)  # type: ignore[arg-type]
    api.add_exception_handler(AuthenticationError, _nobody)  # type: ignore[arg-type]
    api.add_exception_handler(Http404, _absent)  # type: ignore[arg-type]
    api.add_exception_handler(RequestDataTooBig, _too_big)  # type: ignore[arg-type]
    api.add_exception_handler(HttpError, _plain)  # type: ignore[arg-type]
    api.add_exception_handler(Exception, _unexpected)  # type: ignore[arg-type]


def _misfit(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = [
        {"pointer": "/" + "/".join(str(part) for part in one["loc"]), "detail": one["msg"]}
        for one in error.errors
    ]
    said = errors.InputError(
        "the request does not fit its description",
        where=places[0]["pointer"] if places else "",
        hint="/api/v1/openapi.json describes every request.",
    )
    return problem(422, said, errors=places)


def _nobody(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    said = errors.PermissionDeniedError(
        "no token, or one that is unknown, withdrawn or expired",
        hint="Send Authorization: Bearer and a token; openiru token issue makes one.",
    )
    answer = problem(401, said)
    answer["WWW-Authenticate"] = 'Bearer realm="OpenIRU"'
    return answer


def _absent(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(404, errors.NotFoundError("there is nothing at this address"))


def _too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem(413, errors.InputError("the body is too big", hint="Send it in parts, or import a file."))


def _plain(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, errors.UsageError(str(error.message)))


def _unexpected(request: HttpRequest, error: Exception) -> HttpResponse:
    """A fault of ours: the log has the story, the answer its number."""
    number = new_id()
    _logger.error("problem %s: %s %s", number, request.method, request.path, exc_info=error)
    said = errors.OpenIruError(
        "the program made a mistake",
        where=str(number),
        saved="Nothing was saved: what had begun was taken back.",
        hint=f"The administrator finds it in the log as problem {number}.",
    )
    return problem(500, said)
