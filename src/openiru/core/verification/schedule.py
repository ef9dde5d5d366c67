"""When to look again: often at first, seldom later, with points on both sides of the hour.

Removal is absorbing, so looks are front-loaded; 58 and 65 minutes bracket the one hour of Art. 3(3)
Regulation (EU) 2021/784, against which removal is often quoted, and no jitter carries a look across that
mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from openiru.core.verification.confirm import CONFIRM_AFTER, Seen, confirmation_due

HOUR_MARK = timedelta(hours=1)
GRID: tuple[timedelta, ...] = (
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(minutes=58),
    timedelta(minutes=65),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=24),
    timedelta(hours=48),
    timedelta(days=4),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
    timedelta(days=90),
)
MONTH = timedelta(days=30)  # after the grid: for reinstatement
JITTER = 0.05
_MOST_DOUBLINGS = 8
_CLEAR_OF_THE_MARK = timedelta(seconds=30)


def _share(seed: str, step: int) -> float:
    """A number in [-1, 1], the same for the same seed and step (no generator, no clock)."""
    digest = hashlib.sha256(f"{seed}\x00{step}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / (2**63) - 1.0


def planned(step: int, seed: str) -> timedelta:
    """The time of look number ``step`` (from 0) after the referral, with jitter of at most 5 %.

    ``seed``: the item's id, so that the items of one batch do not all knock at one second.
    """
    if step < len(GRID):
        base = GRID[step]
        spread = base * JITTER
    else:
        base = GRID[-1] + (step - len(GRID) + 1) * MONTH
        spread = MONTH * JITTER
    at = base + spread * _share(seed, step)
    if base < HOUR_MARK:
        return min(at, HOUR_MARK - _CLEAR_OF_THE_MARK)
    return max(at, HOUR_MARK + _CLEAR_OF_THE_MARK)


def _next_on_grid(referred_at: datetime, after: datetime, seed: str) -> datetime:
    """The first planned look later than ``after``."""
    passed = after - referred_at
    step = 0
    if passed > GRID[-1] + 2 * MONTH:  # straight to the neighbourhood instead of counting the months
        step = len(GRID) + int((passed - GRID[-1]) / MONTH) - 2
    while planned(step, seed) <= passed:
        step += 1
    return referred_at + planned(step, seed)


def _confirming(due: datetime, looks: Sequence[Seen], seed: str) -> datetime:
    """When to try to confirm: at ``due``, and after tries that said nothing with doubling pauses."""
    spread = CONFIRM_AFTER * JITTER * (_share(seed, len(looks)) + 1) / 2
    tries = [look.at for look in looks if look.at >= due]
    if not tries:
        return due + spread
    pause = CONFIRM_AFTER * (1 << min(len(tries), _MOST_DOUBLINGS))
    return max(tries) + pause + spread


def next_look(referred_at: datetime, looks: Sequence[Seen], seed: str, *, now: datetime) -> datetime:
    """When to look next. Planned looks that were missed are not made up for: one look now stands for them.

    A first "gone" is looked at again ten minutes later (with jitter only upwards), or at the next planned look if
    that comes first but not too early to confirm. Always later than the latest look.
    """
    last = max((look.at for look in looks), default=referred_at)
    regular = _next_on_grid(referred_at, max(last, referred_at), seed)
    due = confirmation_due(looks)
    if due is None:
        return max(now, regular)
    confirming = _confirming(due, looks, seed)
    return max(now, min(confirming, regular) if regular >= due else confirming)
