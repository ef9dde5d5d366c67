"""Ids are UUIDv7 (RFC 9562 §5.7), made here: sortable by time of making, never reused, and not a business time."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

#: An id as an object or as its canonical text.
Id = UUID | str

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def _stamp(count: int) -> tuple[int, int]:
    """Reserve ``count`` values: (milliseconds, first of a 42-bit counter), never the same pair twice in a process."""
    global _last_ms, _counter  # noqa: PLW0603 - one counter a process, under the lock
    with _lock:
        wall = time.time_ns() // 1_000_000
        if wall > _last_ms:
            _last_ms = wall
            _counter = int.from_bytes(os.urandom(4)) >> 1
        first = _counter
        _counter += count
        return _last_ms, first


def new_id_texts(count: int) -> list[str]:
    """``count`` new ids in ascending order, as text: ten times cheaper than UUID objects, for batches of thousands."""
    milliseconds, first = _stamp(count)
    tail = os.urandom(4 * count)
    stamp = f"{milliseconds:012x}"
    head = f"{stamp[:8]}-{stamp[8:]}-7"
    out = []
    for position in range(count):
        counter = first + position
        low = f"{0x8 | (counter >> 28 & 0x3):x}{counter & 0xFFFFFFF:07x}"
        last = tail[4 * position : 4 * position + 4].hex()
        out.append(f"{head}{counter >> 30 & 0xFFF:03x}-{low[:4]}-{low[4:]}{last}")
    return out


def new_ids(count: int) -> list[UUID]:
    """``count`` new ids in ascending order."""
    return [UUID(text) for text in new_id_texts(count)]


def new_id() -> UUID:
    """One new id."""
    return new_ids(1)[0]
