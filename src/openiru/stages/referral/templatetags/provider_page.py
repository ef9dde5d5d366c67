"""Filters of the provider's page: ``{% load provider_page %}``."""

from __future__ import annotations

from django import template

from openiru.stages.referral.portal.forms import decision_words

register = template.Library()


@register.filter(name="decision_words")
def in_words(value: object) -> str:
    """A recorded decision in words."""
    return decision_words(str(getattr(value, "value", value)))
