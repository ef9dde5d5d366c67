"""The one sequencer: gives committed leaves their dense index, extends the tree and signs a checkpoint.

Commands only insert a leaf and a pending mark, so writers never wait for one another. Whoever holds the advisory lock takes the
pending leaves in the order of their seq; a leaf that became visible later gets a later index, which is all that the order of the
log says. Indexes, tree, projections and checkpoint are one transaction: a crash leaves the log as it was.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, cast
from uuid import UUID

from django.apps import apps
from django.db import Error as DatabaseError
from django.db import connections
from django.utils.module_loading import module_has_submodule

from openiru.core.errors import InputError, IntegrityError, OpenIruError
from openiru.core.evidence.checkpoint import Checkpoint, parse_checkpoint, parse_note, verified_text
from openiru.core.evidence.tree import Frontier
from openiru.foundation.database.acting import SERVICE, Now, acting
from openiru.foundation.ledger.keys import SigningKey, signing_key, verify

#: Any number that nobody else uses; the same for all processes of a database.
LOCK = 0x6F70656E_69727501
BATCH = 20_000
#: A smaller batch while others write: a checkpoint at least every second, on a slow machine too.
RUNNING_BATCH = 5_000
PAUSE_S = 0.2
AFTER_FAULT_S = 1.0

_logger = logging.getLogger(__name__)

#: Is told of the half-open range of indexes that was just given, in the same transaction: (cursor, first, last).
Projector = Callable[[Any, int, int], None]


@dataclass(frozen=True, slots=True)
class _Head:
    key: SigningKey
    frontier: Frontier


@cache
def projectors() -> tuple[Projector, ...]:
    """``project`` of every app that has a module ``projector``.

    Found as Django finds models, since the ledger may not import the rooms that stand on it.
    """
    return tuple(
        cast("Projector", import_module(f"{app.name}.projector").project)
        for app in apps.get_app_configs()
        if app.module is not None and module_has_submodule(app.module, "projector")
    )


def sequence(limit: int = BATCH, *, wait: bool = True) -> int:
    """Give every pending leaf its index; the number of leaves sequenced.

    ``limit``: leaves in one transaction. ``wait`` False: return at once when another process is sequencing.
    """
    total = 0
    while done := _batch(limit, wait=wait):
        total += done
        if done < limit:
            break
    return total


def run_sequencer(stop: threading.Event, *, pause_s: float = PAUSE_S) -> None:
    """Sequence until ``stop`` is set. A database that is away for a while is waited for."""
    while not stop.is_set():
        try:
            done = sequence(RUNNING_BATCH, wait=False)
        except (DatabaseError, OpenIruError) as fault:
            _logger.warning("the sequencer could not go on and tries again: %s", type(fault).__name__)
            connections[SERVICE.using].close()
            stop.wait(AFTER_FAULT_S)
            continue
        if not done:
            stop.wait(pause_s)
    connections[SERVICE.using].close()


def _batch(limit: int, *, wait: bool) -> int:
    with acting(SERVICE) as now:
        cursor = now.cursor
        if not _waiting(cursor) or not _alone(cursor, wait=wait):
            return 0
        head = _head(now)
        first = head.frontier.size
        hashes = _give_indexes(cursor, first, limit)
        if not hashes:
            return 0
        head.frontier.extend(hashes)
        for projector in projectors():
            projector(cursor, first, head.frontier.size)
        _checkpoint(cursor, head)
        return len(hashes)


def _waiting(cursor: Any) -> bool:
    cursor.execute("SELECT EXISTS (SELECT FROM ledger_pending)")
    return bool(cursor.fetchone()[0])


def _alone(cursor: Any, *, wait: bool) -> bool:
    if wait:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        return True
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
    return bool(cursor.fetchone()[0])


def _head(now: Now) -> _Head:
    """Key and frontier of the last checkpoint, which must carry our signature: nobody else's log is continued."""
    now.cursor.execute("SELECT id FROM database_instance")
    key = signing_key(UUID(str(now.cursor.fetchone()[0])))
    now.cursor.execute("SELECT size, note, frontier FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
    row = now.cursor.fetchone()
    if row is None:
        return _Head(key, Frontier())
    size, note, stored = row
    try:
        said = parse_checkpoint(verified_text(parse_note(note.encode()), [key.public], verify))
        frontier = Frontier.from_bytes(bytes(stored))
    except (InputError, IntegrityError) as fault:
        raise _foreign_head(size, fault.message) from fault
    if (said.size, said.root) != (frontier.size, frontier.root()) or said.size != size:
        raise _foreign_head(size, "its frontier does not give the root that was signed")
    return _Head(key, frontier)


def _foreign_head(size: int, why: str) -> IntegrityError:
    return IntegrityError(
        f"the last checkpoint is not one that this instance signed: {why}",
        where=f"ledger_checkpoint:{size}",
        saved="Events are kept and wait for their index.",
        hint="Was secrets/ledger.pem replaced? Put the old key back, then run openiru ledger verify.",
    )


def _give_indexes(cursor: Any, first: int, limit: int) -> list[bytes]:
    """Indexes from ``first`` on for the oldest pending leaves; their hashes in the order of the indexes."""
    cursor.execute(
        "INSERT INTO ledger_position (index, seq)"
        " SELECT %s - 1 + row_number() OVER (ORDER BY p.seq), p.seq"
        " FROM (SELECT seq FROM ledger_pending ORDER BY seq LIMIT %s) p",
        [first, limit],
    )
    cursor.execute(
        "DELETE FROM ledger_pending w USING ledger_position p WHERE p.seq = w.seq AND p.index >= %s", [first]
    )
    cursor.execute(
        "SELECT l.hash FROM ledger_position p JOIN ledger_leaf l ON l.seq = p.seq"
        " WHERE p.index >= %s ORDER BY p.index",
        [first],
    )
    return [bytes(row[0]) for row in cursor.fetchall()]


def _checkpoint(cursor: Any, head: _Head) -> None:
    cursor.execute("SELECT iru.business_time()")
    moment = cursor.fetchone()[0]
    checkpoint = Checkpoint(head.key.origin, head.frontier.size, head.frontier.root(), moment)
    cursor.execute(
        "INSERT INTO ledger_checkpoint (size, root, at, note, frontier) VALUES (%s, %s, %s, %s, %s)",
        [
            checkpoint.size,
            checkpoint.root,
            moment,
            head.key.sign(checkpoint).decode(),
            head.frontier.to_bytes(),
        ],
    )
