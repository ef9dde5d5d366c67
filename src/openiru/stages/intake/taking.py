"""One chunk of prepared rows into the database: items, standing, contributions, leaves. Sets only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from openiru.core.events import EventType
from openiru.core.intake.marking import Use, decide
from openiru.core.intake.scope import Facts, Scope, flags
from openiru.core.lifecycle import Milestone, State, Step
from openiru.core.vocabulary import Pap, Tlp
from openiru.foundation.database.acting import Now
from openiru.foundation.database.columns import as_list, insert_columns
from openiru.foundation.database.ids import Id, new_id_texts
from openiru.foundation.ledger.record import Entry, new_salts
from openiru.foundation.ledger.rows import digest_sql
from openiru.foundation.operations.queries import require_open
from openiru.foundation.registry.births import Birth, Taken, add_works, enter, platform_of, take_items
from openiru.foundation.registry.transitions import Move, Moved, lock, transition
from openiru.stages.intake.held import held_keys
from openiru.stages.intake.rows import Prepared


@dataclass(slots=True)
class Tally:
    """What became of the rows so far. Known = rows that brought no new item, those already contributed included."""

    rows: int = 0
    taken: int = 0
    new: int = 0
    known: int = 0
    held: int = 0
    refused: int = 0
    stuck: list[tuple[int, str]] = field(default_factory=list)

    def as_dict(self) -> dict[str, int]:
        """The counts as they stand in the import's row."""
        return {
            "rows": self.rows,
            "taken": self.taken,
            "new": self.new,
            "known": self.known,
            "held": self.held,
            "refused": self.refused,
        }


def scope_of(now: Now) -> Scope:
    """The scope of the acting operation, which must be open."""
    operation = require_open(now.by.operation) if now.by.operation else {}
    return Scope(
        themes=frozenset(operation["themes"]),
        platforms=frozenset(operation["platforms"]),
        languages=frozenset(operation["languages"]),
        groups=frozenset(operation["groups"]),
    )


def fresh_rows(now: Now, rows: Sequence[Prepared]) -> list[Prepared]:
    """The rows that this unit has not contributed in this operation before, each once."""
    now.cursor.execute(
        # OFFSET 0: asked once a row, by key; a plan that reads all contributions for each batch is out of reach.
        "SELECT f.print FROM json_array_elements_text(%s::json) AS f(print) WHERE EXISTS (SELECT FROM intake_contribution c"
        " WHERE c.operation_id = %s AND c.fingerprint = f.print AND c.undone_at IS NULL OFFSET 0)",
        [as_list(row.fingerprint for row in rows), now.by.operation],
    )
    seen: set[str] = {row[0] for row in now.cursor.fetchall()}
    fresh = []
    for row in rows:
        if row.fingerprint not in seen:
            seen.add(row.fingerprint)
            fresh.append(row)
    return fresh


def held_items(now: Now, items: Sequence[str]) -> set[str]:
    """Those of the items on which a hold stands, of whichever unit."""
    now.cursor.execute(
        "SELECT DISTINCT item_id::text FROM iru.standing_holds(ARRAY(SELECT json_array_elements_text(%s::json)::uuid))",
        [as_list(items)],
    )
    return {row[0] for row in now.cursor.fetchall()}


def take_chunk(now: Now, import_id: Id, rows: Sequence[Prepared], scope: Scope, tally: Tally) -> list[Entry]:
    """Write one chunk; ``tally`` is brought up to date. What is to be told to the ledger, in order, is the answer."""
    fresh = fresh_rows(now, rows)
    tally.known += len(rows) - len(fresh)
    if not fresh:
        return []
    salts = new_salts(len(fresh))
    # Backwards, so that the first row of a key stands: it is the one whose leaf tells of the item.
    firsts = {
        row.address.key: (row, salt) for row, salt in zip(reversed(fresh), reversed(salts), strict=True)
    }
    taken = take_items(
        now,
        {key: (row.address, row.kind) for key, (row, _) in firsts.items()},
        {key: salt for key, (_, salt) in firsts.items()},
    )
    held = held_items(now, [one.id for one in taken.values()])
    works = [(row.address.key, "", row.row.digest) for row in fresh if row.row.digest]
    held |= {taken[key].id for key in held_keys(now, works)}  # the works are tied to their items below
    counts = Counter([row.address.key for row in fresh])
    moved, born = _stand(now, firsts, counts, taken, held, scope, closed_keys(fresh))
    pairs = list(zip(fresh, salts, strict=True))
    if len(moved) < len(taken):
        stuck = [row for row in fresh if taken[row.address.key].id not in moved]
        tally.stuck += [
            (row.row.number, "this item takes no more contributions in this operation") for row in stuck
        ]
        pairs = [(row, salt) for row, salt in pairs if taken[row.address.key].id in moved]
    tally.taken += len(pairs)
    tally.new += len(born)
    tally.known += len(pairs) - len(born)
    tally.held += sum([taken[row.address.key].id in held for row, _ in pairs]) if held else 0
    return _write(now, import_id, pairs, taken, moved)


def closed_keys(rows: Sequence[Prepared]) -> set[str]:
    """Keys of which no row may go into the operation: TLP:RED, TLP:AMBER+STRICT, or kept by the contributor's restriction."""
    shut = {row.address.key for row in rows if not _open(row.tlp, row.pap, row.row.restriction)}
    return (
        shut - {row.address.key for row in rows if _open(row.tlp, row.pap, row.row.restriction)}
        if shut
        else shut
    )


