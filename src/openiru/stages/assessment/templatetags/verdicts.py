"""Filters that say verdicts, grounds and exceptions in words: ``{% load verdicts %}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from openiru.foundation.operations.words import VERDICTS, word
from openiru.stages.assessment.web import words

register = template.Library()


@register.filter
def verdict_word(value: object) -> Any:
    """A verdict."""
    return word(VERDICTS, value)


@register.filter
def exception_word(value: object) -> Any:
    """A protected purpose of Art. 1(3)."""
    return word(words.PURPOSES, value)


@register.filter
def ground_word(value: object) -> Any:
    """A ground of Art. 2(7)."""
    return word(words.GROUNDS, value)


@register.filter
def availability_word(value: object) -> Any:
    """How a stranger gets to the content."""
    return word(words.AVAILABILITIES, value)


@register.filter
def hours(value: float | None) -> str:
    """Hours with one decimal below ten, else whole: ``3.4``, ``27``."""
    if value is None:
        return "–"
    return f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"  # noqa: PLR2004 - below ten a tenth tells something


@register.filter
def of(names: Mapping[str, str], name: str) -> str:
    """What a mapping has under a name, or nothing."""
    return names.get(name, "")
