"""Filters that say the trade's terms: ``{% load words %}``, ``{{ row.kind|kind_word }}``."""

from __future__ import annotations

from typing import Any

from django import template

from openiru.core.lifecycle import Milestone
from openiru.foundation.operations import words
from openiru.foundation.operations.desk_frame import Desk

register = template.Library()


@register.filter
def state_word(value: object) -> Any:
    """A state of an item."""
    return words.word(words.STATES, value)


@register.filter
def kind_word(value: object) -> Any:
    """A kind of address."""
    return words.word(words.KINDS, value)


@register.filter
def extent_word(value: object) -> Any:
    """How much an address covers."""
    return words.word(words.EXTENTS, value)


@register.filter
def event_word(value: object) -> Any:
    """The type of an event."""
    return words.word(words.EVENTS, value)


@register.filter
def hold_kind_word(value: object) -> Any:
    """Who holds."""
    return words.word(words.HOLD_KINDS, value)


@register.filter
def hold_scope_word(value: object) -> Any:
    """What a hold stands on."""
    return words.word(words.HOLD_SCOPES, value)


@register.filter
def tlp_short(value: object) -> str:
    """``TLP:AMBER+STRICT``."""
    return f"TLP:{str(getattr(value, 'value', value)).upper()}"


@register.filter
def pap_short(value: object) -> str:
    """``PAP:AMBER``."""
    return f"PAP:{str(getattr(value, 'value', value)).upper()}"


@register.filter
def has_held(milestones: int) -> bool:
    """Whether a hold stands, by the milestones."""
    return bool(milestones & Milestone.HELD)


@register.filter
def has_copies(milestones: int) -> bool:
    """Whether more than one contribution stands behind an item."""
    return bool(milestones & Milestone.DUPLICATE)


@register.filter
def may(desk: Desk, verb: str) -> bool:
    """Whether one of the person's roles may do ``verb``: ``{% if desk|may:"contribute" %}``. The view asks again."""
    return desk.may(verb)


@register.filter
def span(hours: float) -> str:
    """``45 min``, ``3.5 h``, ``4 d``."""
    return words.span(hours)
