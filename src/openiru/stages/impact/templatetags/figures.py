"""Numbers as the reader's language writes them, and the words for what is counted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from openiru.core.impact.numbers import FORMATS, NumberFormat
from openiru.stages.impact.web import words

register = template.Library()
#: In Arabic the desk writes 0 to 9 everywhere, times and references being so written; letters and reports write ٠ to ٩.
_FORMATS: Final = {name.lower(): each for name, each in FORMATS.items()} | {"ar": NumberFormat(",", ".")}


def number_format() -> NumberFormat:
    """The number format of the page's language; that of English where none is known."""
    language = (get_language() or "en").lower()
    return _FORMATS.get(language) or _FORMATS.get(language.partition("-")[0]) or FORMATS["en"]


@register.filter
def whole(value: Any) -> str:
    """``26000`` as the language writes it."""
    return number_format().whole(int(value))


@register.filter
def share(value: float) -> str:
    """``0.844`` as per cent."""
    return number_format().share(value)


@register.filter
def stamp(at: datetime) -> SafeString:
    """A time in UTC as ``2020-10-06 07:00:00``, kept from left to right: in Arabic its parts would change places."""
    return format_html('<bdi dir="ltr">{}</bdi>', f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}")


@register.filter
def said(name: object) -> str:
    """The word for a step, state, figure, reason or column; what has none stands as it is."""
    return words.of(str(name))
