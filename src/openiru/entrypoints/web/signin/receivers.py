"""What follows when the library has signed somebody in or out, or somebody has shown again that it is them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_used
from django.contrib import messages
from django.contrib.auth import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext

from openiru.entrypoints.web.session import PLACE, begin, own_id
from openiru.entrypoints.web.signin.adapters import showed
from openiru.foundation.database.acting import By
from openiru.foundation.people.commands_changes import withdraw_tokens
from openiru.foundation.people.fresh import mark_fresh
from openiru.foundation.people.models import Account


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: Account, **_known: Any) -> None:
    """Begin the session; not yet for somebody who is only about to enrol."""
    if PLACE not in request.session and (user.demo or showed(request, user)):
        _tell(request, begin(request, user).before)


def _tell(request: HttpRequest, before: datetime | None) -> None:
    if before is None:
        said = gettext("This is the first sign-in with this account.")
    else:
        said = gettext("The sign-in before this one: %(when)s UTC.") % {
            "when": date_format(before, "j M Y, H:i")
        }
    messages.info(request, said, fail_silently=True)


@receiver(user_logged_out)
def signed_out(request: HttpRequest, **_known: Any) -> None:
    """End the session in the database too."""
    by: By | None = getattr(request, "auth", None)
    session = own_id(request) if hasattr(request, "session") else None
    if by is not None and session is not None:
        withdraw_tokens(by=by, tokens=[session])


@receiver(authenticator_added, sender=Authenticator)
def added(request: HttpRequest, user: Account, authenticator: Authenticator, **_known: Any) -> None:
    """Whoever has just enrolled is signed in, and everything that was signed in before is not any more."""
    kind = authenticator.type
    if kind == Authenticator.Type.RECOVERY_CODES:
        return
    record_authentication(request, user, "mfa", type=kind, id=authenticator.pk, reauthenticated=True)
    if PLACE not in request.session:
        begin(request, user, alone=True)
    mark_fresh(request)


@receiver(authenticator_used, sender=Authenticator)
def used(request: HttpRequest, *, reauthenticated: bool, **_known: Any) -> None:
    """Somebody who is signed in has shown a passkey or a code again."""
    if reauthenticated:
        mark_fresh(request)
