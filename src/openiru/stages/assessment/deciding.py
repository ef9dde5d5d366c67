"""What one draft may do to one item, decided from facts: pure, told from the commands so that it can be read alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openiru.core.assessment.tests import Draft as Facts
from openiru.core.assessment.tests import Problem, reason_not_referred, validate
from openiru.core.assessment.two_persons import (
    NEGATIVE,
    PARKING,
    Cast,
    Ruling,
    RulingOutcome,
    decide,
    needs_second,
    next_slot,
)
from openiru.core.errors import (
    ConflictError,
    ExtentError,
    LifecycleError,
    NotFoundError,
    TwoPersonError,
    UsageError,
)
from openiru.core.events import EventType
from openiru.core.intake.extent import Route, require_route, route_of
from openiru.core.lifecycle import Milestone, State, Step
from openiru.core.vocabulary import Extent, Slot, Verdict
from openiru.stages.assessment.queries import ASSESSABLE, Shown

#: Share of negative first verdicts that a second person looks at too, so that "no" is measured like "yes".
SECOND_LOOK_SHARE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One person's assessment of one item. ``basis``: the digest of what was shown; ``seen``: all of it, if kept.

    ``facts`` are the structured assessment with verdict and confidence (core.assessment.tests); nothing has a default.
    """

    item: UUID
    basis: str
    facts: Facts
    seen: Shown | None = None


@dataclass(slots=True)
class Bench:
    """What is known of an item when somebody is about to speak; ``slots``: (slot, own), no verdicts."""

    shown: Shown | None
    state: State
    needs_resolving: bool
    slots: list[tuple[str, bool]] = field(default_factory=list)
    proposed: bool = False
    own_unit_spoke: bool = False


class BasisChangedError(ConflictError):
    """What was shown to the person has changed since: the draft says something of what is no longer there."""


class DraftError(UsageError):
    """A draft that cannot be saved; ``problems`` says all that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(
            first.message, where=first.field, hint=f"{len(problems)} things in all are to be mended."
        )
        self.problems = tuple(problems)


def seat(draft: Draft, bench: Bench | None, *, person: str, seed: bytes) -> Slot:
    """The place the draft takes, or an error of ours that says why it takes none."""
    if bench is None or bench.shown is None:
        raise NotFoundError("this item takes no part in the operation")
    if bench.state not in ASSESSABLE:
        raise LifecycleError(f"nothing is left to assess: the item is {bench.state.value.replace('_', ' ')}")
    if bench.needs_resolving:
        raise ExtentError(
            "a shortener says nothing of the place it leads to",
            where=bench.shown.key,
            hint="openiru item resolve follows it.",
        )
    _route(bench, bench.shown)
    if draft.basis != bench.shown.digest:
        raise BasisChangedError(_changed(draft.seen, bench.shown), where=bench.shown.key, hint="Look again.")
    if problems := validate(draft.facts):
        raise DraftError(problems)
    if any(own for _, own in bench.slots):
        raise TwoPersonError("you have already given your verdict on this item")
    return next_slot(
        _known(bench, bench.shown.digest),
        person=person,
        roles=frozenset(),
        key=bench.shown.key,
        seed=seed,
        basis=bench.shown.digest,
    )


def _route(bench: Bench, shown: Shown) -> None:
    extent = Extent(shown.extent)
    if route_of(extent) is Route.WIDE and bench.proposed:
        if bench.own_unit_spoke:
            raise TwoPersonError(
                "more than one piece of content needs a second unit",
                hint="Somebody of another unit must speak.",
            )
        return
    require_route(extent, Route.ORDINARY, where=shown.key)


def _changed(seen: Shown | None, shown: Shown) -> str:
    if seen is None or seen.item != shown.item:
        return "what was shown has changed since"
    names = ("key", "canonical", "kind", "extent", "mandate", "rules")
    parts = [
        f"{name} was {getattr(seen, name)}, is {getattr(shown, name)}"
        for name in names
        if getattr(seen, name) != getattr(shown, name)
    ]
    return "what was shown has changed since: " + ("; ".join(parts) or "its digest")


def _known(bench: Bench, basis: str) -> list[Cast]:
    """What a newcomer may know, in the words of the two-person rule: places and the fact of a dispute, no verdicts.

    Two places taken without a third leave the item open only when the two differ; which way each goes stays hidden.
    """
    disputed = bench.state in (State.DISPUTED, State.PARKED)
    verdicts = {Slot.A: Verdict.REFER, Slot.B: Verdict.DO_NOT_REFER if disputed else Verdict.REFER}
    return [
        Cast(
            person=f"somebody in {slot}",
            unit="",
            slot=Slot(slot),
            verdict=verdicts.get(Slot(slot), Verdict.REFER),
            basis=basis,
        )
        for slot, _ in bench.slots
        if slot
    ]


def rule(verdicts: Iterable[dict[str, Any]], *, person: UUID, shown: Shown, seed: bytes) -> Ruling:
    """What the verdicts say now that ``person`` has spoken.

    A verdict that handed the item on ("expert", "language") is over once somebody else speaks; only one's own still parks.
    """
    casts = [
        Cast(
            person=str(row["person_id"]),
            unit=str(row["unit_id"]),
            slot=Slot(row["slot"]),
            verdict=Verdict(row["verdict"]),
            basis=row["basis_digest"],
        )
        for row in verdicts
        if row["person_id"] == person or Verdict(row["verdict"]) not in PARKING
    ]
    both = needs_second(Verdict.DO_NOT_REFER, key=shown.key, seed=seed, share=SECOND_LOOK_SHARE)
    return decide(casts, basis=shown.digest, both=both)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a ruling does in the registry and how the log tells of it."""

    step: Step
    event: EventType
    gains: Milestone


#: ASSESSED counts what was settled or disputed, as the figure does; a verdict that waits for another is not yet counted.
EFFECTS: dict[RulingOutcome, Effect] = {
    RulingOutcome.DECIDED: Effect(Step.DECIDE, EventType.DECIDED, Milestone.ASSESSED | Milestone.DECIDED),
    RulingOutcome.REJECTED: Effect(
        Step.REJECT, EventType.REJECTED, Milestone.ASSESSED | Milestone.NOT_REFERRED
    ),
    RulingOutcome.DISAGREEMENT: Effect(
        Step.DISAGREE, EventType.DISAGREED, Milestone.ASSESSED | Milestone.DISAGREED
    ),
    RulingOutcome.PARKED: Effect(Step.PARK, EventType.PARKED, Milestone(0)),
}


def label(ruling: Ruling, facts: Facts) -> str:
    """How the event of a ruling is grouped: the reason for a "no", else what was said. Told only once it is settled."""
    if ruling.outcome is RulingOutcome.REJECTED and facts.verdict in NEGATIVE:
        return reason_not_referred(facts)
    if ruling.outcome is RulingOutcome.PARKED and facts.verdict is not None:
        return facts.verdict.value
    return ruling.outcome.value
