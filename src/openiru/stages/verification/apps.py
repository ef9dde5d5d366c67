"""The Django app of this room."""

from django.apps import AppConfig


class VerificationConfig(AppConfig):
    """The stage verification."""

    name = "openiru.stages.verification"
    label = "verification"
