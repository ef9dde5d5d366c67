"""How items come into being and into an operation: in batches, one statement a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from openiru.core.lifecycle import Milestone, State
from openiru.engines.addresses import Address
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.columns import array_text, as_list, insert_columns
from openiru.foundation.database.ids import new_id_texts
from openiru.foundation.ledger.rows import digest_sql
from openiru.foundation.registry.transitions import Moved

#: Platforms of the address engine that name a shape and not a house: there the domain is the platform.
SHAPES = frozenset({"web", "mastodon", "peertube", "rocketchat", "onion", "wordpress", "shortener"})


NO_SALTS: Mapping[str, str] = MappingProxyType({})


def platform_of(address: Address) -> str:
    """The slug of the platform in the directory: the house that hosts it."""
    if address.platform in SHAPES:
        return address.registrable or address.host or address.platform
    return address.platform


class Taken(NamedTuple):
    """An item by key: its id, whether this instance had never heard of it, and then the digest of its row, if asked for."""

    id: str
    is_new: bool
    digest: str = ""


def line_up(now: Now, *, alone: bool) -> None:
    """Wait for one's turn with the keys of items, until the end of the transaction.

    Each batch takes its keys in order, so batches wait for each other and never in a circle. A transaction of many batches has
    no such order: it takes its turn ``alone``.
    """
    shared = "" if alone else "_shared"
    now.cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(hashtextextended('items', 0))")


def take_items(
    now: Now, wanted: Mapping[str, tuple[Address, str]], salts: Mapping[str, str] = NO_SALTS
) -> dict[str, Taken]:
    """Find or make the items behind the keys: key -> (address, kind); answers by key. ``salts``: of digests, by key."""
    if not wanted:
        return {}
    line_up(now, alone=False)
    places = list(wanted.values())
    columns: tuple[list[object], ...] = (
        list(new_id_texts(len(wanted))),
        list(wanted),
        [platform_of(address) for address, _ in places],
        [kind for _, kind in places],
        [address.extent.value for address, _ in places],
        [address.canonical for address, _ in places],
        [address.host for address, _ in places],
        [address.account for address, _ in places],
        [address.needs_resolving for address, _ in places],
        [salts.get(key, "") for key in wanted],
    )
    now.cursor.execute(_TAKE, [as_list(column) for column in columns])
    return {key: Taken(item, is_new, digest) for key, item, is_new, digest in now.cursor.fetchall()}


_TAKE = f"SELECT key, id::text, is_new, digest FROM iru.take_places({', '.join(['%s::json'] * 10)})"


class Birth(NamedTuple):
    """An item about to take part in the acting operation for the first time. ``salt``: of the digest of its row, if asked for."""

    item: str
    milestones: Milestone
    language: str
    organisation: str
    brand: str
    flags: tuple[str, ...]
    salt: str = ""
    closed: bool = False  # its marking keeps it inside the acting unit


#: What every item begins with.
BEGINNING: Mapping[str, object] = MappingProxyType(
    {
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
)


def enter(now: Now, births: Sequence[Birth]) -> dict[str, Moved]:
    """Bring items into the acting operation. Those that another transaction brought first are not in the answer."""
    if not births:
        return {}
    ordered = sorted(births)  # by item
    join_closed(now, [(birth.item, not birth.closed) for birth in ordered])
    written = insert_columns(
        now.cursor,
        "registry_operationitem",
        {
            "id": new_id_texts(len(ordered)),
            "item_id": [birth.item for birth in ordered],
            "milestones": [int(birth.milestones) for birth in ordered],
            "language": [birth.language for birth in ordered],
            "organisation": [birth.organisation for birth in ordered],
            "brand": [birth.brand for birth in ordered],
            "flags": [array_text(birth.flags) if birth.flags else "{}" for birth in ordered],
            "closed_to": ["{" + str(now.by.unit) + "}" if birth.closed else "{}" for birth in ordered],
        },
        fixed={"operation_id": now.by.operation, **BEGINNING},
        conflict="(operation_id, item_id) DO NOTHING",
        returning="t.item_id::text, t.id::text, t.milestones",
        digest=digest_sql("registry_operationitem", "t", "decode(s.salt, 'hex')"),
        salts=[birth.salt for birth in ordered],
    )
    salted, seen, reached = bool(ordered[0].salt), State.SEEN, cache(Milestone)
    return {
        item: Moved(item, row, seen, seen, reached(milestones), digest if salted else "")
        for item, row, milestones, digest in written
    }


def join_closed(now: Now, items: Sequence[tuple[str, bool]]) -> None:
    """Items that take part already and that only some units may see: (item, whether the acting unit's row is open)."""
    now.cursor.execute(
        "SELECT iru.join_closed(%s::json, %s::json)",
        [as_list([item for item, _ in items]), as_list(["true" if free else "false" for _, free in items])],
    )


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
