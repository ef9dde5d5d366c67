"""What a chunk of rows will write, made before it is written: rows, digests, leaves. No database, so a thread can do it.

The import asks the database about one chunk while this module drafts the one before and the database writes the one before
that: two cores are busy where one would wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, NamedTuple

from openiru.core.events import EventType
from openiru.core.intake.marking import Use, decide
from openiru.core.lifecycle import Milestone, State
from openiru.core.vocabulary import Pap, Tlp
from openiru.foundation.database.acting import Now
from openiru.foundation.database.columns import Statement, as_column, insertion
from openiru.foundation.database.ids import Id, new_id_texts
from openiru.foundation.ledger.digests import column_digests
from openiru.foundation.ledger.record import (
    Batch,
    Columns,
    batch_of,
    canonical,
    new_salts,
    placed,
)
from openiru.foundation.registry.births import (
    Beginnings,
    Birth,
    PlaceColumns,
    Taken,
    beginnings,
    platform_of,
)
from openiru.ports.formats import Note, Refused
from openiru.stages.intake.rows import Chunk, Prepared

#: Flags of an item by platform, language and group.
Outside = Callable[[str, str, str], tuple[str, ...]]
SEEN_TWICE = Milestone.SEEN | Milestone.DUPLICATE


class Ready(NamedTuple):
    """A chunk whose rows differ, and what the database is asked about them, as parameters already."""

    rows: list[Prepared]
    firsts: dict[str, Prepared]  # the first row of each key
    places: PlaceColumns
    sent: list[object]  # the places
    prints: str  # the fingerprints
    seen: int
    refused: list[Refused]
    notes: list[Note]
    full: bool


class Asked(NamedTuple):
    """What the database knows of a chunk's rows. ``ties``: (item, digest) of contents that are tied to their items already."""

    rows: list[Prepared]
    firsts: dict[str, Prepared]
    taken: dict[str, Taken]
    held: AbstractSet[str]
    ties: AbstractSet[tuple[str, str]]


class Draft(NamedTuple):
    """What is to be written of a chunk; ``joins``: rows of items that take part already, which are locked and moved first."""

    asked: Asked
    births: Beginnings | None
    works: list[dict[str, str]]
    contributions: Statement | None
    leaves: Batch | None
    brought: list[Prepared]
    joins: list[Prepared]


class Pen(NamedTuple):
    """Who drafts, for which import."""

    now: Now
    import_id: Id
    outside: Outside


def ready(chunk: Chunk) -> Ready:
    """Of rows that say the same, the first; and of each key, the place."""
    rows: dict[str, Prepared] = {}
    for row in chunk.rows:
        rows.setdefault(row.fingerprint, row)
    return of_rows(list(rows.values()), chunk)


def of_rows(rows: list[Prepared], chunk: Chunk | Ready) -> Ready:
    """Rows that differ, ready to be asked about; the rest is the chunk's."""
    found = {row.address.key: row for row in reversed(rows)}
    # In the order of keys, as the database takes them: ids then ascend with the keys, and indexes grow at their ends.
    firsts = {key: found[key] for key in sorted(found)}
    addresses = [row.address for row in firsts.values()]
    places = PlaceColumns(
        new_id_texts(len(firsts)),
        list(firsts),
        [platform_of(address) for address in addresses],
        [row.kind for row in firsts.values()],
        [address.extent._value_ for address in addresses],
        [address.canonical for address in addresses],
        [address.host for address in addresses],
        [address.account for address in addresses],
        [address.needs_resolving for address in addresses],
    )
    return Ready(
        rows,
        firsts,
        places,
        places.sent(),
        as_column([row.fingerprint for row in rows]),
        chunk.seen,
        chunk.refused,
        chunk.notes,
        chunk.full,
    )


