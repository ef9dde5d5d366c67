"""From many looks at one address to where it stands, and to the interval in which it was removed.

Rules: "gone" needs a second look at least ten minutes after the first, with nothing but doubt between them,
and dates from the first. An unknown name (NXDOMAIN) is gone after 24 hours of nothing else. Removal is only
ever known to lie in (L, R]: after the last look that saw it, not after the first that saw it gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, pairwise

from openiru.core.verification.outcome import Reason
from openiru.core.vocabulary import Outcome

CONFIRM_AFTER = timedelta(minutes=10)
NAME_GONE_AFTER = timedelta(hours=24)
SETTLED_AFTER = timedelta(hours=24)
_SIGHTS = frozenset({Outcome.LIVE, Outcome.MOVED})  # a look that saw the content
FLAPS = 2  # returns from which an address flaps


@dataclass(frozen=True, slots=True)
class Seen:
    """One judged look. ``at``: aware, by our own clock. ``vantage``: from which exit."""

    at: datetime
    outcome: Outcome
    reason: Reason
    vantage: str = ""


class Standing(StrEnum):
    """Where an address stands after all looks so far."""

    UNSEEN = "unseen"  # no look has said anything
    LIVE = "live"
    UNCONFIRMED = "unconfirmed"  # gone once; the second look is due
    GONE = "gone"  # confirmed
    RESTRICTED = "restricted"
    MOVED = "moved"
    RETURNED = "returned"  # live again after it was confirmed gone
    FLAPPING = "flapping"  # gone and back again, more than once


@dataclass(frozen=True, slots=True)
class Verdict:
    """``since``: the look from which this standing dates; for GONE it is R, the first of the two looks.

    ``exits``: from how many vantages the run of gone looks was seen (two are better evidence than one).
    ``in_doubt``: the latest look said nothing; the standing is older than it.
    """

    standing: Standing
    since: datetime | None = None
    exits: int = 0
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """Removal lies in (after, until], in time since the referral; ``until`` None = not removed so far.

    ``already_gone``: R is not later than the referral, so the removal cannot be owed to it.
    """

    after: timedelta
    until: timedelta | None
    already_gone: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive looks that say the same, doubts passed over."""

    outcome: Outcome
    looks: tuple[Seen, ...]

    @property
    def first(self) -> datetime:
        return self.looks[0].at

    @property
    def last(self) -> datetime:
        return self.looks[-1].at

    @property
    def gone(self) -> bool:
        """Confirmed gone."""
        return self.outcome is Outcome.GONE and self.last - self.first >= CONFIRM_AFTER


def _ordered(looks: Iterable[Seen]) -> list[Seen]:
    return sorted(looks, key=lambda look: look.at)


def _unknown_name(look: Seen) -> bool:
    return look.reason is Reason.NAME_UNKNOWN


def _definite(looks: Iterable[Seen]) -> list[Seen]:
    """The looks that say something, in order. A name unknown for 24 hours of nothing else says gone."""
    definite: list[Seen] = []
    for unknown, group in groupby(_ordered(looks), key=_unknown_name):
        spell = list(group)
        if not unknown:
            definite += [look for look in spell if look.outcome is not Outcome.INCONCLUSIVE]
        elif spell[-1].at - spell[0].at >= NAME_GONE_AFTER:
            definite += [replace(look, outcome=Outcome.GONE, reason=Reason.NAME_GONE) for look in spell]
    return definite


def _runs(looks: Iterable[Seen]) -> list[_Run]:
    grouped = groupby(_definite(looks), key=lambda look: look.outcome)
    return [_Run(outcome, tuple(group)) for outcome, group in grouped]


def _returns(runs: Iterable[_Run]) -> int:
    """How often it was live again right after it had been gone."""
    known = [run.outcome for run in runs if run.outcome in {Outcome.GONE, Outcome.LIVE}]
    return sum(pair == (Outcome.GONE, Outcome.LIVE) for pair in pairwise(known))


def _standing(runs: Sequence[_Run]) -> Standing:
    last = runs[-1]
    if _returns(runs) >= FLAPS and last.last - last.first < SETTLED_AFTER:
        return Standing.FLAPPING
    if last.outcome is Outcome.GONE:
        return Standing.GONE if last.gone else Standing.UNCONFIRMED
    if last.outcome is Outcome.LIVE and any(run.gone for run in runs):
        return Standing.RETURNED
    return Standing(last.outcome.value)


def verdict(looks: Iterable[Seen]) -> Verdict:
    """Where an address stands. The order of ``looks`` does not matter, their times do."""
    ordered = _ordered(looks)
    runs = _runs(ordered)
    if not runs:
        return Verdict(Standing.UNSEEN)
    last = runs[-1]
    exits = len({look.vantage for look in last.looks}) if last.outcome is Outcome.GONE else 0
    return Verdict(_standing(runs), last.first, exits, in_doubt=ordered[-1].at > last.last)


def confirmation_due(looks: Iterable[Seen]) -> datetime | None:
    """From when on a second look may confirm; None when none is needed."""
    found = verdict(looks)
    if found.standing is not Standing.UNCONFIRMED or found.since is None:
        return None
    return found.since + CONFIRM_AFTER


def interval(looks: Iterable[Seen], referred_at: datetime) -> Interval:
    """When the content was removed, relative to the referral, as (L, R] (interval-censored).

    L: the last look before R that saw the content (live, or live elsewhere), never before the referral. R:
    the first of the two looks of the first confirmed spell. Not confirmed gone: (last look that saw it,
    None]. A return later does not change it: the first spell is closed and the return is counted apart.
    """
    runs = _runs(looks)
    sights = [look.at for run in runs if run.outcome in _SIGHTS for look in run.looks]
    spells = (run.first for run in runs if run.gone)
    until = next((at for at in spells if not any(at < seen <= referred_at for seen in sights)), None)
    if until is not None and until <= referred_at:
        return Interval(timedelta(0), timedelta(0), already_gone=True)
    before = max((at for at in sights if until is None or at < until), default=referred_at)
    after = max(before, referred_at) - referred_at
    return Interval(after, None if until is None else until - referred_at)
