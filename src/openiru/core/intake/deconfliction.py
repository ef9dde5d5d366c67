"""Holds: nobody refers what another authority needs to stay where it is.

A unit's hold expires; a judicial authority's hold warns when its review is due and ends only by an act.
Others learn only *that* a hold stands and whom to call, never who investigates what or why.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from openiru.core.errors import HeldError, UsageError
from openiru.core.intake.patterns import pattern
from openiru.core.vocabulary import HoldKind, HoldScope

#: Shortest secret for lists that go out as keyed hashes, in bytes.
SHORTEST_SECRET: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold. ``subject`` is a key, a pattern, an account key, a digest or an operation id, by ``scope``.

    ``until`` is when a unit's hold expires, or when a judicial hold's review is due. Times are aware.
    """

    id: str
    reference: str
    kind: HoldKind
    scope: HoldScope
    subject: str
    unit: str
    call: str
    reason: str
    placed_at: datetime
    until: datetime | None
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a hold may meet: one item in one operation, with the account and works known behind it."""

    key: str
    account: str = ""
    works: frozenset[str] = frozenset()
    operation: str = ""
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Disclosure:
    """All that others learn: that a hold stands, the reference to quote, and whom to call."""

    reference: str
    call: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """An item goes on under a standing hold because of an imminent threat. The holder is told at once."""

    hold: str
    key: str
    person: str
    threat: str
    at: datetime
    tell_unit: str


def check_new(hold: Hold) -> None:
    """Raise :class:`UsageError` when ``hold`` cannot be placed as it stands."""
    if not hold.reason.strip():
        raise UsageError("a hold needs a reason; only your own unit can read it")
    if not hold.call.strip():
        raise UsageError("a hold needs somebody to call")
    if not hold.subject.strip():
        raise UsageError("a hold needs something to stand on")
    if hold.until is not None and hold.until <= hold.placed_at:
        raise UsageError("a hold ends after it begins")
    if hold.kind is HoldKind.UNIT and hold.until is None:
        raise UsageError("a unit's hold needs a day on which it expires", hint="Extend it when it is due.")
    if hold.scope is HoldScope.PATTERN:
        pattern(hold.subject)


def stands(hold: Hold, now: datetime) -> bool:
    """Whether ``hold`` stands at ``now``: half-open [placed, end). A judicial hold ends only by release."""
    if now < hold.placed_at or (hold.released_at is not None and hold.released_at <= now):
        return False
    return hold.kind is HoldKind.JUDICIAL or hold.until is None or now < hold.until


def review_due(hold: Hold, now: datetime) -> bool:
    """Whether a judicial hold is past its review: it warns, and stands."""
    return (
        hold.kind is HoldKind.JUDICIAL and stands(hold, now) and hold.until is not None and hold.until <= now
    )


def meets(hold: Hold, subject: Subject) -> bool:
    """Whether ``hold`` covers ``subject``, standing or not. Aliases of the key count like the key."""
    keys = {subject.key, *subject.aliases}
    match hold.scope:
        case HoldScope.KEY:
            return hold.subject in keys
        case HoldScope.PATTERN:
            glob = pattern(hold.subject)
            return any(glob.matches(key) for key in keys)
        case HoldScope.ACCOUNT:
            return hold.subject in keys or hold.subject == subject.account
        case HoldScope.WORK:
            return hold.subject in subject.works
        case HoldScope.OPERATION:
            return hold.subject == subject.operation


def standing(holds: Iterable[Hold], subject: Subject, now: datetime) -> list[Hold]:
    """The holds that stand on ``subject`` at ``now``, oldest first."""
    found = [hold for hold in holds if stands(hold, now) and meets(hold, subject)]
    return sorted(found, key=lambda hold: (hold.placed_at, hold.id))


def disclose(hold: Hold) -> Disclosure:
    """What others learn of ``hold``: not its kind, unit, subject or reason."""
    return Disclosure(hold.reference, hold.call)


def ensure_free(
    holds: Iterable[Hold], overrides: Iterable[Override], subject: Subject, now: datetime
) -> None:
    """Raise :class:`HeldError` when a hold stands on ``subject`` that no override of this item covers."""
    passed = {each.hold for each in overrides if each.key == subject.key and each.at <= now}
    for hold in standing(holds, subject, now):
        if hold.id not in passed:
            told = disclose(hold)
            raise HeldError(
                f"a hold stands on this item (reference {told.reference})",
                where=subject.key,
                hint=f"Call {told.call}.",
            )


def override(hold: Hold, subject: Subject, *, person: str, threat: str, now: datetime) -> Override:
    """Let one item pass a standing hold because of an imminent threat. The hold itself stays.

    Raises :class:`UsageError` without the facts of the threat, or when the hold does not stand on the item.
    """
    if not threat.strip():
        raise UsageError("an override needs the facts of the imminent threat")
    if not (stands(hold, now) and meets(hold, subject)):
        raise UsageError("this hold does not stand on this item", where=subject.key)
    return Override(hold=hold.id, key=subject.key, person=person, threat=threat, at=now, tell_unit=hold.unit)


class RoundAnswer(StrEnum):
    """What a unit says of one item in a deconfliction round."""

    HIT = "hit"
    NO_HIT = "no_hit"


@dataclass(frozen=True, slots=True)
class RoundState:
    """Where a round stands. ``clear`` only when every unit asked has said "no hit"."""

    hits: tuple[str, ...]
    no_hits: tuple[str, ...]
    silent: tuple[str, ...]
    overdue: bool

    @property
    def clear(self) -> bool:
        """Silence is never consent: one silent unit and the round is not clear, deadline or not."""
        return not self.hits and not self.silent


def round_state(
    asked: Iterable[str], answers: Mapping[str, RoundAnswer], *, deadline: datetime, now: datetime
) -> RoundState:
    """Who has said what of one item. Answers of units that were not asked are left out of the count."""
    units = sorted(set(asked))
    silent = tuple(unit for unit in units if unit not in answers)
    return RoundState(
        tuple(unit for unit in units if answers.get(unit) is RoundAnswer.HIT),
        tuple(unit for unit in units if answers.get(unit) is RoundAnswer.NO_HIT),
        silent,
        bool(silent) and now >= deadline,
    )


def blind(key: str, secret: bytes) -> str:
    """``key`` as 64 hex digits, HMAC-SHA-256 under a secret shared for one exchange of lists.

    Whoever lacks the secret cannot try addresses against the list. Raises :class:`UsageError` for a secret
    under 16 bytes.
    """
    if len(secret) < SHORTEST_SECRET:
        raise UsageError(f"the secret of a list has at least {SHORTEST_SECRET} bytes")
    return hmac.new(secret, key.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()
