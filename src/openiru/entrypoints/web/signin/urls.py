"""Addresses of signing in. What the library has beside these (signing up, mail, linking accounts) has no address here."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import path

from openiru.entrypoints.web.signin.demo import demo

urlpatterns = [
    path("signin", account.login, name="account_login"),
    path("signin/demo", demo, name="signin_demo"),
    path("signout", account.logout, name="account_logout"),
]
