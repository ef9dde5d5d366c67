"""Filters and tags of the pages of referral: ``{% load referring %}``."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.context import RequestContext
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openiru.foundation.operations.words import DECISIONS, word
from openiru.stages.referral.web import words

register = template.Library()


@register.simple_tag
def delivery(value: object) -> SafeString:
    """The state of a letter: shape, colour, word, and what it means as its title."""
    said, meaning, shape = words.delivery(value)
    return format_html(
        '<span class="state state-{}" title="{}"><span class="state-shape" aria-hidden="true"></span>{}</span>',
        shape,
        meaning,
        said,
    )


@register.filter
def delivery_meaning(value: object) -> Any:
    """What a state of a letter means."""
    return words.delivery(value)[1]


@register.filter
def decision_word(value: object) -> Any:
    """What a provider decided."""
    return word(DECISIONS, value) if value else ""


@register.filter
def effect_word(value: object) -> Any:
    """What a decision means for an item."""
    return word(words.EFFECTS, value)


@register.simple_tag
def outcome(value: object) -> SafeString:
    """What the looks say, or one look: shape, colour and word."""
    said, shape = words.outcome(value)
    return format_html(
        '<span class="state state-{}"><span class="state-shape" aria-hidden="true"></span>{}</span>',
        shape,
        said,
    )


@register.filter
def letter_word(value: object) -> Any:
    """Referral, correction, withdrawal."""
    return word(words.KINDS, value)


@register.filter
def channel_word(value: object) -> Any:
    """The way to a provider."""
    return word(words.CHANNELS, value)


@register.filter
def instrument_word(value: object) -> Any:
    """Referral, notice, removal order."""
    return word(words.INSTRUMENTS, value)


@register.filter
def profile_word(value: object) -> Any:
    """What a unit is in law."""
    return word(words.PROFILES, value)


@register.filter
def rule_word(code: str) -> Any:
    """A rule of sending."""
    return word(words.RULES, code)


@register.filter
def reading_word(value: object) -> Any:
    """What became of a row of an answer file."""
    return word(words.READINGS, value)


@register.simple_tag(takes_context=True)
def leaves(context: RequestContext, at: datetime, zone: str) -> SafeString | str:
    """When a letter leaves: at once, or the day and hour where the provider is, and in UTC."""
    desk = context.get("desk")
    if desk is not None and at <= desk.at:
        return _("at once")
    there = at.astimezone(ZoneInfo(zone or "UTC"))
    return format_html(
        '<time datetime="{}">{} <bdi>{}</bdi> <span class="local">({} UTC)</span></time>',
        at.isoformat(timespec="seconds"),
        date_format(there.replace(tzinfo=None), "l j M, H:i"),
        there.tzname() or zone,
        at.strftime("%H:%M"),
    )


@register.filter
def whole_letter(text: object) -> str:
    """The words of a letter line by line, hidden characters written out, to stand in a <pre>."""
    from openiru.engines.text.visible import visible  # noqa: PLC0415 - beside its one use

    lines = str(text).replace("\r\n", "\n").split("\n")
    return "\n".join(visible(line, 20_000) for line in lines[:20_000])
