"""The Django app of this room."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Items, accounts, works and the life of each."""

    name = "openiru.foundation.registry"
    label = "registry"
