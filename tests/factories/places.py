"""Invented places for tests that need items and no rule of the address engine."""

from __future__ import annotations

from openiru.core.vocabulary import Extent, Kind
from openiru.engines.addresses import Address


def place(key: str, platform: str = "telegram", kind: str = "post") -> tuple[Address, str]:
    """An address with the key ``key`` on a host of its own, and its kind, as ``take_items`` wants them."""
    host = f"{key.replace(':', '-')}.example"
    return Address(
        input=key,
        key=key,
        platform=platform,
        kind=Kind(kind),
        canonical=f"https://{host}/",
        extent=Extent.ITEM,
        why="invented",
        account="",
        host=host,
        registrable=host,
    ), kind