def draft(pen: Pen, asked: Asked, entering: AbstractSet[str]) -> Draft:
    """The rows and leaves of a chunk. ``entering``: items that the chunk before brings into the operation."""
    coming = {key for key, one in asked.taken.items() if not one.here and one.id not in entering}
    brought = [row for row in asked.rows if row.address.key in coming]
    joins = [row for row in asked.rows if row.address.key not in coming]
    if not brought:
        return Draft(asked, None, [], None, None, [], joins)
    salts = new_salts(len(brought))
    # Backwards, so that the first row of a key stands: it is the one whose leaf tells of the item.
    firsts = {row.address.key: salt for row, salt in zip(reversed(brought), reversed(salts), strict=True)}
    # In the order of items, so that two imports wait for each other and never in a circle.
    of_key = {key: firsts[key] for key in sorted(firsts, key=lambda key: asked.taken[key].id)}
    births = _births(pen, asked, list(of_key))
    begun = beginnings(pen.now.by, births, list(of_key.values()))
    works = _works(asked, brought, salts)
    ids = new_id_texts(len(brought))
    told = contribution(pen, brought, asked.taken, ids, salts)
    events = _events(pen, asked, brought, (ids, salts, told.digests), _Births(of_key, births, begun, works))
    rows = [{"id": work.id, "item_id": item, "digest": digest} for (item, digest), work in works.items()]
    return Draft(asked, begun, rows, told.statement, batch_of(pen.now, events), brought, joins)


class _Work(NamedTuple):
    """A content that is tied to its item by the contribution at ``at``."""

    id: str
    at: int
    told: str


class _Births(NamedTuple):
    """The births of a chunk, in the order of their keys, and what else is new."""

    of_key: Mapping[str, bytes]  # key -> salt
    births: Sequence[Birth]
    begun: Beginnings
    works: Mapping[tuple[str, str], _Work]


def _births(pen: Pen, asked: Asked, keys: Sequence[str]) -> list[Birth]:
    counts = Counter([row.address.key for row in asked.rows])
    closed = closed_keys(asked.rows)
    births = []
    for key in keys:
        row, item = asked.firsts[key], asked.taken[key].id
        milestones = SEEN_TWICE if counts[key] > 1 else Milestone.SEEN
        if item in asked.held:
            milestones |= Milestone.HELD
        # Nobody knows the platform of a shortener before it was followed: unknown is never outside.
        platform = "" if row.address.needs_resolving else platform_of(row.address)
        found = pen.outside(platform, row.language, row.row.group)
        births.append(
            Birth(item, milestones, row.language, row.row.group, row.row.brand, found, key in closed)
        )
    return births


def _works(asked: Asked, brought: Sequence[Prepared], salts: Sequence[bytes]) -> dict[tuple[str, str], _Work]:
    """Contents that are tied to their items for the first time, each told by its first row."""
    first: dict[tuple[str, str], int] = {}
    for at, row in enumerate(brought):
        if row.row.digest:
            first.setdefault((asked.taken[row.address.key].id, row.row.digest), at)
    new = {pair: at for pair, at in first.items() if pair not in asked.ties}
    ids = new_id_texts(len(new))
    columns = {"id": ids, "item_id": [item for item, _ in new], "digest": [digest for _, digest in new]}
    digests = column_digests("registry_work", columns, {}, [salts[at] for at in new.values()])
    return {
        pair: _Work(one, at, told) for (pair, at), one, told in zip(new.items(), ids, digests, strict=True)
    }


def _events(
    pen: Pen,
    asked: Asked,
    brought: Sequence[Prepared],
    written: tuple[list[str], list[bytes], list[str]],
    born: _Births,
) -> Columns:
    """One event for each row; the first of an item tells of its step, and of the item when nobody had heard of it.

    The tables of a leaf's rows are named in the order of their names.
    """
    taken = asked.taken
    begun = dict(zip(born.of_key, zip(born.births, *born.begun[2:], strict=True), strict=True))
    places = item_digests(asked, born.of_key)
    works = {work.at: f',"registry_work:{work.id}":"{work.told}"' for work in born.works.values()}
    items: list[str | None] = []
    payloads: list[str] = []
    rows: list[str] = []
    say = _Payloads(pen)
    for at, (row, new, digest) in enumerate(zip(brought, written[0], written[2], strict=True)):
        key = row.address.key
        item = taken[key].id
        items.append(item)
        told = f'"intake_contribution:{new}":"{digest}"'
        first = begun.pop(key, None)
        if first is None:
            payloads.append(say.known(item))
        else:
            birth, begins, standing = first
            payloads.append(say.begun(item, birth.milestones))
            if (place := places.get(key)) is not None:
                told += f',"registry_item:{item}":"{place}"'
            told += f',"registry_operationitem:{begins}":"{standing}"'
        rows.append(told + works[at] if at in works else told)
    kinds = [EventType.CONTRIBUTED.value] * len(rows)
    return Columns(kinds, written[0], items, written[1], payloads, rows)


