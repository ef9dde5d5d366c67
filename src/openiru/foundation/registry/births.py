"""How items come into being and into an operation: in batches, one statement a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from openiru.core.lifecycle import Milestone, State
from openiru.engines.addresses import Address
from openiru.foundation.database.acting import By, Now
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.columns import Ids, Statement, array_text, as_column, insertion
from openiru.foundation.database.ids import new_id_texts
from openiru.foundation.ledger.digests import column_digests
from openiru.foundation.registry.transitions import Moved

#: Platforms of the address engine that name a shape and not a house: there the domain is the platform.
SHAPES = frozenset({"web", "mastodon", "peertube", "rocketchat", "onion", "wordpress", "shortener"})


def platform_of(address: Address) -> str:
    """The slug of the platform in the directory: the house that hosts it."""
    if address.platform in SHAPES:
        return address.registrable or address.host or address.platform
    return address.platform


class Taken(NamedTuple):
    """An item by key: its id, whether this instance had never heard of it, and whether it takes part in the acting operation."""

    id: str
    is_new: bool
    here: bool = False


def line_up(now: Now, *, alone: bool) -> None:
    """Wait for one's turn with the keys of items, until the end of the transaction.

    Each batch takes its keys in order, so batches wait for each other and never in a circle. A transaction of many batches has
    no such order: it takes its turn ``alone``.
    """
    shared = "" if alone else "_shared"
    now.cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(hashtextextended('items', 0))")


def take_items(now: Now, wanted: Mapping[str, tuple[Address, str]]) -> dict[str, Taken]:
    """Find or make the items behind the keys: key -> (address, kind); answers by key."""
    if not wanted:
        return {}
    places = list(wanted.values())
    return take_columns(
        now,
        PlaceColumns(
            list(new_id_texts(len(wanted))),
            list(wanted),
            [platform_of(address) for address, _ in places],
            [kind for _, kind in places],
            [address.extent.value for address, _ in places],
            [address.canonical for address, _ in places],
            [address.host for address, _ in places],
            [address.account for address, _ in places],
            [address.needs_resolving for address, _ in places],
        ),
    )


class PlaceColumns(NamedTuple):
    """Places that may be items, column by column, all of one length; keys differ. ``ids``: of those that are new."""

    ids: list[str]
    keys: list[str]
    platforms: list[str]
    kinds: list[str]
    extents: list[str]
    canonicals: list[str]
    hosts: list[str]
    accounts: list[str]
    resolving: list[bool]

    def sent(self) -> list[object]:
        """The columns as parameters of ``iru.take_places``."""
        return [Ids(self.ids), *(as_column(column) for column in self[1:])]


def take_columns(now: Now, places: PlaceColumns, sent: Sequence[object] = ()) -> dict[str, Taken]:
    """Find or make the items behind the places; answers by key. ``sent``: the columns as parameters, where they are made already."""
    line_up(now, alone=False)
    now.cursor.execute(_TAKE, sent or places.sent())
    taken = {key: Taken(new, True) for key, new in zip(places.keys, places.ids, strict=True)}
    taken |= {key: Taken(item, False, here) for key, item, here in now.cursor.fetchall()}
    return taken


_TAKE = f"SELECT key, id::text, here FROM iru.take_places({', '.join(['%s'] * 9)})"


class Birth(NamedTuple):
    """An item about to take part in the acting operation for the first time."""

    item: str
    milestones: Milestone
    language: str
    organisation: str
    brand: str
    flags: tuple[str, ...]
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


class Beginnings(NamedTuple):
    """Births ready to be written: the statement, the id of each row, and its digest under the salt given for it."""

    statement: Statement
    items: list[str]
    rows: list[str]
    digests: list[str]


def beginnings(
    by: By, births: Sequence[Birth], salts: Sequence[bytes] = (), *, conflict: str = ""
) -> Beginnings:
    """The rows of births, in the order given; needs no database. ``conflict``: when an item takes part already, else an error.

    ``salts``: of the digests for the ledger, one a birth; none: no digests.
    """
    rows = new_id_texts(len(births))
    columns: dict[str, list[object]] = {
        "id": list(rows),
        "item_id": [birth.item for birth in births],
        "milestones": [birth.milestones._value_ for birth in births],
        "language": [birth.language for birth in births],
        "organisation": [birth.organisation for birth in births],
        "brand": [birth.brand for birth in births],
    }
    fixed: dict[str, object] = {"operation_id": by.operation, **BEGINNING}
    arrays = {
        "flags": [list(birth.flags) for birth in births] if any(birth.flags for birth in births) else [],
        "closed_to": [[str(by.unit)] if birth.closed else [] for birth in births]
        if any(birth.closed for birth in births)
        else [],
    }
    filled = {name: lists for name, lists in arrays.items() if lists}
    empty = [name for name in arrays if name not in filled]
    statement = insertion(
        "registry_operationitem",
        columns | {name: [array_text(one) for one in lists] for name, lists in filled.items()},
        fixed=fixed | dict.fromkeys(empty, "{}"),
        conflict=conflict,
    )
    digests = (
        column_digests(
            "registry_operationitem", {**columns, **filled}, fixed | {name: [] for name in empty}, salts
        )
        if salts
        else []
    )
    return Beginnings(statement, [birth.item for birth in births], rows, digests)


def enter(now: Now, births: Sequence[Birth]) -> dict[str, Moved]:
    """Bring items into the acting operation. Those that another transaction brought first are not in the answer."""
    if not births:
        return {}
    ordered = sorted(births)  # by item
    join_closed(now, [(birth.item, not birth.closed) for birth in ordered])
    made = beginnings(now.by, ordered, conflict="(operation_id, item_id) DO NOTHING")
    now.cursor.execute(*made.statement)
    now.cursor.execute(
        "SELECT id::text FROM registry_operationitem WHERE id = ANY(%s::uuid[])",
        [made.rows],
    )
    written = {row[0] for row in now.cursor.fetchall()}
    return {
        birth.item: Moved(birth.item, row, State.SEEN, State.SEEN, birth.milestones)
        for birth, row in zip(ordered, made.rows, strict=True)
        if row in written
    }


def join_closed(now: Now, items: Sequence[tuple[str, bool]]) -> None:
    """Items that take part already and that only some units may see: (item, whether the acting unit's row is open)."""
    now.cursor.execute(
        "SELECT iru.join_closed(%s, %s)",
        [Ids([item for item, _ in items]), as_column([free for _, free in items])],
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
