"""What follows when the library has signed somebody in: their session with the database begins."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from openiru.entrypoints.web.session import begin
from openiru.entrypoints.web.signin.adapters import showed
from openiru.foundation.people.models import Account


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Account, **_known: Any) -> None:
    """Begin the session; not yet for somebody who is only about to enrol."""
    if user.demo or showed(request, user):
        begin(request, user)
