"""The played business clock: demo and exercise only; the database refuses it in a live instance."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from openiru.core.errors import RefusedError, UsageError
from openiru.core.events import EventType
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import By, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require


def set_clock(
    *, by: By, business: datetime | None, rate: Decimal, runs_to: datetime | None = None
) -> datetime:
    """From now on business time starts at ``business`` and runs ``rate`` times as fast as the wall clock (0: stands).

    ``business`` None: from where the clock is. ``runs_to``: it stops there by itself, and stands until it is set anew. Gives
    back from when it runs. Raises RefusedError in a live instance, UsageError for an end before the beginning.
    """
    with acting(by) as now:
        require(now, "clock.set")
        if now.environment == Environment.LIVE.value:
            raise RefusedError("a live instance has no clock but the real one")
        if runs_to is not None and runs_to < (business or now.at):
            raise UsageError("the clock cannot run to a moment that is over", where="runs_to")
        now.cursor.execute("SELECT iru.set_clock(%s, %s, %s)", [business, rate, runs_to])
        began: datetime = now.cursor.fetchone()[0]
        payload = {
            "business": began.isoformat(),
            "rate": str(rate),
            "runs_to": runs_to.isoformat() if runs_to is not None else "",
        }
        record(now, [Entry(EventType.CLOCK_SET, new_id(), payload)])
        return began
