"""Forms of signing in that differ from the library's."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext, gettext_lazy


class Named(LoginForm):  # type: ignore[misc] # the library has no types
    """Name and password of somebody who signs in with codes."""

    def __init__(self, *given: Any, **known: Any) -> None:
        super().__init__(*given, **known)
        self.fields["login"].label = gettext("Name (UNIT/handle)")
        self.fields["login"].widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "off",
            "spellcheck": "false",
        }
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}
        self.fields["password"].help_text = ""


class Passkey(AddWebAuthnForm):  # type: ignore[misc] # as above
    """A passkey always verifies its user: by a finger, a face, or a PIN of the device."""

    name = forms.CharField(required=False, max_length=60, label=gettext_lazy("What to call it"))
    passwordless = None

    def clean(self) -> dict[str, Any]:
        """As the library's, with the verification asked for in every case."""
        self.cleaned_data["passwordless"] = True
        cleaned: dict[str, Any] = super().clean()
        return cleaned


class CodeApp(ActivateTOTPForm):  # type: ignore[misc] # as above
    """A code of the app; and a password, from somebody who has none yet: a code alone opens nothing."""

    password1 = forms.CharField(
        label=gettext_lazy("New password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    password2 = forms.CharField(
        label=gettext_lazy("The same again"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    field_order = ("password1", "password2", "code")

    def __init__(self, *given: Any, **known: Any) -> None:
        super().__init__(*given, **known)
        self.fields["code"].label = gettext("Code that the app shows")
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        if self.user.has_usable_password():
            del self.fields["password1"], self.fields["password2"]

    def clean(self) -> dict[str, Any]:
        """Both the same, long enough, and none of the common ones."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second:
            if first != second:
                self.add_error("password2", gettext("The two passwords are not the same."))
            try:
                validate_password(first, self.user)
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return cleaned
