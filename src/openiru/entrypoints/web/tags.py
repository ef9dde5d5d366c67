"""Tags and filters that every template has: foreign text, addresses, times, states, request ids, cursors.

Everything that comes from outside goes through :func:`foreign` or :func:`address`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import template
from django.template.context import RequestContext
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from openiru.engines.addresses.defang import defang
from openiru.engines.text.visible import visible
from openiru.foundation.operations import words

register = template.Library()
LONGEST: Final = 2_000

#: State or outcome -> the class that gives colour and shape; the word stands beside it.
_SHAPES: Final = {
    "live": "live",
    "gone": "gone",
    "confirmed_gone": "gone",
    "restricted": "restricted",
    "moved": "restricted",
    "inconclusive": "inconclusive",
}


@register.filter
def foreign(text: object, lang: str = "") -> SafeString:
    """Text from outside: hidden characters written out, its own direction, its language where it is known."""
    shown = visible(str(text if text is not None else ""), LONGEST)
    if lang:
        return format_html('<bdi dir="auto" lang="{}">{}</bdi>', lang, shown)
    return format_html('<bdi dir="auto">{}</bdi>', shown)


@register.filter
def address(url: object) -> SafeString:
    """An address that no click follows: defanged, from left to right, never a link."""
    shown = visible(defang(str(url if url is not None else "")), LONGEST)
    return format_html('<code dir="ltr" class="address">{}</code>', shown)


@register.simple_tag(takes_context=True)
def moment(context: RequestContext, at: datetime | None, *, local: bool = True) -> SafeString | str:
    """A time in UTC, and where the operation (else the unit) is in its own: ``6 Oct 2020, 07:00 UTC (09:00 CEST)``.

    The whole takes its direction from the name of the month and does not mix with what stands beside it.
    """
    if at is None:
        return "–"
    utc = at.astimezone(UTC)
    comma = "،" if get_language_bidi() else ","
    exact, day, clock = (
        utc.isoformat(timespec="seconds"),
        date_format(utc, "j M Y") + comma,
        f"{utc:%H:%M} UTC",
    )
    desk = context.get("desk")
    if not local or desk is None or desk.zone == "UTC":
        return format_html(
            '<time datetime="{}" dir="auto">{} <bdi dir="ltr">{}</bdi></time>', exact, day, clock
        )
    there = at.astimezone(ZoneInfo(desk.zone))
    other = "" if there.date() == utc.date() else date_format(there, "j M") + comma + " "
    return format_html(
        '<time datetime="{}" dir="auto">{} <bdi dir="ltr">{}</bdi> '
        '<bdi dir="auto" class="local">({}<bdi dir="ltr">{} {}</bdi>)</bdi></time>',
        *(exact, day, clock, other, f"{there:%H:%M}", there.tzname()),
    )


@register.simple_tag(takes_context=True)
def ago(context: RequestContext, at: datetime | None) -> SafeString | str:
    """How long ago, by business time; the exact time as its title."""
    desk = context.get("desk")
    if at is None or desk is None:
        return "–"
    said = _("%(time)s ago") % {"time": timesince(at, desk.at, depth=1)} if at < desk.at else _("now")
    exact = at.astimezone(UTC).isoformat(timespec="seconds")
    return format_html('<time datetime="{}" title="{}">{}</time>', exact, exact, said)


@register.simple_tag
def state(value: object, word: object = "") -> SafeString:
    """A state or outcome: shape, colour and word; its own word where none is given."""
    key = str(getattr(value, "value", value))
    shape = _SHAPES.get(key, "neutral")
    return format_html(
        '<span class="state state-{}"><span class="state-shape" aria-hidden="true"></span>{}</span>',
        shape,
        word or words.word({**words.STATES, **words.OUTCOMES}, key),
    )


@register.simple_tag
def request_id() -> SafeString:
    """The hidden field that makes a form happen once (desk.once_form)."""
    return format_html('<input type="hidden" name="request_id" value="{}">', uuid4())


@register.filter
def bounded(count: Any, most: int = 50) -> str:
    """A number that was counted up to a bound only: ``50+``."""
    return f"{most}+" if int(count) > most else str(count)