@lru_cache(maxsize=4096)
def _open(tlp: str, pap: str, restriction: str) -> bool:
    return decide(Use.OPERATION, tlp=Tlp(tlp), pap=Pap(pap), restriction=restriction).allowed


def _stand(
    now: Now,
    firsts: Mapping[str, tuple[Prepared, str]],
    counts: Mapping[str, int],
    taken: Mapping[str, Taken],
    held: set[str],
    scope: Scope,
    closed: set[str],
) -> tuple[dict[str, Moved], dict[str, Moved]]:
    """Bring new items into the operation and move those that are there; (all that moved, those that are new)."""
    outside = cache(lambda *facts: _flags(scope, *facts))
    births = []
    for key, (row, salt) in firsts.items():
        item = taken[key].id
        milestones = _SEEN_TWICE if counts[key] > 1 else Milestone.SEEN
        if item in held:
            milestones |= Milestone.HELD
        # Nobody knows the platform of a shortener before it was followed: unknown is never outside.
        platform = "" if row.address.needs_resolving else platform_of(row.address)
        found = outside(platform, row.language, row.row.group)
        shut = key in closed
        births.append(Birth(item, milestones, row.language, row.row.group, row.row.brand, found, salt, shut))
    born = enter(now, births)
    there = {UUID(one.id): counts[key] for key, one in taken.items() if one.id not in born}
    moved = transition(now, _joins(now, there, held))[0] if there else {}
    return {str(item): one for item, one in moved.items()} | born, born


def _joins(now: Now, there: Mapping[UUID, int], held: set[str]) -> list[Move]:
    """The steps of items that took part before: item -> rows that it gets now. One that was undone has no other contribution."""
    standing = lock(now, list(there))
    return [
        Move(
            item,
            Step.CONTRIBUTE,
            gains=(_SEEN_TWICE if count > 1 or standing[item]["state"] != State.UNDONE else Milestone.SEEN)
            | (Milestone.HELD if str(item) in held else Milestone(0)),
        )
        for item, count in there.items()
    ]


_SEEN_TWICE = Milestone.SEEN | Milestone.DUPLICATE


def look_over(now: Now, before: int, rows: int) -> None:
    """Let the database count its tables again when a big import has passed another of these marks."""
    if any(before < mark <= rows for mark in LOOK_OVER_AT):
        now.cursor.execute("SELECT iru.look_over()")


#: Rows of one import; below the first the tables are small enough for any plan.
LOOK_OVER_AT = (60_000, 250_000, 1_000_000, 4_000_000)


def _flags(scope: Scope, platform: str, language: str, group: str) -> tuple[str, ...]:
    facts = Facts(platform=platform, language=language, group=group)
    return tuple(flag.code for flag in flags(facts, scope))


def _write(
    now: Now,
    import_id: Id,
    pairs: Sequence[tuple[Prepared, str]],
    taken: Mapping[str, Taken],
    moved: Mapping[str, Moved],
) -> list[Entry]:
    """The contributions and works of a chunk; one entry for each row, the first of an item tells of its step."""
    if not pairs:
        return []
    digests = _contribute(now, import_id, pairs, taken)
    works = add_works(
        now, [(taken[row.address.key].id, row.row.digest) for row, _ in pairs if row.row.digest]
    )
    unit = str(now.by.unit)
    told: set[str] = set()
    entries = []
    for (row, salt), (new, digest) in zip(pairs, digests.items(), strict=True):
        one = taken[row.address.key]
        rows: list[tuple[str, Id]] = [("intake_contribution", new)]
        known = {f"intake_contribution:{new}": digest}
        work = works.pop((one.id, row.row.digest), None) if works else None
        if work is not None:
            rows.append(("registry_work", work))
        payload: dict[str, Any] = {"item": one.id, "unit": unit}
        if one.id not in told:
            told.add(one.id)
            stands = moved[one.id]
            payload["state"], payload["milestones"] = stands.state._value_, stands.milestones._value_
            rows.append(("registry_operationitem", stands.row))
            if stands.digest:
                known[f"registry_operationitem:{stands.row}"] = stands.digest
            if one.is_new:
                rows.append(("registry_item", one.id))
                known[f"registry_item:{one.id}"] = one.digest
        entries.append(Entry(EventType.CONTRIBUTED, new, payload, tuple(rows), one.id, salt, known))
    return entries


def _contribute(
    now: Now, import_id: Id, pairs: Sequence[tuple[Prepared, str]], taken: Mapping[str, Taken]
) -> dict[str, str]:
    """Write the contributions; id -> digest of its row, in the order of ``pairs``."""
    prepared = [row for row, _ in pairs]
    rows = [one.row for one in prepared]
    ids = new_id_texts(len(rows))
    written = insert_columns(
        now.cursor,
        "intake_contribution",
        {
            "id": ids,
            "item_id": [taken[one.address.key].id for one in prepared],
            "number": [row.number for row in rows],
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
        },
        fixed={
            "unit_id": now.by.unit,
            "operation_id": now.by.operation,
            "import_id": import_id,
            "contributed_at": now.at,
            "undone_at": None,
        },
        returning="t.id::text",
        digest=digest_sql("intake_contribution", "t", "decode(s.salt, 'hex')"),
        salts=[salt for _, salt in pairs],
    )
    found: dict[str, str] = dict(written)
    return {new: found[new] for new in ids}
