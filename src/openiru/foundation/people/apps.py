"""The Django app of this room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Units with their legal profile, people, tokens."""

    name = "openiru.foundation.people"
    label = "people"
