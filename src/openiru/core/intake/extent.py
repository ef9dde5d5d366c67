"""How much an address covers, and what that allows.

A referral names one piece of content that two people have seen. In one week some 550 wrong addresses, among
them collections of millions of items, were once referred to the Internet Archive as if each were one piece of
content. The table below is what makes that impossible: only ``item`` goes the ordinary way.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from openiru.core.errors import ExtentError
from openiru.core.vocabulary import Extent, Kind


class Route(StrEnum):
    """By which way an address of some extent may be referred."""

    ORDINARY = "ordinary"
    WIDE = "wide"
    NEVER = "never"


#: What each kind of place covers when no rule of its platform says more.
EXTENT_OF_KIND: Final = MappingProxyType(
    {
        Kind.PAGE: Extent.ITEM,
        Kind.POST: Extent.ITEM,
        Kind.VIDEO: Extent.ITEM,
        Kind.AUDIO: Extent.ITEM,
        Kind.IMAGE: Extent.ITEM,
        Kind.DOCUMENT: Extent.ITEM,
        Kind.FILE: Extent.ITEM,
        # A shortener hides what it leads to: it counts as one item, and must be followed before anything else.
        Kind.SHORTENER: Extent.ITEM,
        Kind.ACCOUNT: Extent.ACCOUNT,
        Kind.CHANNEL: Extent.CHANNEL,
        Kind.INVITE: Extent.CHANNEL,
        Kind.APP: Extent.APP,
        Kind.SITE: Extent.SITE,
        Kind.DOMAIN: Extent.SITE,
        Kind.HOST: Extent.SITE,
        Kind.PLAYLIST: Extent.PLAYLIST,
        Kind.COLLECTION: Extent.COLLECTION,
        Kind.SEARCH: Extent.SEARCH,
        # A form that nobody has described may hold any number of items: the safe side.
        Kind.OTHER: Extent.COLLECTION,
    }
)

ROUTE_OF_EXTENT: Final = MappingProxyType(
    {
        Extent.ITEM: Route.ORDINARY,
        Extent.ACCOUNT: Route.WIDE,
        Extent.CHANNEL: Route.WIDE,
        Extent.APP: Route.WIDE,
        Extent.SITE: Route.WIDE,
        Extent.PLAYLIST: Route.NEVER,
        Extent.COLLECTION: Route.NEVER,
        Extent.SEARCH: Route.NEVER,
        Extent.ROOT: Route.NEVER,
        Extent.SENSITIVE: Route.NEVER,
    }
)

#: The reason in plain words, as a person reads it beside a refused row or letter.
REASON_OF_EXTENT: Final = MappingProxyType(
    {
        Extent.ITEM: "one piece of content",
        Extent.ACCOUNT: "a whole account, not one piece of content",
        Extent.CHANNEL: "a whole channel or group, not one piece of content",
        Extent.APP: "a whole app, not one piece of content",
        Extent.SITE: "a whole site or host, not one piece of content",
        Extent.PLAYLIST: "a list of other people's content, not one piece of it",
        Extent.COLLECTION: "may hold any number of items",
        Extent.SEARCH: "results of a search, which change with every look",
        Extent.ROOT: "the front page of a platform that everybody uses",
        Extent.SENSITIVE: "a host of the press, science, a library or a government",
    }
)

#: What the wide route asks for, in the order in which it is checked.
WIDE_ROUTE_NEEDS: Final = (
    "the official brand of a designated group, or a random sample with its seed, size and share found terrorist",
    "a reason why single items do not suffice",
    "a second unit",
    "the overseer told before sending",
)


def extent_of(kind: Kind) -> Extent:
    """What a place of this kind covers when no rule of its platform says more."""
    return EXTENT_OF_KIND[kind]


def route_of(extent: Extent) -> Route:
    """By which way an address of this extent may be referred."""
    return ROUTE_OF_EXTENT[extent]


def require_route(extent: Extent, route: Route, *, where: str = "") -> None:
    """Let an address pass on a route, or raise :class:`ExtentError` with the reason and the way out.

    The ordinary route takes single items only; the wide route takes accounts, channels, apps and sites only
    (an item needs no second unit, so nobody can be led into the heavier route by mistake).
    """
    allowed = ROUTE_OF_EXTENT[extent]
    if allowed is route and route is not Route.NEVER:
        return
    hint = {
        Route.ORDINARY: "Refer it the ordinary way.",
        Route.WIDE: f"The wide route needs {'; '.join(WIDE_ROUTE_NEEDS)}.",
        Route.NEVER: "Contribute the address of each single piece of content instead.",
    }[allowed]
    raise ExtentError(
        f"This address cannot be referred by the {route.value} route: {REASON_OF_EXTENT[extent]}.",
        where=where,
        hint=hint,
    )
