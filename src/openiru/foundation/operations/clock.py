"""The played business clock: demo and exercise only; the database refuses it in a live instance."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from openiru.core.errors import RefusedError
from openiru.core.events import EventType
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import By, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require


def set_clock(*, by: By, business: datetime, rate: Decimal) -> None:
    """From now on business time starts at ``business`` and runs ``rate`` times as fast as the wall clock (0: stands)."""
    with acting(by) as now:
        require(now, "clock.set")
        if now.environment == Environment.LIVE.value:
            raise RefusedError("a live instance has no clock but the real one")
        now.cursor.execute("SELECT iru.set_clock(%s, %s)", [business, rate])
        payload = {"business": business.isoformat(), "rate": str(rate)}
        record(now, [Entry(EventType.CLOCK_SET, new_id(), payload)])
