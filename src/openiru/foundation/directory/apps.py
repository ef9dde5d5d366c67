"""The Django app of this room."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    """Providers, platforms, groups and outlets."""

    name = "openiru.foundation.directory"
    label = "directory"
