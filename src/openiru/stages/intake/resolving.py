"""Shorteners are followed to the place they lead to, and that place stands for what was contributed (decision 0010).

The network is outside the transaction: look first, then write what was found, if the items still stand as they did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openiru.core.errors import ConflictError, MarkingError, OpenIruError, OutsideError
from openiru.core.events import EventType
from openiru.core.intake.scope import Facts, Scope, flags
from openiru.core.lifecycle import Milestone, State, Step
from openiru.engines.addresses import Address, AddressError, try_canonicalise
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.directory.lookers import http_looker
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.births import Birth, enter, platform_of, take_items
from openiru.foundation.registry.queries import items as items_by_id
from openiru.foundation.registry.queries import not_to_be_looked_at
from openiru.foundation.registry.transitions import Move, Moved, lock, transition
from openiru.ports.looker import Looker, Observation, Trouble
from openiru.stages.intake.held import refresh_held
from openiru.stages.intake.queries import unresolved
from openiru.stages.intake.rows import fits
from openiru.stages.intake.taking import scope_of

#: Looks at a time.
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of one shortener. ``known``: the place was an item of the operation before; ``held``: a hold stands on it.

    ``earlier``: earlier referrals of the place, anywhere. ``hops``: each answer on the way (address, status).
    """

    key: str
    item: UUID
    leads_to: str = ""
    final: UUID | None = None
    known: bool = False
    held: bool = False
    earlier: tuple[dict[str, Any], ...] = ()
    hops: tuple[tuple[str, int], ...] = ()
    refused: OpenIruError | None = None


@dataclass(frozen=True, slots=True)
class _Led:
    """A shortener's row in the operation, and where a look led."""

    row: dict[str, Any]
    seen: Observation
    address: Address | None
    refused: OpenIruError | None

    @property
    def hops(self) -> tuple[tuple[str, int], ...]:
        return tuple((hop.url, hop.status) for hop in self.seen.hops)

    def answer(self, refused: OpenIruError | None = None) -> Resolved:
        return Resolved(self.row["key"], self.row["id"], hops=self.hops, refused=refused or self.refused)


def resolve_items(*, by: By, keys: Sequence[str] = (), looker: Looker | None = None) -> list[Resolved]:
    """Follow shorteners of the operation, those with ``keys`` or all that are unresolved; one answer for each, by key.

    Keys that are no unresolved shortener of the operation are not in the answer. One that cannot be followed stays
    what it is, and its answer says why.
    """
    with acting(by) as now:
        require(now, "item.resolve")
        rows = [row for row in unresolved() if not keys or row["key"] in set(keys)]
        hidden = not_to_be_looked_at([row["id"] for row in rows])
    unlooked = [_not_looked_at(row) for row in rows if row["id"] in hidden]
    rows = [row for row in rows if row["id"] not in hidden]
    if not rows:
        return unlooked
    using = looker or http_looker()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="resolve") as pool:
        seen = list(pool.map(using.resolve, [row["canonical"] for row in rows]))
    led = [_judge(row, one) for row, one in zip(rows, seen, strict=True)]
    with acting(by) as now:
        require(now, "item.resolve")
        return sorted([*_write(now, led), *unlooked], key=lambda one: one.key)


def _not_looked_at(row: dict[str, Any]) -> Resolved:
    message = "the marking of a contribution forbids a look: the other side would notice"
    hint = "Ask the contributing unit, or follow it by hand outside."
    return Resolved(row["key"], row["id"], refused=MarkingError(message, where=row["key"], hint=hint))


def _judge(row: dict[str, Any], seen: Observation) -> _Led:
    """Where a look led. A last host that does not answer is a place all the same; a guarded one is not."""
    target = seen.final_url or (seen.hops[-1].location if seen.hops else "")
    if seen.trouble is Trouble.REFUSED_BY_GUARD or not target:
        why = seen.trouble.value.replace("_", " ") or "no answer"
        return _Led(
            row, seen, None, OutsideError(f"this shortener cannot be followed: {why}", where=row["key"])
        )
    address = try_canonicalise(target)
    if isinstance(address, AddressError) or not fits(address):
        return _Led(row, seen, None, OutsideError("it leads to no address", where=row["key"]))
    if address.needs_resolving:
        message = "it still leads to a shortener and not to a place"
        return _Led(
            row,
            seen,
            None,
            OutsideError(message, where=row["key"], hint="Open it by hand in a safe browser."),
        )
    return _Led(row, seen, address, None)


def _write(now: Now, led: Sequence[_Led]) -> list[Resolved]:
    standing = lock(now, [one.row["id"] for one in led])
    answers: list[Resolved] = []
    ready: list[tuple[_Led, Address]] = []
    for one in led:
        if one.address is None:
            answers.append(one.answer())
        elif standing[one.row["id"]]["state"] != State.SEEN.value:
            answers.append(one.answer(ConflictError("somebody else resolved it or took it back meanwhile")))
        else:
            ready.append((one, one.address))
    if ready:
        answers += _join(now, ready)
    return sorted(answers, key=lambda one: one.key)


