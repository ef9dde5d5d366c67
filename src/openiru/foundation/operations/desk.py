"""What every page needs: who may see it, in which operation, once only, what went wrong.

A page is thin: it reads the request, calls one command or query, and shows what came of it::

    @page("contribute", methods=("GET", "POST"))
    def paste(desk: Desk) -> HttpResponse:
        if desk.request.method == "POST":
            text = field(desk, "text", longest=100_000)
            done_ = once_form(desk, "contribute", text, lambda: take(by=desk.by, text=text))
            return done(desk, desk.url("intake-receipt", id=done_["id"]), gettext("Your addresses were taken."))
        return show(desk, "intake/paste.html", limit=1_000)

Every view declares its policy by :func:`page` or :func:`public`; a house test fails for one that does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from openiru.core import errors
from openiru.foundation.database.acting import By
from openiru.foundation.operations.desk_frame import Desk, enter
from openiru.foundation.operations.desk_refusing import READS, fragment, refusal
from openiru.foundation.operations.doorway import PAGE, once, page_of
from openiru.foundation.people.permissions import MAY

__all__ = [
    "PAGE",
    "SIGNED_IN",
    "Desk",
    "Policy",
    "done",
    "field",
    "once_form",
    "page",
    "paged",
    "public",
    "refusal",
    "show",
    "to_sign_in",
]

SIGNED_IN: Final = ""
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may see a page: everybody, everybody who is signed in (no verb), or whose role may do ``verb``."""

    verb: str = SIGNED_IN
    public: bool = False
    methods: tuple[str, ...] = ("GET",)


def page(verb: str, *, methods: Sequence[str] = ("GET",)) -> Callable[[View], View]:
    """A view ``(desk, **what the address names)`` for whose role may do ``verb``; ``SIGNED_IN``: for every role.

    ``operation`` in the address is resolved and does not reach the view: ``desk.operation`` is its row.
    """
    if verb and verb not in MAY:
        raise errors.UsageError(f"there is no verb {verb}", where="people/permissions.py")
    policy = Policy(verb, methods=tuple(methods))

    def declare(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, *, operation: str | None = None, **given: Any) -> HttpResponse:
            try:
                return _answer(view, policy, request, operation, given)
            except errors.OpenIruError as error:
                return refusal(request, error)

        return _declared(answer, policy)

    return declare


def public(view: View) -> View:
    """A view ``(request, ...)`` that everybody may see, signed in or not."""

    @wraps(view)
    def answer(request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:
        try:
            return view(request, *given, **named)
        except errors.OpenIruError as error:
            return refusal(request, error)

    return _declared(answer, Policy(public=True, methods=()))


def _declared(view: View, policy: Policy) -> View:
    cast("Any", view).policy = policy
    return view


def _answer(
    view: View, policy: Policy, request: HttpRequest, slug: str | None, given: dict[str, Any]
) -> HttpResponse:
    by: By | None = getattr(request, "auth", None)
    if by is None:
        return to_sign_in(request)
    if request.method not in {*policy.methods, *(READS if "GET" in policy.methods else ())}:
        known = ", ".join(policy.methods)
        error = errors.UsageError(f"this page does not know {request.method}", hint=f"It knows {known}.")
        answer = refusal(request, error, 405)
        answer["Allow"] = known
        return answer
    desk = enter(request, by, slug, policy.verb, whole=not fragment(request))
    cast("Any", request).desk = desk
    return view(desk, **given)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the page of signing in, and back here afterwards; a form that was sent is to be filled in again."""
    here = request.get_full_path() if request.method in READS and not fragment(request) else "/"
    return _away(request, f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': here})}", 302)


def _away(request: HttpRequest, url: str, status: int) -> HttpResponse:
    if fragment(request):
        answer = HttpResponse()
        answer["HX-Redirect"] = url
        return answer
    answer = HttpResponseRedirect(url)
    answer.status_code = status
    return answer


def show(desk: Desk, template: str, /, *, status: int = 200, **context: Any) -> HttpResponse:
    """A page or a fragment; the frame is there by itself when the template extends desk/base.html."""
    return render(desk.request, template, {"desk": desk, **context}, status=status)


def done(desk: Desk, url: str, said: str = "") -> HttpResponse:
    """After a POST: on to ``url`` (an address of ours) by GET; ``said`` stands in the message place of the page there."""
    if said:
        messages.success(desk.request, said)
    return _away(desk.request, url, 303)


def field(desk: Desk, name: str, *, longest: int = 2_000, needed: bool = True) -> str:
    """One field of a form as text without blanks around it. UsageError when it is missing, too long, or no text."""
    text = desk.request.POST.get(name, "").strip()
    if needed and not text:
        raise errors.UsageError(f"{name} is empty", where=name, hint="Fill it in and send the form again.")
    if len(text) > longest or "\x00" in text:
        raise errors.UsageError(
            f"{name} is too long, or no text", where=name, hint=f"At most {longest} characters."
        )
    return text


def once_form(desk: Desk, command: str, body: Any, do: Callable[[], Any]) -> Any:
    """Do a command once for a form ({% request_id %} in it): sent a second time it is answered and not done again.

    ``body``: everything that the command is given; ``do`` returns what JSON can say, not None. Raises UsageError without a request
    id, ConflictError when the form was sent before with other content.
    """
    try:
        key = UUID(desk.request.POST.get("request_id", ""))
    except ValueError as error:
        raise errors.UsageError(
            "the form bears no request id",
            where="request_id",
            hint="Open the page again and send it from there.",
        ) from error
    return once(desk.by, key, command, body, do)


def paged(
    desk: Desk,
    found: Sequence[dict[str, Any]],
    place: Callable[[dict[str, Any]], Sequence[str | int]],
    limit: int = PAGE,
) -> dict[str, Any]:
    """A page of a list out of its next ``limit`` + 1 rows, for desk/pages.html: ``rows``, and the addresses ``after`` and ``first``.

    The cursor comes back as ?cursor=; read it with ``doorway.parts_of``, ``id_of`` or ``ids_of``.
    """
    cut = page_of(found, limit, place)
    query = desk.request.GET.copy()
    came = query.pop("cursor", None)
    first = f"{desk.request.path}?{query.urlencode()}" if came else ""
    if cut["next"]:
        query["cursor"] = cut["next"]
    return {
        "rows": cut["rows"],
        "after": f"{desk.request.path}?{query.urlencode()}" if cut["next"] else "",
        "first": first.rstrip("?"),
    }
