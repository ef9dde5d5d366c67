"""The Django app of this room."""

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """The stage assessment."""

    name = "openiru.stages.assessment"
    label = "assessment"
