"""Chunks of prepared rows into the database: items, standing, contributions, leaves. Sets only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from psycopg.errors import UniqueViolation

from openiru.core.events import EventType
from openiru.core.intake.scope import Facts, Scope, flags
from openiru.core.lifecycle import Milestone, State, Step
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.columns import Ids, as_column
from openiru.foundation.database.ids import Id, new_id_texts
from openiru.foundation.ledger.record import Entry, make_batch, new_salts, row_digests, store
from openiru.foundation.operations.queries import require_open
from openiru.foundation.registry.births import Taken, add_works, join_closed, take_columns
from openiru.foundation.registry.transitions import Move, Moved, lock, transition
from openiru.stages.intake.drafts import (
    SEEN_TWICE,
    Asked,
    Draft,
    Pen,
    Ready,
    closed_keys,
    contribution,
    draft,
    of_rows,
)
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
    seen = known_prints(now, as_column([row.fingerprint for row in rows]))
    fresh = []
    for row in rows:
        if row.fingerprint not in seen:
            seen.add(row.fingerprint)
            fresh.append(row)
    return fresh


def held_items(now: Now, items: Sequence[str]) -> set[str]:
    """Those of the items on which a hold stands, of whichever unit."""
    now.cursor.execute(
        "SELECT DISTINCT item_id::text FROM iru.standing_holds(%s)",
        [Ids(items)],
    )
    return {row[0] for row in now.cursor.fetchall()}


NOTHING = Asked([], {}, {}, frozenset(), frozenset())


class Taking:
    """One import on its way: asks about a chunk while the one before is drafted, and writes that one meanwhile."""

    def __init__(self, now: Now, import_id: Id, scope: Scope, tally: Tally, pool: Executor) -> None:
        outside = cache(partial(_flags, scope))
        self._pen = Pen(now, import_id, outside)
        self._tally = tally
        self._pool = pool
        self._drafted: Future[Draft] | None = None

    def add(self, chunk: Ready) -> None:
        """The next chunk; what came before it is written when this returns."""
        before = self._drafted.result() if self._drafted is not None else None
        asked = self._ask(chunk, before.asked if before else NOTHING)
        entering = frozenset(before.births.items) if before and before.births else frozenset[str]()
        self._drafted = self._pool.submit(draft, self._pen, asked, entering)
        if before is not None:
            self._write(before)

    def finish(self) -> None:
        """Write what is left."""
        if self._drafted is not None:
            self._write(self._drafted.result())
            self._drafted = None

    def _ask(self, chunk: Ready, before: Asked) -> Asked:
        """Which rows are fresh, which items they name, on which of these a hold stands. ``before``: what is not written yet."""
        now = self._pen.now
        known = known_prints(now, chunk.prints) if chunk.rows else set[str]()
        known |= {row.fingerprint for row in before.rows}
        rows = [row for row in chunk.rows if row.fingerprint not in known]
        # Rows that were said before in the chunk, in the file or by the unit in another file.
        self._tally.known += chunk.seen - len(chunk.refused) - len(rows)
        if len(rows) < len(chunk.rows):
            chunk = of_rows(rows, chunk)
        if not rows:
            return NOTHING
        taken = take_columns(now, chunk.places, chunk.sent)
        held = held_items(now, [one.id for one in taken.values()])
        works = [(row.address.key, "", row.row.digest) for row in rows if row.row.digest]
        held |= {taken[key].id for key in held_keys(now, works)}  # the works are tied to their items below
        held |= before.held & {one.id for one in taken.values()}  # and those of the chunk before are not yet
        return Asked(rows, chunk.firsts, taken, held, ties(now, rows, taken))

    def _write(self, made: Draft) -> None:
        """Write a chunk: items that begin, then those that take part already."""
        now = self._pen.now
        while not self._begin(made):
            # Another import brought one of these items meanwhile: what it did stands, and is asked about again.
            keys = made.asked.taken
            taken = {key: keys[key]._replace(here=here) for key, here in taking_part(now, keys).items()}
            asked = made.asked._replace(taken=taken, ties=ties(now, made.asked.rows, taken))
            made = draft(self._pen, asked, frozenset())
        if made.contributions is not None and made.births is not None and made.leaves is not None:
            now.cursor.execute(*made.contributions)
            store(now, made.leaves)
            self._count(made.brought, made.asked, len(made.births.rows))
        if made.joins:
            self._join(made.asked, made.joins)

    def _begin(self, made: Draft) -> bool:
        """Bring the new items and contents in; False, and nothing was done, when one of them is there already."""
        now = self._pen.now
        if made.births is None:
            return True
        now.cursor.execute("SAVEPOINT chunk")
        try:
            now.cursor.execute(*made.births.statement)
        except IntegrityError as fault:
            if not isinstance(fault.__cause__, UniqueViolation):
                raise
            done = False
        else:
            done = True
        if done and made.works:
            done = len(made.works) == len(
                insert(
                    now.cursor,
                    "registry_work",
                    made.works,
                    conflict="(item_id, digest) DO NOTHING",
                    returning="id",
                )
            )
        now.cursor.execute("RELEASE SAVEPOINT chunk" if done else "ROLLBACK TO SAVEPOINT chunk")
        return done

    def _join(self, asked: Asked, rows: Sequence[Prepared]) -> None:
        """Contributions to items that take part already: the items take a step, or the rows are refused."""
        now = self._pen.now
        counts = Counter([asked.taken[row.address.key].id for row in rows])
        shut = closed_keys(asked.rows)
        of_item = {asked.taken[row.address.key].id: row.address.key for row in rows}
        join_closed(now, [(item, key not in shut) for item, key in of_item.items()])
        moved, _ = transition(now, _joins(now, counts, asked.held))
        stands = {str(item): one for item, one in moved.items()}
        self._tally.stuck += [
            (row.row.number, "this item takes no more contributions in this operation")
            for row in rows
            if asked.taken[row.address.key].id not in stands
        ]
        joined = [row for row in rows if asked.taken[row.address.key].id in stands]
        if joined:
            self._contribute(asked, joined, stands)
            self._count(joined, asked, 0)

    def _contribute(self, asked: Asked, rows: Sequence[Prepared], stands: Mapping[str, Moved]) -> None:
        now = self._pen.now
        ids, salts = new_id_texts(len(rows)), new_salts(len(rows))
        written = contribution(self._pen, rows, asked.taken, ids, salts)
        now.cursor.execute(*written.statement)
        pairs = [(asked.taken[row.address.key].id, row.row.digest) for row in rows]
        works = add_works(now, [pair for pair in pairs if pair[1]])
        unit, told, entries = str(now.by.unit), set[str](), list[Entry]()
        for pair, new, salt, digest in zip(pairs, ids, salts, written.digests, strict=True):
            item = pair[0]
            named: list[tuple[str, Id]] = [("intake_contribution", new)]
            payload: dict[str, Any] = {"item": item, "unit": unit}
            if (work := works.pop(pair, None)) is not None:
                named.append(("registry_work", work))
            if item not in told:
                told.add(item)
                payload |= {"state": stands[item].state.value, "milestones": int(stands[item].milestones)}
                named.append(("registry_operationitem", stands[item].row))
            known = {f"intake_contribution:{new}": digest}
            entries.append(Entry(EventType.CONTRIBUTED, new, payload, tuple(named), item, salt, known))
        store(now, make_batch(now, entries, row_digests(now.cursor, entries)))

    def _count(self, rows: Sequence[Prepared], asked: Asked, born: int) -> None:
        self._tally.taken += len(rows)
        self._tally.new += born
        self._tally.known += len(rows) - born
        if asked.held:
            self._tally.held += sum(asked.taken[row.address.key].id in asked.held for row in rows)


def known_prints(now: Now, prints: str) -> set[str]:
    """Those fingerprints (a column) of rows that this unit has contributed in this operation before."""
    now.cursor.execute(
        # OFFSET 0: asked once a row, by key; a plan that reads all contributions for each batch is out of reach.
        "SELECT f.print FROM unnest(iru.cut(%s)) AS f(print) WHERE EXISTS (SELECT FROM intake_contribution c"
        " WHERE c.operation_id = %s AND c.fingerprint = f.print AND c.undone_at IS NULL OFFSET 0)",
        [prints, now.by.operation],
    )
    return {row[0] for row in now.cursor.fetchall()}


def taking_part(now: Now, taken: Mapping[str, Taken]) -> dict[str, bool]:
    """Which of the keys take part in the acting operation, those included that only other units may see."""
    now.cursor.execute(
        "SELECT item_id::text FROM iru.taking_part(%s) AS x(item_id)",
        [Ids([one.id for one in taken.values()])],
    )
    here = {row[0] for row in now.cursor.fetchall()}
    return {key: one.id in here for key, one in taken.items()}


def ties(now: Now, rows: Sequence[Prepared], taken: Mapping[str, Taken]) -> set[tuple[str, str]]:
    """The contents of the rows that are tied to their items already: (item, digest)."""
    pairs = {(taken[row.address.key].id, row.row.digest) for row in rows if row.row.digest}
    if not pairs:
        return set()
    now.cursor.execute(
        "SELECT item::text, digest FROM iru.tied(%s) AS x(item, digest)",
        [Ids(sorted({item for item, _ in pairs}))],
    )
    return pairs & {(item, digest) for item, digest in now.cursor.fetchall()}


def _joins(now: Now, there: Mapping[str, int], held: AbstractSet[str]) -> list[Move]:
    """The steps of items that took part before: item -> rows that it gets now. One that was undone has no other contribution.

    What is sealed (assessment, alarms) is there for nobody and takes none.
    """
    items = {UUID(item): count for item, count in there.items()}
    standing = lock(now, list(items))
    return [
        Move(
            item,
            Step.CONTRIBUTE,
            gains=(SEEN_TWICE if count > 1 or standing[item]["state"] != State.UNDONE else Milestone.SEEN)
            | (Milestone.HELD if str(item) in held else Milestone(0)),
        )
        for item, count in items.items()
        if item in standing
    ]


def look_over(now: Now, before: int, rows: int) -> None:
    """Let the database count its tables again when a big import has passed another of these marks."""
    if any(before < mark <= rows for mark in LOOK_OVER_AT):
        now.cursor.execute("SELECT iru.look_over()")


#: Rows of one import; below the first the tables are small enough for any plan.
LOOK_OVER_AT = (60_000, 250_000, 1_000_000, 4_000_000)


def _flags(scope: Scope, platform: str, language: str, group: str) -> tuple[str, ...]:
    facts = Facts(platform=platform, language=language, group=group)
    return tuple(flag.code for flag in flags(facts, scope))
