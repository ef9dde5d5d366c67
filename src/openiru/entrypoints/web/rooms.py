"""Addresses of the pages that belong to no stage: set-up, the system, units and people."""

from __future__ import annotations

from django.urls import path

from openiru.entrypoints.web import setup, system, team

urlpatterns = [
    path("o/<slug:operation>/setup", setup.setup, name="setup"),
    path("mandates", setup.mandates, name="mandates"),
    path("operations/new", setup.new_operation, name="operation-new"),
    path("system", system.system, name="system"),
    path("units", team.units, name="units"),
    path("people", team.people, name="people"),
    path("people/<uuid:person>", team.person, name="person"),
    path("tokens", team.tokens, name="tokens"),
]
