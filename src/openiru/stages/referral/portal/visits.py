"""Who is on the provider's page: a signed cookie of this browser for one letter, hours long; and how often somebody may try."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from openiru.core.errors import OpenIruError, RefusedError
from openiru.foundation.database.acting import SERVICE_UNIT, By
from openiru.foundation.operations.buckets import Buckets
from openiru.foundation.operations.desk import public
from openiru.foundation.operations.doorway import status_of
from openiru.stages.referral.portal.queries import Door

#: Hours after which the code is asked for again, by the clock on the wall.
HOURS: Final = 8
#: Codes that may be tried a minute with one link, and notices that may be asked about under one number, and from one address.
A_LINK, A_NUMBER, AN_ADDRESS = 10, 10, 60
TOO_MANY: Final = 429
_SALT: Final = "openiru.provider"
_tries = Buckets()
View = Callable[..., HttpResponse]


class TooManyTriesError(RefusedError):
    """Codes were tried too often."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who came in by a link. ``name``: who they said they are."""

    by: By
    name: str
    reference: str

    @property
    def digest(self) -> bytes:
        """Of the secret of their link."""
        return self.by.token


def stranger(view: View) -> View:
    """A page for whoever comes: its errors are told without the frame of the desk, and no address of it leaves with a click.

    The origin alone goes out as Referer: an address with a secret stands in no log of what lies between.
    """

    @wraps(view)
    def answer(request: HttpRequest, **given: Any) -> HttpResponse:
        try:
            response = view(request, **given)
        except OpenIruError as error:
            status = TOO_MANY if isinstance(error, TooManyTriesError) else status_of(error)
            response = render(request, "referral/portal/fault.html", {"error": error}, status=status)
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return public(answer)


def _cookie(reference: str) -> str:
    return "letter-" + hashlib.sha256(reference.encode()).hexdigest()[:16]


def _path(reference: str) -> str:
    return reverse("portal-letter", kwargs={"reference": reference})


def remember(response: HttpResponse, door: Door, digest: bytes, name: str) -> None:
    """Let this browser open this letter, and no other, for some hours."""
    kept = {"link": door.link.hex, "operation": door.operation.hex, "digest": digest.hex(), "name": name}
    response.set_cookie(
        _cookie(door.reference),
        signing.dumps(kept, salt=_SALT),
        max_age=HOURS * 3_600,
        path=_path(door.reference),
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Strict",
    )


def forget(response: HttpResponse, reference: str) -> None:
    """The end of a visit."""
    response.delete_cookie(_cookie(reference), path=_path(reference), samesite="Strict")


def visit(request: HttpRequest, reference: str) -> Visit | None:
    """Who came in for this letter; None: nobody, or too long ago. Whether the link still works the database says."""
    try:
        kept = signing.loads(request.COOKIES.get(_cookie(reference), ""), salt=_SALT, max_age=HOURS * 3_600)
    except signing.BadSignature:
        return None
    by = By(UUID(kept["link"]), SERVICE_UNIT, UUID(kept["operation"]), token=bytes.fromhex(kept["digest"]))
    return Visit(by, kept["name"], reference)


def count_try(request: HttpRequest, what: str, size: int) -> None:
    """One more try of a code for ``what``, from this address. RefusedError (429 in the answer) when there were too many."""
    names = ((f"tried {what}", size), (f"tries of {request.META.get('REMOTE_ADDR', '')}", AN_ADDRESS))
    for name, most in names:
        allowed, _ = _tries.take(hashlib.sha256(name.encode("utf-8", "replace")).digest(), most)
        if not allowed:
            raise TooManyTriesError(
                "too many tries",
                hint="Wait a minute, read the code in the letter again, and type it once more.",
            )
