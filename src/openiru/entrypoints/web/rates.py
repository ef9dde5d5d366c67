"""How often somebody may ask: a bucket for each token, else for each address, that fills again all the time.

Every answer of the interface says how much is left, in the headers of draft-ietf-httpapi-ratelimit-headers; a request too many is
answered with a problem document and ``Retry-After``, before anything is read or looked up. There is one web server process, so its
memory is the place for it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from openiru.core.errors import RefusedError
from openiru.entrypoints.api.problems import problem
from openiru.foundation.operations.buckets import WINDOW_S, Buckets

__all__ = ["Buckets", "rates"]

#: Requests a minute of somebody with a token, and of an address without one; as many at once when the bucket is full.
KNOWN, UNKNOWN = 1_200, 120
PREFIX: Final = "/api/"

Following = Callable[[HttpRequest], HttpResponse]


def rates(following: Following, buckets: Buckets | None = None) -> Following:
    """The middleware."""
    kept = buckets or Buckets()

    def answer(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return following(request)
        token = request.headers.get("Authorization", "")
        size = KNOWN if token else UNKNOWN
        asker = token or request.META.get("REMOTE_ADDR", "")
        allowed, left = kept.take(hashlib.sha256(asker.encode("utf-8", "replace")).digest(), size)
        # A token that nobody holds costs its address: else a stranger makes a new one up for each try.
        if allowed and token:
            response = following(request)
            if response.status_code == 401:  # noqa: PLR2004 - nobody
                allowed, left = kept.take(request.META.get("REMOTE_ADDR", "").encode(), UNKNOWN)
        elif allowed:
            response = following(request)
        if not allowed:
            response = _too_many(left, size)
        response["RateLimit-Policy"] = f'"requests";q={size};w={WINDOW_S:.0f}'
        response["RateLimit"] = f'"requests";r={max(0, math.floor(left))};t={_wait(left, size)}'
        return response

    return answer


def _wait(left: float, size: int) -> int:
    """Seconds until there is one to take again; 0 when there is."""
    return max(0, math.ceil((1 - left) * WINDOW_S / size))


def _too_many(left: float, size: int) -> HttpResponse:
    wait = max(1, _wait(left, size))
    said = RefusedError(
        "too many requests",
        hint=f"Ask again in {wait} s. Batches take hundreds of rows in one request.",
        code="OIRU-2000",
    )
    response = problem(429, said)
    response["Retry-After"] = str(wait)
    return response
