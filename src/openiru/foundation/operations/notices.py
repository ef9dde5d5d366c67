"""Notices to all desks of an operation: posted by who coordinates it, shown on every page until they end."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import ConflictError, UsageError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, acting, current
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require

LONGEST: Final = 500
#: A page may show notices that are so old (seconds, by the clock on the wall), so that frames ask the database seldom.
STALE_S: Final = 5.0
_TABLE: Final = "operations_notice"
_seen: dict[UUID, tuple[float, list[dict[str, Any]]]] = {}


def post_notice(*, by: By, text: str, until: datetime, urgent: bool = False) -> UUID:
    """Show ``text`` on every desk of the acting operation until ``until``; its id. UsageError for a time that is over."""
    if not text.strip() or len(text) > LONGEST:
        raise UsageError(f"a notice has 1 to {LONGEST} characters", where="text")
    with acting(by) as now:
        require(now, "notice.post")
        if until <= now.at:
            raise UsageError("a notice ends in the future", where="until")
        row: dict[str, Any] = {
            "id": new_id(),
            "operation_id": by.operation,
            "text": text,
            "urgent": urgent,
            "posted_by": by.person,
            "posted_at": now.at,
            "until": until,
            "ended_at": None,
        }
        insert(now.cursor, _TABLE, [row])
        record(
            now, [Entry(EventType.NOTICE_POSTED, row["id"], {"unit": str(by.unit)}, ((_TABLE, row["id"]),))]
        )
    _forget(by)
    return UUID(str(row["id"]))


def end_notice(*, by: By, notice: UUID) -> None:
    """Take a notice down now; ConflictError when it is not up in the acting operation."""
    with acting(by) as now:
        require(now, "notice.post")
        now.cursor.execute(
            f"UPDATE {_TABLE} SET ended_at = %s WHERE id = %s AND ended_at IS NULL AND until > %s RETURNING id",
            [now.at, notice, now.at],
        )
        if now.cursor.fetchone() is None:
            raise ConflictError("this notice is not up any more")
        record(now, [Entry(EventType.NOTICE_ENDED, notice, {"unit": str(by.unit)}, ((_TABLE, notice),))])
    _forget(by)


def notices() -> list[dict[str, Any]]:
    """What is up in the acting operation, urgent ones first."""
    now = current()
    now.cursor.execute(
        f"SELECT id, text, urgent, posted_at, until FROM {_TABLE} WHERE ended_at IS NULL AND until > %s"
        " ORDER BY urgent DESC, posted_at DESC LIMIT 5",
        [now.at],
    )
    return dicts(now.cursor)


def on_the_desk(by: By) -> list[dict[str, Any]]:
    """The same for the frame of a page, at most some seconds old; nothing outside any operation."""
    if by.operation is None:
        return []
    made, found = _seen.get(by.operation, (0.0, []))
    if time.monotonic() - made > STALE_S or not made:
        with acting(by):
            found = notices()
        _seen[by.operation] = (time.monotonic(), found)
    return found


def _forget(by: By) -> None:
    if by.operation is not None:
        _seen.pop(by.operation, None)
