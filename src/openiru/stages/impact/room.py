"""The operations room: one snapshot of an operation, counted as the report counts, made at most once a second for all who watch.

Figures go by the log: as long as it has not grown, they are the same. What waits and for how long goes by business time, so a
snapshot is made anew after some seconds too. A snapshot that took long is kept for longer: making them never takes more than a
third of one core.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from openiru.core.impact import tally
from openiru.core.impact.funnel import funnel
from openiru.core.impact.indicators import STAGES
from openiru.core.impact.report import AsOf
from openiru.core.lifecycle import State
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import dicts
from openiru.foundation.ledger import queries as log
from openiru.foundation.people.permissions import require
from openiru.stages.impact import queries
from openiru.stages.impact.behind import ITEMS, SINCE
from openiru.stages.impact.building import NOT_STATED

FRESH_S: Final = 1.0
#: Snapshots are made anew after so long even if the log stands still: what waits gets older.
OLD_S: Final = 15.0
#: A snapshot is kept for so many times as long as it took.
REST: Final = 2.0
KEPT: Final = 50
#: States in which an item waits for somebody, in the order of its way.
WAITING: Final = (
    State.SEEN,
    State.IN_ASSESSMENT,
    State.DISPUTED,
    State.PARKED,
    State.DECIDED,
    State.PREPARED,
    State.REFERRED,
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_ROWS_OF_TABLES: Final = ("language", "kind")
_WAITS: Final = f"""SELECT state, count(*), count(*) FILTER (WHERE since < %(hour)s), count(*) FILTER (WHERE since < %(day)s),
  (SELECT min(at) FROM ledger_checkpoint WHERE size > min(since))
FROM (SELECT s.state, {SINCE} AS since FROM {ITEMS} AND s.state = ANY(%(states)s)) waiting
GROUP BY state"""
_CHANNELS: Final = """SELECT p.slug AS provider, r.channel, r.state, count(*) AS batches, max(r.sent_at) AS sent_at,
  min(r.prepared_at) FILTER (WHERE r.sent_at IS NULL) AS waits_since
