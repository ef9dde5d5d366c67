"""Who may open the pages of the library, and how often: the same declarations that pages of the house have."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, cast

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from openiru.entrypoints.web.rates import Buckets
from openiru.foundation.operations.desk import SIGNED_IN, Policy, public, to_sign_in

View = Callable[..., HttpResponse]
#: Tries of an address a minute, at each of the doors that a secret opens.
TRIES: Final = 30
_buckets: Final = Buckets()


def mine(view: View, *, enrolling: bool = False) -> View:
    """A page of the library for whoever is signed in; ``enrolling``: also for somebody who has shown their code just now."""

    @wraps(view)
    def answer(request: HttpRequest, **given: Any) -> HttpResponse:
        known = request.auth is not None or (enrolling and request.user.is_authenticated)  # type: ignore[attr-defined] # set by the middleware
        return view(request, **given) if known else to_sign_in(request)

    cast("Any", answer).policy = Policy(SIGNED_IN, methods=("GET", "POST"))
    return answer


def door(view: View) -> View:
    """A page that everybody may open, and nobody often: what is sent to it is counted by where it comes from."""

    @wraps(view)
    def answer(request: HttpRequest, **given: Any) -> HttpResponse:
        if request.method == "POST":
            allowed, left = _buckets.take(f"{get_client_ip(request)}|{request.path}".encode(), TRIES)
            if not allowed:
                return too_many(request, max(1, math.ceil((1 - left) * 60 / TRIES)))
        return view(request, **given)

    return public(answer)


def too_many(request: HttpRequest, wait: int) -> HttpResponse:
    """429, and when to try again."""
    answer = render(request, "429.html", {"wait": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