def _join(now: Now, ready: Sequence[tuple[_Led, Address]]) -> list[Resolved]:
    """Bring the places into the operation, tie the shorteners to them, and carry what was contributed."""
    taken = take_items(now, {address.key: (address, address.kind.value) for _, address in ready})
    ids = {key: UUID(str(one.id)) for key, one in taken.items()}
    finals = {one.row["id"]: ids[address.key] for one, address in ready}
    there = items_by_id(list(ids.values()))
    born = {UUID(str(item)) for item in enter(now, _births(ready, finals, there, scope_of(now)))}
    aliases = _tie(now, ready, finals)
    now.cursor.execute("SELECT iru.enclose(%s)", [sorted(set(finals.values()))])
    moved = _stand(now, list(ids.values()), born)
    left, _ = transition(
        now,
        [
            Move(source, Step.UNDO, loses=Milestone.SEEN | Milestone.DUPLICATE | Milestone.HELD)
            for source in sorted(finals)
        ],
    )
    _tell(now, finals, {ids[key] for key, one in taken.items() if one.is_new}, (aliases, left, moved))
    held, _ = refresh_held(now, sorted(moved))
    held |= {item for item, one in moved.items() if one.milestones & Milestone.HELD}
    now.cursor.execute("SELECT * FROM iru.earlier(%s) ORDER BY item_id, referred_at", [sorted(moved)])
    earlier = dicts(now.cursor)
    return [
        Resolved(
            key=one.row["key"],
            item=one.row["id"],
            leads_to=address.key,
            final=ids[address.key],
            known=ids[address.key] in there,
            held=ids[address.key] in held,
            earlier=tuple(row for row in earlier if row["item_id"] == ids[address.key]),
            hops=one.hops,
        )
        for one, address in ready
    ]


def _births(
    ready: Iterable[tuple[_Led, Address]],
    finals: Mapping[UUID, UUID],
    there: Mapping[UUID, object],
    scope: Scope,
) -> list[Birth]:
    """The places that are new in the operation, with what was said of the first shortener that leads there.

    Each is the acting unit's own until it is known whose contributions stand behind it (iru.enclose).
    """
    births: dict[UUID, Birth] = {}
    for one, address in ready:
        final, row = finals[one.row["id"]], one.row
        if final not in there and final not in births:
            facts = Facts(platform=platform_of(address), language=row["language"], group=row["organisation"])
            found = tuple(flag.code for flag in flags(facts, scope))
            names = (row["language"], row["organisation"], row["brand"])
            births[final] = Birth(str(final), Milestone.SEEN, *names, found, closed=True)
    return list(births.values())


def _tie(
    now: Now, ready: Sequence[tuple[_Led, Address]], finals: Mapping[UUID, UUID]
) -> dict[tuple[UUID, str], UUID]:
    """Aliases with every hop; (item, key) -> id of those that are new."""
    rows = [
        {
            "id": new,
            "item_id": finals[one.row["id"]],
            "key": one.row["key"],
            "hops": [
                {"url": hop.url, "status": hop.status, "location": hop.location} for hop in one.seen.hops
            ],
            "resolved_at": now.at,
        }
        for (one, _), new in zip(ready, new_ids(len(ready)), strict=True)
    ]
    written = insert(
        now.cursor, "registry_alias", rows, conflict="(item_id, key) DO NOTHING", returning="item_id, key, id"
    )
    return {(item, key): new for item, key, new in written}


def _stand(now: Now, finals: Sequence[UUID], born: AbstractSet[UUID]) -> dict[UUID, Moved]:
    """Move the places: one that was there takes a contribution; two contributions behind one make it a duplicate."""
    now.cursor.execute("SELECT item_id, count(*) FROM iru.credits(%s) GROUP BY item_id", [list(finals)])
    counted: dict[UUID, int] = dict(now.cursor.fetchall())
    moved, _ = transition(  # every state takes contributions
        now,
        [
            Move(
                item,
                None if item in born else Step.CONTRIBUTE,
                gains=Milestone.SEEN | (Milestone.DUPLICATE if counted.get(item, 0) > 1 else Milestone(0)),
            )
            for item in sorted(set(finals))
        ],
    )
    return moved


def _tell(
    now: Now,
    finals: Mapping[UUID, UUID],
    made: AbstractSet[UUID],
    wrote: tuple[Mapping[tuple[UUID, str], UUID], Mapping[UUID, Moved], Mapping[UUID, Moved]],
) -> None:
    """The shortener left; each contribution stands for the place from now on, and stays its contributor's.

    ``made``: places that the instance had never heard of; ``wrote``: aliases, shorteners that left, places that moved.
    """
    aliases, left, moved = wrote
    keys = {item: row["key"] for item, row in items_by_id(list(finals)).items()}
    entries: list[Entry] = []
    for source, final in finals.items():
        alias = aliases.get((final, keys[source]))
        rows = (("registry_alias", alias),) if alias is not None else ()
        entries.append(left[source].entry(EventType.ITEM_RESOLVED, source, rows, to=str(final)))
    now.cursor.execute("SELECT item_id, contribution_id, unit_id FROM iru.credits(%s)", [list(finals)])
    told: set[UUID] = set()
    for source, contribution, unit in now.cursor.fetchall():
        final = finals[source]
        if final in told:
            payload = {"item": str(final), "unit": str(unit)}
            entries.append(Entry(EventType.CONTRIBUTION_CARRIED, contribution, payload, item=final))
            continue
        told.add(final)
        new = (("registry_item", final),) if final in made else ()
        entries.append(moved[final].entry(EventType.CONTRIBUTION_CARRIED, contribution, new, unit=str(unit)))
    record(now, entries)
