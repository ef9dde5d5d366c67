"""Where the library that signs in asks the house: who may, what a passkey belongs to, and how its secrets are kept."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from openiru.foundation.people.models import Account
from openiru.settings import CONFIG

FACTORS = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)


def enrolled(account: Account) -> bool:
    """Whether the account has something to be signed in with."""
    return bool(Authenticator.objects.filter(user_id=account.pk, type__in=FACTORS).exists())


def showed(request: HttpRequest, account: Account) -> bool:
    """Whether this browser has shown a passkey or a code, or comes from the account's organisation."""
    methods = {one.get("method") for one in get_authentication_records(request, account)}
    return bool(methods & {"mfa", "socialaccount"})


class Accounts(DefaultAccountAdapter):  # type: ignore[misc] # the library has no types
    """Nobody signs up; nobody signs in with a password alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the library's signature
        """People are invited by the administrator of their unit."""
        return False

    def pre_login(self, request: HttpRequest, user: Account, **known: Any) -> HttpResponse | None:
        """An account that has nothing but a password is not signed in; what is said is what a wrong password gets."""
        if not (enrolled(user) or showed(request, user)):
            request.session["openiru.refused"] = True
            return redirect("account_login")
        response: HttpResponse | None = super().pre_login(request, user, **known)
        return response

    def get_reauthentication_methods(self, user: Account) -> list[dict[str, Any]]:
        """Passkey first, then a code; a password alone shows nothing."""
        found = [one for one in super().get_reauthentication_methods(user) if one["id"] != "reauthenticate"]
        return sorted(found, key=lambda one: one["id"] != "mfa_reauthenticate:webauthn")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The browser's, behind as many proxies as the setting says; something always, so that somebody is counted."""
        return str(get_client_ip(request) or "unknown")

    def send_notification_mail(self, *_given: Any, **_known: Any) -> None:
        """No mail: accounts have no address. The list of sessions and the ledger tell."""


class Factors(DefaultMFAAdapter):  # type: ignore[misc] # the library has no types
    """Passkeys belong to the host name of the desk; secrets of code apps are kept encrypted."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The relying party: the host name under which browsers reach the desk."""
        return {"id": urlsplit(CONFIG.origin).hostname or "localhost", "name": "OpenIRU"}

    def encrypt(self, text: str) -> str:
        """With a key that is not in the database."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was encrypted."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last one stays: without it nobody could sign in."""
        mine = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return bool(mine.exclude(pk=authenticator.pk).exists())


def _box() -> Fernet:
    key = hashlib.blake2b(
        CONFIG.secret("factors").encode(), digest_size=32, person=b"openiru factors"
    ).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class Organisations(DefaultSocialAccountAdapter):  # type: ignore[misc] # the library has no types
    """An organisation's sign-in leads to an account only by issuer and subject, entered beforehand."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Unknown pairs are turned away, whatever address they carry; nobody links their own."""
        if not sociallogin.is_existing or request.user.is_authenticated:
            raise Http404

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002 - the library's signature
        """Never."""
        return False
