"""How items come into being and into an operation: in batches, one statement a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openiru.core.lifecycle import Milestone, State
from openiru.engines.addresses import Address
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import as_json, insert
from openiru.foundation.database.ids import new_id_texts
from openiru.foundation.registry.transitions import Moved

#: Platforms of the address engine that name a shape and not a house: there the domain is the platform.
SHAPES = frozenset({"web", "mastodon", "peertube", "rocketchat", "onion", "wordpress", "shortener"})


def platform_of(address: Address) -> str:
    """The slug of the platform in the directory: the house that hosts it."""
    if address.platform in SHAPES:
        return address.registrable or address.host or address.platform
    return address.platform


@dataclass(frozen=True, slots=True)
class Taken:
    """An item by key: its id, and whether this instance had never heard of it."""

    id: str
    is_new: bool


def take_items(now: Now, wanted: Mapping[str, tuple[Address, str]]) -> dict[str, Taken]:
    """Find or make the items behind the keys: key -> (address, kind); answers by key."""
    if not wanted:
        return {}
    rows = [
        {
            "id": new,
            "key": key,
            "platform": platform_of(address),
            "kind": kind,
            "extent": address.extent.value,
            "canonical": address.canonical,
            "host": address.host,
            "account_key": address.account,
            "needs_resolving": address.needs_resolving,
        }
        for (key, (address, kind)), new in zip(wanted.items(), new_id_texts(len(wanted)), strict=True)
    ]
    now.cursor.execute("SELECT key, id::text, is_new FROM iru.take_items(%s::json)", [as_json(rows)])
    return {key: Taken(item, is_new) for key, item, is_new in now.cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Birth:
    """An item about to take part in the acting operation for the first time."""

    item: str
    milestones: Milestone
    language: str
    organisation: str
    brand: str
    flags: tuple[str, ...]


def enter(now: Now, births: Sequence[Birth]) -> dict[str, Moved]:
    """Bring items into the acting operation. Those that another transaction brought first are not in the answer."""
    if not births:
        return {}
    fixed: dict[str, Any] = {
        "operation_id": now.by.operation,
        "state": State.SEEN.value,
        "basis_digest": "",
        "decided_at": None,
        "line_id": None,
        "referred_at": None,
        "answer": "",
        "outcome": "",
        "live_until": None,
        "gone_from": None,
    }
    ordered = sorted(births, key=lambda birth: birth.item)
    rows = [
        {
            "id": new,
            "item_id": birth.item,
            "milestones": int(birth.milestones),
            "language": birth.language,
            "organisation": birth.organisation,
            "brand": birth.brand,
            "flags": list(birth.flags),
            **fixed,
        }
        for birth, new in zip(ordered, new_id_texts(len(ordered)), strict=True)
    ]
    written = insert(
        now.cursor,
        "registry_operationitem",
        rows,
        conflict="(operation_id, item_id) DO NOTHING",
        returning="item_id::text, id::text, milestones",
    )
    return {
        item: Moved(item, row, State.SEEN, State.SEEN, Milestone(milestones))
        for item, row, milestones in written
    }


def add_works(now: Now, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Tie contents to items by digest; (item, digest) -> id of each tie that is new."""
    unique = sorted(set(pairs))
    rows = [
        {"id": new, "item_id": item, "digest": digest}
        for (item, digest), new in zip(unique, new_id_texts(len(unique)), strict=True)
    ]
    written = insert(
        now.cursor,
        "registry_work",
        rows,
        conflict="(item_id, digest) DO NOTHING",
        returning="item_id::text, digest, id::text",
    )
    return {(item, digest): work for item, digest, work in written}
