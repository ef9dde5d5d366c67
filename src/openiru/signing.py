"""Django's settings for signing in: what follows from the address at which browsers reach the desk (docs/decisions/0014).

A session is a token of its own kind; the browser's cookie alone names it.
"""

from __future__ import annotations

from typing import Any, Final

#: Minutes without a request after which a session is over, hours after which it is over in any case, sessions at once.
IDLE_MINUTES: Final = 120
HOURS: Final = 12
AT_ONCE: Final = 5
#: Signs of the shortest password; one alone signs nobody in.
SHORTEST_PASSWORD: Final = 15
_CHECKS: Final = "django.contrib.auth.password_validation."


def signing(origin: str) -> dict[str, Any]:
    """The settings. Over TLS the cookies are bound to the very host and never leave it in the clear."""
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
        "SESSION_HOURS": HOURS,
        "SESSIONS_AT_ONCE": AT_ONCE,
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
    }


def _of_the_library() -> dict[str, Any]:
    """Of django-allauth: passkeys that verify their user, codes, organisations; no mail, no signing up, no linking."""
    return {
        "ACCOUNT_ADAPTER": "openiru.entrypoints.web.signin.adapters.Accounts",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": "login",
        "ACCOUNT_USER_MODEL_EMAIL_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"username"},
        "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_PRESERVE_USERNAME_CASING": True,
        "ACCOUNT_SESSION_REMEMBER": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 600,
        "MFA_ADAPTER": "openiru.entrypoints.web.signin.adapters.Factors",
        "MFA_SUPPORTED_TYPES": ["webauthn", "totp", "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_PASSKEY_SIGNUP_ENABLED": False,
        "MFA_WEBAUTHN_USER_VERIFICATION": "required",
        "MFA_TOTP_ISSUER": "OpenIRU",
        "MFA_TOTP_TOLERANCE": 1,
        "MFA_RECOVERY_CODES_SHOW_ONCE": True,
        "SOCIALACCOUNT_ADAPTER": "openiru.entrypoints.web.signin.adapters.Organisations",
        "SOCIALACCOUNT_AUTO_SIGNUP": False,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION": False,
        "SOCIALACCOUNT_LOGIN_ON_GET": False,
        "SOCIALACCOUNT_STORE_TOKENS": False,
    }
