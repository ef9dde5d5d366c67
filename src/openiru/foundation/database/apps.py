"""The Django app of the database room."""

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Schema ``iru``: who acts, on whose behalf, and when."""

    name = "openiru.foundation.database"
    label = "database"
