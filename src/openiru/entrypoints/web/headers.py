"""Every request and answer: known host names only; nothing loaded from elsewhere, framed, or kept by what lies between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from openiru.core.errors import UsageError
from openiru.entrypoints.web.faults import fault

#: What a page may load, all of it from here; nothing inline, nothing evaluated, no picture inside a style sheet.
PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def headers(following: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The middleware. A page that needs more says so itself; what it says stands."""

    def answer(request: HttpRequest) -> HttpResponse:
        request.get_host()  # raises for a name that is not ours: an address with another would end up in links
        response = following(request)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = ", ".join(sorted(response["Allow"].split(", ")))
            said = UsageError(
                f"{request.method} is nothing that this address knows", hint=f"It knows {allowed}."
            )
            response = fault(request, said, 405)
            response["Allow"] = allowed
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer
