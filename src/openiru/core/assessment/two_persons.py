"""The two-person rule: what the verdicts on one item decide, who gives them, who sees them and when.

House rule: no referral without two verdicts *refer* of two different people on the same basis. No setting,
role or urgency changes that; this module therefore has no parameter for it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from openiru.core.errors import TwoPersonError
from openiru.core.vocabulary import Role, Slot, Verdict

NEGATIVE: Final = frozenset({Verdict.DO_NOT_REFER, Verdict.OUTSIDE_MANDATE})
PARKING: Final = frozenset({Verdict.NEEDS_EXPERT, Verdict.NEEDS_LANGUAGE})


class RulingOutcome(StrEnum):
    """What the verdicts on one item say together."""

    WAITING = "waiting"
    DECIDED = "decided"
    REJECTED = "rejected"
    DISAGREEMENT = "disagreement"
    PARKED = "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """One verdict of one person, as given. ``coordinator``: the person coordinated the operation then."""

    person: str
    unit: str
    slot: Slot
    verdict: Verdict
    basis: str
    revoked: bool = False
    coordinator: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows. ``refers`` are the two verdicts a referral line rests on; empty unless decided."""

    outcome: RulingOutcome
    why: str
    refers: tuple[Cast, ...] = ()
    disagreed: bool = False


def decide(casts: Iterable[Cast], *, basis: str, both: bool) -> Ruling:
    """What ``casts`` decide on ``basis``.

    Revoked verdicts and those on another basis do not count. ``both`` says that a negative verdict too needs
    a second person (:func:`needs_second`); a referral always does. Raises :class:`TwoPersonError` when one
    person stands behind two verdicts that count, when a slot is filled twice, or when the third verdict is
    out of place.
    """
    live = {cast.slot: cast for cast in _counting(casts, basis)}
    first, second, third = live.get(Slot.A), live.get(Slot.B), live.get(Slot.THIRD)
    if third is not None:
        return _settled(first, second, third)
    if first is not None and second is not None:
        return _pair(first, second)
    alone = first or second
    return Ruling(RulingOutcome.WAITING, "no verdict yet") if alone is None else _alone(alone, both=both)


def _counting(casts: Iterable[Cast], basis: str) -> list[Cast]:
    counting = [cast for cast in casts if not cast.revoked and cast.basis == basis]
    if len({cast.person for cast in counting}) < len(counting):
        raise TwoPersonError(
            "one person stands behind two verdicts on this item", hint="Another person must give the second."
        )
    if len({cast.slot for cast in counting}) < len(counting):
        raise TwoPersonError("two verdicts stand in one slot", hint="Revoke one of them.")
    return counting


def _alone(cast: Cast, *, both: bool) -> Ruling:
    if cast.verdict in PARKING:
        return Ruling(RulingOutcome.PARKED, cast.verdict.value)
    if cast.verdict in NEGATIVE and not both:
        return Ruling(RulingOutcome.REJECTED, "one negative verdict")
    return Ruling(RulingOutcome.WAITING, "a second person is needed")


def _pair(first: Cast, second: Cast) -> Ruling:
    verdicts = {first.verdict, second.verdict}
    if verdicts & PARKING:
        return Ruling(RulingOutcome.PARKED, min(verdict.value for verdict in verdicts & PARKING))
    if verdicts == {Verdict.REFER}:
        return Ruling(RulingOutcome.DECIDED, "two people say refer", (first, second))
    if verdicts <= NEGATIVE:
        return Ruling(RulingOutcome.REJECTED, "two negative verdicts")
    return Ruling(RulingOutcome.DISAGREEMENT, "a third person decides, not the coordinator", disagreed=True)


def _settled(first: Cast | None, second: Cast | None, third: Cast) -> Ruling:
    if first is None or second is None:
        raise TwoPersonError("a third verdict needs two before it")
    if _pair(first, second).outcome is not RulingOutcome.DISAGREEMENT:
        raise TwoPersonError("a third verdict is given only when the first two differ")
    if third.coordinator:
        raise TwoPersonError("the coordinator never settles a disagreement", hint="Ask another assessor.")
    if third.verdict in PARKING:
        return Ruling(RulingOutcome.PARKED, third.verdict.value, disagreed=True)
    if third.verdict in NEGATIVE:
        return Ruling(RulingOutcome.REJECTED, "the third person says no", disagreed=True)
    pair = tuple(cast for cast in (first, second, third) if cast.verdict is Verdict.REFER)
    return Ruling(RulingOutcome.DECIDED, "two of three people say refer", pair, disagreed=True)


def next_slot(
    casts: Sequence[Cast], *, person: str, roles: AbstractSet[Role], key: str, seed: bytes, basis: str
) -> Slot:
    """The slot in which ``person`` may give a verdict now.

    The first verdict's slot is drawn from ``seed`` and ``key``, so that A and B do not tell who came first.
    Raises :class:`TwoPersonError` when the person has already given one, or when nothing is left to decide.
    """
    counting = _counting(casts, basis)
    if any(cast.person == person for cast in counting):
        raise TwoPersonError("you have already given your verdict on this item")
    taken = {cast.slot: cast for cast in counting}
    if Slot.A in taken and Slot.B in taken:
        if decide(counting, basis=basis, both=True).outcome is not RulingOutcome.DISAGREEMENT:
            raise TwoPersonError("both verdicts are in; nothing is left to decide")
        if Role.COORDINATOR in roles:
            raise TwoPersonError("the coordinator never settles a disagreement", hint="Ask another assessor.")
        return Slot.THIRD
    for slot in (Slot.A, Slot.B):
        if slot in taken:
            return Slot.B if slot is Slot.A else Slot.A
    return Slot.A if _draw(seed, "slot", key) < 0.5 else Slot.B  # noqa: PLR2004 - a fair coin


def needs_second(verdict: Verdict, *, key: str, seed: bytes, share: float) -> bool:
    """Whether a first ``verdict`` needs a second person: *refer* always, negatives in a ``share`` (0 to 1).

    The draw depends on ``key`` and the secret ``seed`` only: nobody can tell beforehand which negative
    verdicts are looked at again, and asking twice gives the same answer.
    """
    if verdict is Verdict.REFER:
        return True
    if verdict in PARKING:
        return False
    return _draw(seed, "second", key) < share


def may_see(
    viewer: str, cast: Cast, casts: Iterable[Cast], *, roles: AbstractSet[Role], settled: bool
) -> bool:
    """Whether ``viewer`` may see who gave ``cast`` and what it says.

    One's own always; the overseer all; an assessor another's only after a verdict of one's own on the same
    basis; anybody else of the operation once the item is settled.
    """
    if cast.person == viewer or Role.OVERSEER in roles or settled:
        return True
    return any(own.person == viewer and own.basis == cast.basis and not own.revoked for own in casts)


def _draw(seed: bytes, purpose: str, key: str) -> float:
    """A number in [0, 1) that only the holder of ``seed`` can foretell."""
    digest = hmac.new(seed, f"{purpose}\x00{key}".encode(errors="surrogatepass"), hashlib.sha256).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
