"""Filters and tags of the pages of removal tracking: ``{% load tracking %}``."""

from __future__ import annotations

from math import isinf
from typing import Any

from django import template
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openiru.foundation.operations.words import span, word
from openiru.stages.verification.web import words

register = template.Library()
_SHAPE = (
    '<span class="state state-{}" title="{}"><span class="state-shape" aria-hidden="true"></span>{}</span>'
)


@register.simple_tag
def standing(group: str) -> SafeString:
    """Where an item stands: shape, colour, word, and what it means as its title."""
    said, meaning, shape = words.group(group)
    return format_html(_SHAPE, shape, meaning, said)


@register.filter
def reason_word(value: object) -> Any:
    """Why a look was judged so."""
    return word(words.REASONS, value)


@register.simple_tag
def between(low: float, high: float) -> str:
    """A band of time."""
    if isinf(high):
        return _("later than %(low)s, if at all") % {"low": span(low)}
    return _("between %(low)s and %(high)s") % {"low": span(low), "high": span(high)}


@register.filter
def per_cent(share: float) -> str:
    """``43 %``."""
    return f"{localize(round(share * 100))} %"


@register.simple_tag
def band(low: float, high: float) -> SafeString:
    """A bar from nothing to all of it, dark as far as it is sure, light as far as it is possible."""
    begin, width = round(low * 200), max(2, round((high - low) * 200))
    return format_html(
        '<svg class="band" viewBox="0 0 200 10" width="200" height="10" aria-hidden="true">'
        '<rect class="band-all" x="0" y="4" width="200" height="2"/><rect class="band-sure" x="0" y="1" width="{}" height="8"/>'
        '<rect class="band-may" x="{}" y="1" width="{}" height="8"/></svg>',
        begin,
        begin,
        width,
    )
