"""Pages of the library as the house opens them: who may, what they say, and what is left out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount import app_settings as social
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from openiru.core.vocabulary import Environment
from openiru.entrypoints.web.headers import PAGE_POLICY
from openiru.entrypoints.web.session import ENDED
from openiru.entrypoints.web.signin.adapters import Factors
from openiru.entrypoints.web.signin.demo import confirm
from openiru.settings import CONFIG


class SignIn(LoginView):  # type: ignore[misc] # the library has no types
    """Passkey first; then name, password and code; then the organisations; in a demonstration the cast."""

    def dispatch(self, request: HttpRequest, *given: Any, **known: Any) -> HttpResponse:
        """Whoever has used a code and not chosen yet is led back to the choice."""
        if request.user.is_authenticated and request.auth is None:  # type: ignore[attr-defined] # set by the middleware
            return redirect("signin_how")
        response: HttpResponse = super().dispatch(request, *given, **known)
        return response

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """What the page offers, and why somebody is here again."""
        context: dict[str, Any] = super().get_context_data(**known)
        session = self.request.session
        return context | {
            "organisations": organisations(),
            "demo": CONFIG.environment is Environment.DEMO,
            "ended": session.pop(ENDED, False),
            "refused": session.pop("openiru.refused", False),
            "next": self.get_next_url() or "",
        }

    def render_to_response(self, context: dict[str, Any], **known: Any) -> HttpResponse:
        """The forms of organisations lead to other hosts, which this page alone may say."""
        response: HttpResponse = super().render_to_response(context, **known)
        hosts = " ".join(sorted({one["origin"] for one in context["organisations"]}))
        if hosts:
            response["Content-Security-Policy"] = PAGE_POLICY.replace(
                "form-action 'self'", f"form-action 'self' {hosts}"
            )
        return response


def organisations() -> list[dict[str, str]]:
    """Organisations whose sign-in is taken: id, name, and the origin it stands at."""
    apps = social.PROVIDERS.get("openid_connect", {}).get("APPS", [])
    found = []
    for app in apps:
        parts = urlsplit(app["settings"]["server_url"])
        found.append(
            {"id": app["provider_id"], "name": app["name"], "origin": f"{parts.scheme}://{parts.netloc}"}
        )
    return found


class SignOut(LogoutView):  # type: ignore[misc] # as above
    """Asked by GET, done by POST."""


class AddPasskey(AddWebAuthnView):  # type: ignore[misc] # as above
    """A passkey that stays on the device and verifies its user."""

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """The browser is asked for a passkey that can be found without a name, never for a mere key."""
        context: dict[str, Any] = super().get_context_data(**known)
        context["js_data"] = {
            "creation_options": auth.begin_registration(self.request.user, passwordless=True)
        }
        return context


class AddCodeApp(ActivateTOTPView):  # type: ignore[misc] # as above
    """A code app, and the password that goes with it."""

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """The picture without its prolog, to stand in the page itself."""
        context: dict[str, Any] = super().get_context_data(**known)
        picture = str(context["totp_svg"])
        return context | {"picture": picture[picture.index("<svg") :]}

    def form_valid(self, form: Any) -> HttpResponse:
        """Both or neither: a code app without its password opens nothing."""
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)
            if password := form.cleaned_data.get("password1"):
                user = self.request.user
                user.set_password(password)
                user.save(update_fields=["password"])
                update_session_auth_hash(self.request, user)
        return response


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc] # as above
    """Not the last one."""

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """Whether it may go."""
        context: dict[str, Any] = super().get_context_data(**known)
        return context | {"last": not Factors().can_delete_authenticator(self.object)}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, unless nobody could sign in any more."""
        if not Factors().can_delete_authenticator(self.object):
            return redirect("mfa_index")
        response: HttpResponse = super().form_valid(form)
        return response


class Keys(IndexView):  # type: ignore[misc] # as above
    """What somebody signs in with."""

    def get_context_data(self, **known: Any) -> dict[str, Any]:
        """One list: passkeys, the code app, how many codes are left."""
        context: dict[str, Any] = super().get_context_data(**known)
        found = context["authenticators"]
        codes = found.get(Authenticator.Type.RECOVERY_CODES)
        return context | {
            "passkeys": found.get(Authenticator.Type.WEBAUTHN, []),
            "app": found.get(Authenticator.Type.TOTP),
            "codes": codes and len(codes.get_unused_codes()),
        }


def again(request: HttpRequest) -> HttpResponse:
    """Show again that it is you, by what the account has; in a demonstration a click."""
    methods = request.user.is_authenticated and _methods(request)
    if not methods:
        return confirm(request)
    query = request.GET.urlencode()
    return redirect(methods[0] + (f"?{query}" if query else ""))


def _methods(request: HttpRequest) -> list[str]:
    return [one["url"] for one in get_adapter(request).get_reauthentication_methods(request.user)]
