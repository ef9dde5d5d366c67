"""In which language a page is: the cookie says, else what the browser asks for. The programming interface has one only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, cast

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware

from openiru.entrypoints.web.catalogues import compile_all

WITHOUT: Final = ("/api/", "/static/", "/alive")

Following = Callable[[HttpRequest], HttpResponse]


def language(following: Following) -> Following:
    """The middleware. Catalogues are compiled when it is put together."""
    compile_all()
    translated = LocaleMiddleware(following)

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT):
            return following(request)
        # Nothing here is asynchronous; a file that is sent as it is read is an answer too.
        return cast("HttpResponse", translated(request))

    return answer
