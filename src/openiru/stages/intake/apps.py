"""The Django app of this room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The stage intake."""

    name = "openiru.stages.intake"
    label = "intake"
