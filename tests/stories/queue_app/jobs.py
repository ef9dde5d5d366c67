from __future__ import annotations

import os
import time
from pathlib import Path
from uuid import UUID, uuid5

from procrastinate.contrib.django import app

from openiru.core.events import EventType
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.ledger.requests import answered, store

SPACE = UUID("00000000-0000-8000-8000-000000000001")


def do_once(batch: str, nap: float) -> None:
    """A command with one effect: an event. ``nap``: seconds between the effect and the commit."""
    request = uuid5(SPACE, batch)
    with acting(SERVICE) as now:
        if answered(now, request, "deed", batch) is not None:
            return
        record(now, [Entry(EventType.LOOKED_UP, new_id(), {"batch": batch})])
        store(now, request, "deed", batch, {"done": True})
        time.sleep(nap)


@app.task(queue="stories")
def deed(batch: str, folder: str, before: float, after: float) -> None:
    """The first try naps where it is told, before or after the commit; a later one does not."""
    begun = Path(folder) / batch
    first = not begun.exists()
    begun.write_text(str(os.getpid()))
    do_once(batch, before if first else 0)
    time.sleep(after if first else 0)


def tick(*, by: By) -> int:
    """Looks at the operation once."""
    with acting(by) as now:
        request = uuid5(SPACE, f"tick {by.operation}")
        if answered(now, request, "tick", "") is not None:
            return 0
        record(now, [Entry(EventType.LOOKED_UP, new_id(), {"batch": "tick"})])
        store(now, request, "tick", "", {"done": True})
        return 1
