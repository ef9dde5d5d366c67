"""Which address leads where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from openiru.core.errors import NotFoundError
from openiru.entrypoints.api.main import api
from openiru.entrypoints.api.problems import of_house


def alive(_request: HttpRequest) -> HttpResponse:
    """For a reverse proxy: the server answers. Whether all is well says ``openiru status``."""
    return JsonResponse({"alive": True})


def nothing_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Whatever has no address."""
    del exception
    return of_house(
        request, NotFoundError("there is nothing at this address", hint="The interface is under /api/v1.")
    )


urlpatterns = [
    path("alive", alive),
    path("api/v1/", api.urls),
    path("", include("openiru.entrypoints.web.signin.urls")),
]
handler404 = "openiru.entrypoints.web.urls.nothing_here"
