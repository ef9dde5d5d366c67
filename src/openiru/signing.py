"""Django's settings for signing in: what follows from the address at which browsers reach the desk (docs/decisions/0014).

A session is a token of its own kind; the browser's cookie alone names it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from openiru.core.errors import SettingError

#: Minutes without a request after which a session is over, hours after which it is over in any case, sessions at once.
IDLE_MINUTES: Final = 120
HOURS: Final = 12
AT_ONCE: Final = 5
#: Signs of the shortest password; one alone signs nobody in.
SHORTEST_PASSWORD: Final = 15
_HERE: Final = "openiru.entrypoints.web.signin"
_CHECKS: Final = "django.contrib.auth.password_validation."


def signing(origin: str, proxies: int = 0, organisations: str = "") -> dict[str, Any]:
    """The settings. Over TLS the cookies are bound to the very host and never leave it in the clear.

    ``proxies`` stand before the web server; ``organisations``: the file that tells whose OpenID Connect sign-in is taken.
    """
    tls = origin.startswith("https:")
    cookie = {"SECURE": tls, "HTTPONLY": True, "SAMESITE": "Lax"}
    host = "__Host-" if tls else ""
    return {
        **{f"{kind}_COOKIE_{name}": value for kind in ("SESSION", "CSRF") for name, value in cookie.items()},
        "SESSION_COOKIE_NAME": f"{host}openiru",
        "CSRF_COOKIE_NAME": f"{host}openiru-form",
        "CSRF_TRUSTED_ORIGINS": [origin],
        "SESSION_ENGINE": "openiru.foundation.people.cookies",
        "SESSION_COOKIE_AGE": IDLE_MINUTES * 60,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "LOGIN_URL": "account_login",
        "LOGIN_REDIRECT_URL": "/",
        "AUTH_USER_MODEL": "people.Account",
        "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": f"{_CHECKS}MinimumLengthValidator", "OPTIONS": {"min_length": SHORTEST_PASSWORD}},
            {"NAME": f"{_CHECKS}CommonPasswordValidator"},
        ],
        **_of_the_library(),
        "ALLAUTH_TRUSTED_PROXY_COUNT": proxies,
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": _organisations(organisations)}},
    }


def _of_the_library() -> dict[str, Any]:
    """Of django-allauth: passkeys that verify their user, codes, organisations; no mail, no signing up, no linking."""
    return {
        "ACCOUNT_ADAPTER": f"{_HERE}.adapters.Accounts",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "login",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_FORMS": {"login": f"{_HERE}.forms.Named"},
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_PRESERVE_USERNAME_CASING": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,
        "MFA_ADAPTER": f"{_HERE}.adapters.Factors",
        "MFA_FORMS": {"add_webauthn": f"{_HERE}.forms.Passkey", "activate_totp": f"{_HERE}.forms.CodeApp"},
        "MFA_SUPPORTED_TYPES": ["webauthn", "totp", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_PASSKEY_SIGNUP_ENABLED": False,
        "MFA_WEBAUTHN_USER_VERIFICATION": "required",
        "MFA_TOTP_ISSUER": "OpenIRU",
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "SOCIALACCOUNT_ADAPTER": f"{_HERE}.adapters.Organisations",
        "SOCIALACCOUNT_AUTO_SIGNUP": False,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_LOGIN_ON_GET": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
    }


def _organisations(file: str) -> list[dict[str, Any]]:
    """``[{"id", "name", "server", "client", "secret_file"}]`` as the library wants it. SettingError for what cannot be read."""
    if not file:
        return []
    try:
        rows = json.loads(Path(file).read_text(encoding="utf-8"))
        return [
            {
                "provider_id": row["id"],
                "name": row["name"],
                "client_id": row["client"],
                "secret": Path(row["secret_file"]).read_text(encoding="utf-8").strip(),
                "settings": {"server_url": _over_tls(row["server"]), "oauth_pkce_enabled": True},
            }
            for row in rows
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingError(
            f"the organisations cannot be read: {type(error).__name__} {error}",
            where="OPENIRU_ORGANISATIONS_FILE",
            hint="docs/howto/signing-in.md shows what stands in the file.",
        ) from error


def _over_tls(server: str) -> str:
    if not server.startswith("https://"):
        raise ValueError(f"{server} is not https")
    return server
