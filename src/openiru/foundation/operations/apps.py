"""The Django app of this room."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """The referral action day: mandate, window, phases, participants."""

    name = "openiru.foundation.operations"
    label = "operations"
