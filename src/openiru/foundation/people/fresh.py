"""Whether somebody has just shown that it is them: asked before an act that cannot be taken back.

Kept in the session, by the clock on the wall: what is asked is how long the person has been away from the keyboard.
"""

from __future__ import annotations

import time
from typing import Final

from django.http import HttpRequest

#: Where the session keeps when its person last showed a passkey or a code.
PLACE: Final = "openiru.shown"


def wall() -> float:
    """Seconds of the clock on the wall, for sessions only."""
    return time.time()


def mark_fresh(request: HttpRequest) -> None:
    """The person has shown now that it is them."""
    request.session[PLACE] = wall()


def is_fresh(request: HttpRequest, minutes: int) -> bool:
    """Whether they did within so many minutes."""
    shown = request.session.get(PLACE)
    return isinstance(shown, float) and 0 <= wall() - shown < minutes * 60