class _Payloads:
    """Payloads of contributions as canonical JSON: the few that there are, made once for any item."""

    def __init__(self, pen: Pen) -> None:
        self._now = pen.now
        self._made: dict[int, tuple[str, str]] = {}
        self._known = self._around({})

    def _around(self, says: Mapping[str, Any]) -> tuple[str, str]:
        payload = {"item": ITEM, "unit": str(self._now.by.unit), **says}
        before, _, after = canonical(placed(self._now, payload)).decode().partition(ITEM)
        return before, after

    def known(self, item: str) -> str:
        """Of a row whose item takes part already."""
        before, after = self._known
        return f"{before}{item}{after}"

    def begun(self, item: str, milestones: Milestone) -> str:
        """Of the row that brings its item in."""
        reached = milestones._value_
        if reached not in self._made:
            self._made[reached] = self._around({"milestones": reached, "state": State.SEEN.value})
        before, after = self._made[reached]
        return f"{before}{item}{after}"


#: Stands for the id of an item: nothing else in a payload reads like it.
ITEM = "(item)"


def item_digests(asked: Asked, of_key: Mapping[str, bytes]) -> dict[str, str]:
    """Key -> digest of the row of each item that is new, under the salt given for its key."""
    keys = [key for key in of_key if asked.taken[key].is_new]
    rows = [asked.firsts[key] for key in keys]
    addresses = [row.address for row in rows]
    columns: dict[str, Sequence[object]] = {
        "id": [asked.taken[key].id for key in keys],
        "key": keys,
        "platform": [platform_of(address) for address in addresses],
        "kind": [row.kind for row in rows],
        "extent": [address.extent._value_ for address in addresses],
        "canonical": [address.canonical for address in addresses],
        "host": [address.host for address in addresses],
        "account_key": [address.account for address in addresses],
        "needs_resolving": [address.needs_resolving for address in addresses],
    }
    digests = column_digests("registry_item", columns, {}, [of_key[key] for key in keys])
    return dict(zip(keys, digests, strict=True))


class Contributions(NamedTuple):
    """Contributions ready to be written, and the digest of each row."""

    statement: Statement
    digests: list[str]


def contribution(
    pen: Pen,
    prepared: Sequence[Prepared],
    taken: Mapping[str, Taken],
    ids: Sequence[str],
    salts: Sequence[bytes],
) -> Contributions:
    """The rows of contributions, in the order given."""
    rows = [one.row for one in prepared]
    columns: dict[str, Sequence[object]] = {
        "id": ids,
        "item_id": [taken[one.address.key].id for one in prepared],
        "number": [str(row.number) for row in rows],
        "raw": [row.address for row in rows],
        "fingerprint": [one.fingerprint for one in prepared],
        "seen_at": [row.seen_at for row in rows],
        "posted_at": [row.posted_at for row in rows],
        "seen_zone": [row.seen_zone for row in rows],
        "reason": [row.reason for row in rows],
        "quote": [row.quote for row in rows],
        "translation": [row.translation for row in rows],
        "place": [row.place for row in rows],
        "title": [row.title for row in rows],
        "language": [one.language for one in prepared],
        "organisation": [row.group for row in rows],
        "brand": [row.brand for row in rows],
        "account": [row.account for row in rows],
        "digest": [row.digest for row in rows],
        "tlp": [one.tlp for one in prepared],
        "pap": [one.pap for one in prepared],
        "restriction": [row.restriction for row in rows],
        "views": [row.views for row in rows],
        "source_ref": [row.source_ref for row in rows],
        "note": [row.note for row in rows],
    }
    now = pen.now
    fixed = {
        "unit_id": now.by.unit,
        "operation_id": now.by.operation,
        "import_id": pen.import_id,
        "contributed_at": now.at,
        "undone_at": None,
    }
    return Contributions(
        insertion("intake_contribution", columns, fixed=fixed),
        column_digests("intake_contribution", columns, fixed, salts),
    )


def closed_keys(rows: Iterable[Prepared]) -> set[str]:
    """Keys of which no row may go into the operation: TLP:RED, TLP:AMBER+STRICT, or kept by the contributor's restriction."""
    shut, free = set[str](), set[str]()
    for row in rows:
        (free if _open(row.tlp, row.pap, row.row.restriction) else shut).add(row.address.key)
    return shut - free


@lru_cache(maxsize=4096)
def _open(tlp: str, pap: str, restriction: str) -> bool:
    return decide(Use.OPERATION, tlp=Tlp(tlp), pap=Pap(pap), restriction=restriction).allowed
