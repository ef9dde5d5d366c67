"""Reads of the log for those who act: its size, the size at a time, leaves, openings and checkpoints by page.

Leaves carry no personal data, so whoever acts may have them all; an opening is given only within its operation. Both come
through functions of the database (migrations/log.sql), since the tables themselves are closed to the web role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from openiru.foundation.database.acting import current

PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Opened:
    """What opens the leaf at ``index``."""

    index: int
    salt: bytes
    payload: Any


def size(cursor: Any = None) -> int:
    """How many leaves the last checkpoint covers. ``cursor``: of a login that only reads figures."""
    cursor = cursor or current().cursor
    cursor.execute("SELECT iru.log_size()")
    return int(cursor.fetchone()[0])


def size_at(moment: datetime, cursor: Any = None) -> int:
    """The size that a business time means: that of the last checkpoint at or before it; 0 when there is none."""
    cursor = cursor or current().cursor
    cursor.execute("SELECT iru.checkpoint_before(%s)", [moment])
    return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed size of the log (C2SP tlog-checkpoint): its note is what others keep to hold us to it."""

    size: int
    at: datetime
    note: str


def last_checkpoint(cursor: Any) -> Checkpoint | None:
    """The last checkpoint; None in an empty log. ``cursor``: of the login that only reads figures."""
    cursor.execute("SELECT size, at, note FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
    row = cursor.fetchone()
    return None if row is None else Checkpoint(*row)


def bodies(last: int) -> Iterator[bytes]:
    """The bodies of the leaves [0, last) in order, by page; it must be read while the act goes on."""
    cursor = current().cursor
    for first in range(0, last, PAGE):
        cursor.execute("SELECT body FROM iru.log_leaves(%s, %s)", [first, min(first + PAGE, last)])
        yield from [row[0].encode() for row in cursor.fetchall()]


def openings(last: int) -> Iterator[Opened]:
    """What opens the leaves [0, last) of the acting operation; nothing outside any operation."""
    cursor = current().cursor
    for first in range(0, last, PAGE):
        cursor.execute(
            "SELECT index, salt, payload::text FROM iru.log_openings(%s, %s)",
            [first, min(first + PAGE, last)],
        )
        yield from [Opened(row[0], bytes(row[1]), orjson.loads(row[2])) for row in cursor.fetchall()]


def notes(last: int) -> list[bytes]:
    """The signed checkpoints of sizes up to ``last``, smallest first."""
    cursor = current().cursor
    cursor.execute("SELECT note FROM iru.log_checkpoints(%s)", [last])
    return [row[0].encode() for row in cursor.fetchall()]
