"""THE STORY: what happens after something has happened. One table, event -> next jobs; it reads as an item's life.

A command records an event in its transaction; the jobs named here are put into the queue in the same transaction, with the
operation as their only argument. They run at least once and find their work themselves, so running twice does no harm. What
is due by the clock is not here: each stage's ``tick`` chooses it (entrypoints/ticks.py).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from procrastinate.contrib.django import app

from openiru.core.events import EventType
from openiru.foundation.database.acting import Now

E = EventType

JOURNEY: Final[dict[EventType, tuple[str, ...]]] = {
    # intake: what a place turned out to be changes what was shown to the assessors
    E.ITEM_RESOLVED: ("assessment.void_changed",),
    # assessment: two people decided; preparing a referral is a person's act, so nothing follows by itself
    E.DECIDED: (),
    # referral: once a letter has left, its items are looked at
    E.SENT: ("verification.plan_looks",),
    # answers: the provider says what it did; looks go on until they are due
    E.ANSWERED: ("verification.plan_looks",),
    # verification: gone, back again, lawfully reinstated: counted, never referred again by itself
    E.CONFIRMED_GONE: (),
    E.RETURNED: (),
    E.REINSTATED: (),
}


def follow(now: Now, events: Collection[EventType]) -> None:
    """Put the next jobs of the events of one command into the queue, on the connection and in the transaction of the act."""
    if now.by.operation is None:
        return
    names = {name for event in events for name in JOURNEY.get(event, ())}
    for name in sorted(names):
        app.configure_task(name).defer(operation=str(now.by.operation))