FROM referral_referral r JOIN directory_provider p ON p.id = r.provider_id GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The figures as data and as JSON; ``etag`` changes when they do. ``codes``: items by code of the log size ``at``."""

    data: Mapping[str, Any]
    body: bytes
    etag: str
    at: AsOf
    codes: Mapping[int, int]


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock
    shot: Snapshot | None = None
    made: float = 0.0
    took: float = 0.0

    def fresh(self, size: int) -> bool:
        """Whether the snapshot may be shown again; ``size``: of the log now."""
        if self.shot is None:
            return False
        age = time.monotonic() - self.made
        return age < max(FRESH_S, REST * self.took) or (self.shot.at.size == size and age < OLD_S)


_kept: dict[UUID, _Kept] = {}
_keeping = threading.Lock()


def snapshot(*, by: By) -> Snapshot:
    """The snapshot of the acting operation; UsageError as long as the log is empty.

    Whoever comes while it is being made gets the last one; the first of all waits.
    """
    with acting(by) as now:
        require(now, "report")
        kept = _of(UUID(str(by.operation)))
        if not kept.lock.acquire(blocking=kept.shot is None):
            shown = kept.shot
            if shown is not None:
                return shown
        try:
            if kept.shot is None or not kept.fresh(log.size()):
                began = time.monotonic()
                kept.shot = _made(now)
                kept.made, kept.took = time.monotonic(), time.monotonic() - began
            return kept.shot
        finally:
            kept.lock.release()


def forget() -> None:
    """Throw every snapshot away; the next who asks gets a new one."""
    with _keeping:
        _kept.clear()


def _of(operation: UUID) -> _Kept:
    with _keeping:
        if len(_kept) >= KEPT and operation not in _kept:
            _kept.pop(next(iter(_kept)))
        return _kept.setdefault(operation, _Kept(threading.Lock()))


def _made(now: Now) -> Snapshot:
    operation = UUID(str(now.by.operation))
    with queries.snapshot() as cursor:
        at = queries.as_of(cursor, None)
        counted = queries.counted(cursor, [operation], at)
        cross = queries.cross(cursor, operation, at)
        waiting = _waiting(cursor, now, operation, at)
    data = {
        "as_of": {"size": at.size, "time": at.time},
        "funnel": _steps(counted),
        "figures": tally.count(counted.codes) | {"contributed": counted.contributed},
        "platforms": _rows(counted.tables.get("platform", {})),
        **{f"{name}s": _rows(counted.tables.get(name, {})) for name in _ROWS_OF_TABLES},
        "units": _units(cross),
        "waiting": waiting,
        "channels": _channels(now),
        "ledger": _ledger(now),
    }
    body = orjson.dumps(data, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)
    return Snapshot(data, body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', at, dict(counted.codes))


def _steps(counted: queries.Counted) -> list[dict[str, Any]]:
    steps = funnel(
        counted.codes, counted.contributed, {k or "no reason stated": n for k, n in counted.reasons.items()}
    )
    return [
        {
            "name": step.name,
            "count": step.count,
            "losses": [{"stage": one.stage, "reason": one.reason, "count": one.count} for one in step.losses],
        }
        for step in steps
    ]


def _rows(table: Mapping[str, Mapping[int, int]]) -> list[dict[str, Any]]:
    """By name, in the order of the alphabet: nothing here is ranked."""
    return [
        {"name": name, "shown": name or NOT_STATED, **tally.count(codes, STAGES)}
        for name, codes in sorted(table.items())
    ]


def _units(cross: Mapping[str, Mapping[str, Counter[int]]]) -> list[dict[str, Any]]:
    return [
        {
            "name": unit,
            "all": tally.count(sum(cells.values(), Counter[int]()), STAGES),
            "platforms": {platform: tally.count(codes, STAGES) for platform, codes in sorted(cells.items())},
        }
        for unit, cells in sorted(cross.items())
    ]


def older_than(cursor: Any, now: Now, at: AsOf) -> dict[str, int]:
    """The sizes of the log an hour and a day ago: what stands since a leaf below has waited for longer."""
    hour, day = log.size_at(now.at - HOUR, cursor), log.size_at(now.at - DAY, cursor)
    return {"hour": min(hour, at.size), "day": min(day, at.size)}


def _waiting(cursor: Any, now: Now, operation: UUID, at: AsOf) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {
        "operations": [operation],
        "size": at.size,
        "states": [state.value for state in WAITING],
    }
    cursor.execute(_WAITS, asked | older_than(cursor, now, at))
    found = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        {
            "state": state.value,
            **dict(zip(("count", "hour", "day", "since"), found[state.value], strict=True)),
        }
        for state in WAITING
        if state.value in found
    ]


def _channels(now: Now) -> list[dict[str, Any]]:
    """Batches of each provider by how they stand; what nobody knows of, or what came back, is a fault that a person settles."""
    now.cursor.execute(_CHANNELS)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in dicts(now.cursor):
        one = found.setdefault(
            (row["provider"], row["channel"]),
            {
                "provider": row["provider"],
                "channel": row["channel"],
                "states": {},
                "sent_at": None,
                "waits_since": None,
            },
        )
        one["states"][row["state"]] = row["batches"]
        one["sent_at"] = max(filter(None, (one["sent_at"], row["sent_at"])), default=None)
        one["waits_since"] = min(filter(None, (one["waits_since"], row["waits_since"])), default=None)
    return list(found.values())


def _ledger(now: Now) -> dict[str, Any]:
    now.cursor.execute(
        "SELECT size, at, coalesce(waits > interval '60 seconds', false) FROM iru.log_health()"
    )
    size, at, lags = now.cursor.fetchone()
    return {"size": size, "at": at, "lags": lags}
