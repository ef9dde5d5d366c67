"""The Django app of signing in: it has no tables of its own."""

from __future__ import annotations

from django.apps import AppConfig


class SignInConfig(AppConfig):
    """Listens to the library that signs in."""

    name = "openiru.entrypoints.web.signin"
    label = "signin"

    def ready(self) -> None:
        """Connect what follows when somebody has signed in."""
        from openiru.entrypoints.web.signin import receivers  # noqa: F401, PLC0415 - models are there only now
