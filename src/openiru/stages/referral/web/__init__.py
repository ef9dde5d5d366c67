"""The pages of referral: prepare, outbox, one letter, answers, the directory of providers."""

from __future__ import annotations

from django.urls import path

from openiru.stages.referral.web import answers, directory, letter, outbox, prepare

_O = "o/<slug:operation>"
_ONE = f"{_O}/referrals/<str:reference>"
urlpatterns = [
    path(f"{_O}/prepare", prepare.prepare, name="referral-prepare"),
    path(f"{_O}/outbox", outbox.outbox, name="referral-outbox"),
    path(f"{_O}/outbox/leaving", outbox.leaving, name="referral-leaving"),
    path(f"{_O}/outbox/send", outbox.send, name="referral-send"),
    path(f"{_O}/outbox/recall", outbox.recall, name="referral-recall"),
    path(_ONE, letter.letter, name="referral-show"),
    path(f"{_ONE}/give-back", letter.give_back, name="referral-give-back"),
    path(f"{_ONE}/settle", letter.settle, name="referral-settle"),
    path(f"{_ONE}/withdraw", letter.withdraw, name="referral-withdraw"),
    path(f"{_ONE}/correct", letter.correct, name="referral-correct"),
    path(f"{_ONE}/answer", answers.enter, name="referral-enter"),
    path(f"{_O}/answers", answers.answers, name="referral-answers"),
    path(f"{_O}/answers/file", answers.upload, name="referral-upload"),
    path(f"{_O}/answers/strays", answers.strays, name="referral-strays"),
    path(f"{_O}/answers/silent", answers.silent, name="referral-silent"),
    path(f"{_O}/transfers", answers.transfers, name="referral-transfers"),
    path(f"{_O}/providers", directory.listed, name="provider-list"),
    path(f"{_O}/providers/new", directory.edit, name="provider-new"),
    path(f"{_O}/providers/platform", directory.platform, name="platform-edit"),
    path(f"{_O}/providers/of/<str:slug>", directory.shown_one, name="provider-show"),
    path(f"{_O}/providers/of/<str:slug>/edit", directory.edit, name="provider-edit"),
]
