"""Addresses of signing in. What the library has beside these (signing up, mail, linking accounts) has no address here."""

from __future__ import annotations

from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as apps
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as organisations
from django.urls import path

from openiru.entrypoints.web.signin import library, pages
from openiru.entrypoints.web.signin.demo import demo
from openiru.entrypoints.web.signin.policy import door, mine

urlpatterns = [
    path("signin", door(library.SignIn.as_view()), name="account_login"),
    path("signin/passkey", door(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("signin/code", door(factors.authenticate), name="mfa_authenticate"),
    path("signin/demo", demo, name="signin_demo"),
    path("signin/enrol", pages.enrol, name="signin_enrol"),
    path("signin/enrol/how", mine(pages.how, enrolling=True), name="signin_how"),
    path("signin/again", mine(library.again), name="account_reauthenticate"),
    path("signin/again/passkey", mine(passkeys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("signin/again/code", mine(factors.reauthenticate), name="mfa_reauthenticate"),
    path("signin/with/<slug:provider_id>", door(organisations.login), name="openid_connect_login"),
    path("signin/with/<slug:provider_id>/back", door(organisations.callback), name="openid_connect_callback"),
    path("signin/broken-off", door(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("signin/failed", door(social.login_error), name="socialaccount_login_error"),
    path("signout", door(library.SignOut.as_view()), name="account_logout"),
    path("me/sessions", pages.sessions, name="my_sessions"),
    path("me/keys", mine(library.Keys.as_view()), name="mfa_index"),
    path("me/keys/passkeys", mine(library.Keys.as_view()), name="mfa_list_webauthn"),
    path("me/keys/add", mine(library.AddPasskey.as_view(), enrolling=True), name="mfa_add_webauthn"),
    path("me/keys/<int:pk>/remove", mine(library.RemovePasskey.as_view()), name="mfa_remove_webauthn"),
    path("me/keys/<int:pk>/name", mine(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("me/keys/app", mine(library.AddCodeApp.as_view(), enrolling=True), name="mfa_activate_totp"),
    path("me/keys/app/remove", mine(apps.deactivate_totp), name="mfa_deactivate_totp"),
    path("me/keys/codes", mine(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("me/keys/codes/new", mine(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
]
