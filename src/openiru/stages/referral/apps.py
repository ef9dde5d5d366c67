"""The Django app of this room."""

from django.apps import AppConfig


class ReferralConfig(AppConfig):
    """The stage referral."""

    name = "openiru.stages.referral"
    label = "referral"
