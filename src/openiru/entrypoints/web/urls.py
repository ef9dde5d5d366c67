"""Which address leads where."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path

from openiru.entrypoints.api.main import api
from openiru.entrypoints.web import help as helping
from openiru.entrypoints.web import home, look, palette, record
from openiru.foundation.operations.desk import public


@public
def alive(_request: HttpRequest) -> HttpResponse:
    """For a reverse proxy: the server answers. Whether all is well says ``openiru status``."""
    return JsonResponse({"alive": True})


urlpatterns = [
    path("alive", alive),
    path("api/v1/", api.urls),
    path("", home.home, name="desk-home"),
    path("look", look.look, name="look"),
    path("palette", palette.palette, name="palette"),
    path("help", helping.overview, name="help"),
    path("help/roles", helping.roles, name="help-roles"),
    path("help/shortcuts", helping.shortcuts, name="help-shortcuts"),
    path("help/accessibility", helping.accessibility, name="help-accessibility"),
    path("o/<slug:operation>/palette", palette.palette, name="palette-here"),
    path("o/<slug:operation>/", home.operation, name="desk-operation"),
    path("", include("openiru.entrypoints.web.signin.urls")),
    path("o/<slug:operation>/items/<uuid:item>", record.record, name="item"),
    path("o/<slug:operation>/proof.zip", record.proof, name="item-proof"),
    path("", include("openiru.stages.intake.web")),
    path("", include("openiru.stages.assessment.web")),
    path("", include("openiru.stages.impact.web")),
    path("", include("openiru.entrypoints.web.rooms")),
    path("", include("openiru.stages.referral.web")),
    path("", include("openiru.stages.verification.web")),
    path("", include("openiru.stages.referral.portal.web")),
]
handler400 = "openiru.entrypoints.web.faults.misunderstood"
handler403 = "openiru.entrypoints.web.faults.forbidden"
handler404 = "openiru.entrypoints.web.faults.nothing_here"
handler500 = "openiru.entrypoints.web.faults.broken"
