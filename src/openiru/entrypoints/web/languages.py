"""In which language a page is: the cookie says, else what the browser asks for. The programming interface has one only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

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
        response = translated(request)
        assert isinstance(response, HttpResponse)  # noqa: S101 - nothing here is asynchronous
        return response

    return answer
