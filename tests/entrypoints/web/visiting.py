"""Visiting the desk as people of the cast do: over Django's own client, signed in as the program signs them in."""

from __future__ import annotations

from django.test import Client

from openiru.foundation.database.acting import By
from openiru.foundation.people.sessions import demo_account


def visitor() -> Client:
    """Somebody who is not signed in. Forms need no token unless the test asks for the check."""
    return Client(raise_request_exception=False, SERVER_NAME="localhost")


def signed_in(client: Client, by: By) -> Client:
    """The same browser, signed in as this person: a session of the database, as after a click on the cast."""
    client.force_login(demo_account(by.person))
    return client


def visiting(by: By) -> Client:
    """A browser of its own, signed in as this person."""
    return signed_in(visitor(), by)
