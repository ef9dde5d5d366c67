"""Find or go to: pages by their name, items by address, key or id, referrals by their reference; only what the person may see.

A paste is enough: an address may be defanged, a reference may come out of a letter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from openiru.core.errors import NotFoundError
from openiru.engines.addresses.canonical import try_canonicalise
from openiru.engines.addresses.model import Address
from openiru.entrypoints.web.menu import MENU, address_of, reversed_or_nothing
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import SIGNED_IN, Desk, page, show
from openiru.foundation.operations.desk_frame import own_operations
from openiru.foundation.operations.desk_refusing import fragment
from openiru.foundation.registry import queries as registry
from openiru.stages.referral import queries as referral

#: What is pasted is looked at so far; longer than any address that is taken.
LONGEST: Final = 4_000
#: A reference, a key and an id are longer than this; an address too.
SHORTEST: Final = 4


@dataclass(frozen=True, slots=True)
class Found:
    """One place to go to."""

    label: Any
    href: str
    note: Any = ""


@page(SIGNED_IN)
def palette(desk: Desk) -> HttpResponse:
    """What was found, as a fragment for the palette or as a page of its own."""
    asked = desk.request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    found = [*_things(desk, asked), *_pages(desk, asked)]
    template = "desk/found.html" if fragment(desk.request) else "desk/palette.html"
    return show(desk, template, q=asked, found=found)


def _pages(desk: Desk, asked: str) -> Iterator[Found]:
    for line in MENU:
        if (line.inside and not desk.slug) or (line.verb and not desk.may(line.verb)):
            continue
        href = address_of(line, desk.slug)
        if href and asked.casefold() in str(line.label).casefold():
            yield Found(line.label, href, _("page"))
    for one in desk.operations or _operations(desk):
        if asked and asked.casefold() in f"{one['title']} {one['slug']}".casefold():
            yield Found(one["title"], reversed_or_nothing("desk-operation", one["slug"]), _("operation"))


def _operations(desk: Desk) -> list[dict[str, Any]]:
    """A fragment knows no switcher: it asks for itself."""
    with acting(desk.by) as now:
        return own_operations(now)


def _things(desk: Desk, asked: str) -> Iterator[Found]:
    """Items and referrals of this operation; nobody who may not read items learns that there are any."""
    if not desk.slug or len(asked) < SHORTEST or not desk.may("item.read"):
        return
    with acting(desk.by):
        if item := _item(asked):
            href = reversed_or_nothing("item", desk.slug, item=item["id"])
            if href:
                yield Found(item["key"], href, _("item"))
        try:
            reference = referral.by_reference(asked.upper())["reference"]
        except NotFoundError:
            return
        href = reversed_or_nothing("referral-show", desk.slug, reference=reference)
        if href:
            yield Found(reference, href, _("referral"))


def _item(asked: str) -> dict[str, Any] | None:
    """The item with this id, key or address, if it is of this operation."""
    try:
        return registry.items([UUID(asked)]).get(UUID(asked))
    except ValueError:
        pass
    address = try_canonicalise(asked)
    for key in (asked, address.key if isinstance(address, Address) else ""):
        try:
            return registry.by_key(key)
        except NotFoundError:
            continue
    return None
