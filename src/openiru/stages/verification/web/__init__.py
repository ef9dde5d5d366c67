"""The pages of verification: removal tracking, the looks at one item, runs."""

from __future__ import annotations

from django.urls import path

from openiru.stages.verification.web import tracking

_O = "o/<slug:operation>/tracking"
urlpatterns = [
    path(_O, tracking.tracking, name="verification-tracking"),
    path(f"{_O}/items", tracking.items, name="verification-items"),
    path(f"{_O}/items/<uuid:item>", tracking.looks, name="verification-looks"),
    path(f"{_O}/run", tracking.run, name="verification-run"),
    path(f"{_O}/ask", tracking.ask, name="verification-ask"),
]
