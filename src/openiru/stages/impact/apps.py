"""The Django app of this room."""

from django.apps import AppConfig


class ImpactConfig(AppConfig):
    """The stage impact."""

    name = "openiru.stages.impact"
    label = "impact"
