"""openiru ledger verify: reads the whole log and every row it watches, and names what was changed behind its back.

It runs as the owner, read-only, over one snapshot. Neither web nor worker could do it: under the policies each sees only some rows, and a
deleted row must be told from one that is not shown. A function with the owner's rights would carry a million leaves through the
policies of a caller who needs none of it; the owner's login is on the machine already, since it migrates.

What it finds: a leaf, opening, position or checkpoint that was changed, added or taken away; a row that differs from what the
last leaf about it says, a row that is gone, and a row that no leaf tells of. What it cannot find: the end of the log cut off
together with every row and checkpoint it told of. Against that a copy of a checkpoint is kept elsewhere (openiru ledger export).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from openiru.foundation.ledger.keys import SigningKey, signing_key
from openiru.foundation.ledger.verify_leaves import Evidence, read
from openiru.foundation.ledger.verify_rows import (
    check_clock,
    check_rows,
    clear,
    collected,
    gather,
    room_for_rows,
)
from openiru.foundation.ledger.verify_tree import Heads, TreeCheck

#: Is told how far it is: (what is being read, done, of how many).
Progress = Callable[[str, int, int], None]

SLICE = 10_000
MAX_PROBLEMS = 1_000
ALIAS = "owner"

# Ids as text: a million of them are compared and printed, never computed with.
_COLUMNS = (
    "l.seq, l.id::text, l.type, l.body, l.hash, o.id::text, o.salt, o.payload::text, o.subject_id::text,"
    " o.operation_id::text, o.item_id::text"
)
_SEQUENCED = (
    f"SELECT p.index, {_COLUMNS} FROM ledger_position p LEFT JOIN ledger_leaf l ON l.seq = p.seq"
    " LEFT JOIN ledger_opening o ON o.id = l.id WHERE p.index > %s ORDER BY p.index LIMIT %s"
)
_WAITING = (
    f"SELECT NULL, {_COLUMNS}, w.seq FROM (SELECT * FROM ledger_leaf f WHERE f.seq > %s"
    "  AND NOT EXISTS (SELECT FROM ledger_position p WHERE p.seq = f.seq) ORDER BY f.seq LIMIT %s) l"
    " LEFT JOIN ledger_pending w ON w.seq = l.seq LEFT JOIN ledger_opening o ON o.id = l.id ORDER BY l.seq"
)
#: Rows of the log's own tables that belong to nothing: (table, what is wrong, query of their names).
_STRAYS = (
    (
        "ledger_opening",
        "it opens no leaf",
        "SELECT o.id FROM ledger_opening o WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.id = o.id)",
    ),
    (
        "ledger_pending",
        "there is no such leaf, or it has an index already",
        (
            "SELECT w.seq FROM ledger_pending w WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.seq = w.seq)"
            " OR EXISTS (SELECT FROM ledger_position p WHERE p.seq = w.seq)"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not hold: in which table, which row, at which index of the log (if it has one), and what."""

    table: str
    row: str
    index: int | None
    what: str


@dataclass(slots=True)
class Verification:
    """What was read, and what does not hold. ``more``: problems beyond the first thousand."""

    leaves: int = 0
    waiting: int = 0
    checkpoints: int = 0
    rows: int = 0
    root: str = ""
    problems: list[Problem] = field(default_factory=list)
    more: int = 0

    @property
    def holds(self) -> bool:
        """True when nothing was found."""
        return not self.problems

    def fail(self, table: str, row: object, index: int | None, what: str) -> None:
        """Keep one finding, up to a thousand of them."""
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(table, str(row), index, what))
        else:
            self.more += 1


def _silent(_what: str, _done: int, _of: int) -> None:
    """Say nothing."""


def verify(progress: Progress = _silent) -> Verification:
    """Read everything once; memory stays bounded by one slice of leaves."""
    found = Verification()
    with room_for_rows(ALIAS), transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT id, environment FROM database_instance")
        instance, environment = cursor.fetchone()
        evidence = Evidence(environment, found.fail)
        _sequenced(cursor, signing_key(UUID(str(instance))), evidence, found, progress)
        _not_sequenced(cursor, evidence, found)
        _strays(cursor, found)
        gather(cursor)
        found.rows = check_rows(cursor, found.fail, progress)
        check_clock(cursor, evidence.clock, found.fail)
        clear(cursor)
    return found


def _sequenced(
    cursor: Any, key: SigningKey, evidence: Evidence, found: Verification, progress: Progress
) -> None:
    cursor.execute("SELECT count(*) FROM ledger_position")
    total = int(cursor.fetchone()[0])
    # A page is read by its keys. Without this the planner now and then reads the whole log for each page.
    for way in ("hashjoin", "mergejoin", "seqscan"):
        cursor.execute(f"SET LOCAL enable_{way} = off")
    heads = Heads(cursor, key, found.fail)
    tree = TreeCheck(heads, found.fail)
    for leaves in _slices(cursor, _SEQUENCED, -1, 0):
        named: list[str] = []
        for row in leaves:
            leaf = read(row, evidence)
            tree.add(row[0], leaf)
            named += leaf.rows
        collected(cursor, named)
        found.leaves += len(leaves)
        progress("leaves", found.leaves, total)
    for way in ("hashjoin", "mergejoin", "seqscan"):
        cursor.execute(f"SET LOCAL enable_{way} = on")
    tree.end()
    found.checkpoints, found.root = heads.count, tree.root()


def _not_sequenced(cursor: Any, evidence: Evidence, found: Verification) -> None:
    for leaves in _slices(cursor, _WAITING, 0, 1):
        named: list[str] = []
        for row in leaves:
            if row[-1] is None:
                found.fail(
                    "ledger_leaf",
                    row[2],
                    None,
                    "it has no index and does not wait for one: nobody recorded it",
                )
            named += read(row, evidence).rows
        collected(cursor, named)
        found.waiting += len(leaves)


def _slices(cursor: Any, query: str, start: int, by: int) -> Iterator[list[Any]]:
    """Pages by key: ``by`` is the column of the key, ``start`` lies before the first."""
    after = start
    while True:
        cursor.execute(query, [after, SLICE])
        rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = rows[-1][by]


def _strays(cursor: Any, found: Verification) -> None:
    for table, what, query in _STRAYS:
        cursor.execute(f"{query} LIMIT %s", [MAX_PROBLEMS])
        for (row,) in cursor.fetchall():
            found.fail(table, row, None, what)
