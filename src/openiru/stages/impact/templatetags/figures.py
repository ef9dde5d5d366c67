"""Numbers as the reader's language writes them, and the words for what is counted."""

from __future__ import annotations

from typing import Any, Final

from django import template
from django.utils.translation import get_language

from openiru.core.impact.numbers import FORMATS, NumberFormat
from openiru.stages.impact.web import words

register = template.Library()
_FORMATS: Final = {name.lower(): each for name, each in FORMATS.items()}


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
def said(name: object) -> str:
    """The word for a step, state, figure, reason or column; what has none stands as it is."""
    return words.of(str(name))
