"""``{% notices as up %}``: what the coordinator says to all desks."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from openiru.foundation.operations.notices import on_the_desk

register = template.Library()


@register.simple_tag(takes_context=True)
def notices(context: RequestContext) -> list[dict[str, Any]]:
    """The notices that are up in the operation of this desk."""
    desk = context.get("desk")
    return on_the_desk(desk.by) if desk else []
