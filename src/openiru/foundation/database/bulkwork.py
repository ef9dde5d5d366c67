"""How a process works through a big batch with threads: two settings of the interpreter, put back at the end."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: A batch makes many small objects that live until it is written: looking for cycles among them is a seventh of the work.
THRESHOLDS = (100_000, 20, 50)
#: Seconds after which a thread lets another have its turn. The one that feeds the database waits for the ones that compute.
TURN = 0.001


@contextmanager
def bulk_work() -> Iterator[None]:
    """Collect cycles more seldom and take turns more often meanwhile. Nothing but speed depends on it; it may be nested."""
    thresholds, turn = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(*THRESHOLDS)
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(turn)
