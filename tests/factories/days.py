"""A day out of a hat: items of several platforms that take random steps of the lifecycle in two operations, told to the ledger.

No letters, no verdicts, no looks: only what figures are made of, as the stages would tell it (steps, milestones, labels).
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from tests.factories.places import place
from tests.foundation.evidence import a_row
from tests.people import START, World, another_operation

from openiru.core.events import EventType
from openiru.core.lifecycle import TABLE, Milestone, State, Step
from openiru.core.vocabulary import OperationKind
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.registry.births import take_items
from openiru.foundation.registry.transitions import NOTHING, Move, Moved, transition

E, M, T = EventType, Milestone, Step
PLATFORMS: Final = {"telegram": "prov-a", "youtube": "prov-b", "files.example": "prov-b", "lost.example": ""}
UNITS: Final = ("RS/ana", "HR/hana", "MK/mila")
#: Step → event, milestones won, milestones lost, labels. Steps of a contribution have code of their own.
STEPS: Final[dict[Step, tuple[EventType, Milestone, Milestone, tuple[str, ...]]]] = {
    T.ASSESS: (E.ASSESSED, NOTHING, NOTHING, ("",)),
    T.DISAGREE: (E.DISAGREED, M.ASSESSED | M.DISAGREED, NOTHING, ("",)),
    T.PARK: (E.PARKED, NOTHING, NOTHING, ("needs_expert",)),
    T.REJECT: (
        E.REJECTED,
        M.ASSESSED | M.NOT_REFERRED,
        NOTHING,
        ("journalism", "research", "outside_mandate"),
    ),
    T.DECIDE: (E.DECIDED, M.ASSESSED | M.DECIDED, NOTHING, ("",)),
    T.VOID: (E.ASSESSMENT_VOIDED, NOTHING, M.ASSESSED | M.DECIDED | M.NOT_REFERRED | M.DISAGREED, ("",)),
    T.PREPARE: (E.REFERRAL_PREPARED, NOTHING, NOTHING, ("",)),
    T.UNPREPARE: (E.UNPREPARED, NOTHING, NOTHING, ("",)),
    T.REFER: (E.LINE_REFERRED, M.REFERRED, NOTHING, ("prov-a",)),
    T.ANSWER: (
        E.ANSWERED,
        M.ANSWERED | M.ACTED,
        M.REFUSED,
        ("p|DECISION_VISIBILITY_CONTENT_REMOVED", "p|NO_ACTION"),
    ),
    T.CONFIRM_GONE: (E.CHECKED, M.GONE, M.INCONCLUSIVE | M.RESTRICTED, ("gone|{s}",)),
    T.RETURN: (E.CHECKED, NOTHING, M.GONE, ("live|{s}",)),
    T.REINSTATE: (E.REINSTATED, M.REINSTATED | M.ANSWERED, M.ACTED | M.GONE, ("p|REINSTATED",)),
    T.WITHDRAW: (E.WITHDRAWN, M.WITHDRAWN, NOTHING, ("",)),
}
#: What happens beside steps to items that are referred: event, won, lost, label.
BESIDE: Final = (
    (E.CHECKED, M.INCONCLUSIVE, M.RESTRICTED, "inconclusive|{s}"),
    (E.CHECKED, M.RESTRICTED, M.INCONCLUSIVE, "restricted|{s}"),
    (E.CHECKED, NOTHING, M.INCONCLUSIVE | M.RESTRICTED, "live|{s}"),
    (E.BOUNCED, NOTHING, M.REFERRED, ""),
)
_NOTHING_YET: Final = dict.fromkeys(("brand", "basis_digest", "answer", "outcome"), "")
_UNLIKELY: Final = {
    T.VOID: 0.15,
    T.UNDO: 0.2,
    T.WITHDRAW: 0.15,
    T.REINSTATE: 0.2,
    T.PARK: 0.3,
    T.UNPREPARE: 0.2,
}


@dataclass(slots=True)
class Day:
    """The hat: operations, items by operation with their state, contributions that stand."""

    world: World
    other: UUID
    dice: random.Random
    hours: float = 0.0
    items: list[UUID] = field(default_factory=list)
    states: dict[tuple[UUID, UUID], State] = field(default_factory=dict)
    milestones: dict[tuple[UUID, UUID], Milestone] = field(default_factory=dict)
    standing: dict[UUID, tuple[UUID, UUID, By]] = field(
        default_factory=dict
    )  # contribution -> operation, item, by
    referred: dict[tuple[UUID, UUID], float] = field(default_factory=dict)

    def by(self, operation: UUID, name: str = "AG/coordinator") -> By:
        return self.world.people[name].within(operation)

    def pass_time(self, hours: float) -> None:
        self.hours += hours
        set_clock(
            by=self.world.people["AG/coordinator"],
            business=START + timedelta(hours=self.hours),
            rate=Decimal(0),
        )


def random_day(world: World, seed: int, *, items: int = 12, rounds: int = 14) -> Day:
    """Play a day; the log is sequenced at odd moments and at the end."""
    dice = random.Random(seed)  # noqa: S311 - the same day for the same seed
    coordinator = world.people["AG/coordinator"]
    providers = [{"slug": slug} for slug in sorted({slug for slug in PLATFORMS.values() if slug})]
    platforms = [
        {"slug": slug, "provider": provider} for slug, provider in PLATFORMS.items() if "lost" not in slug
    ]
    load_directory(by=coordinator, providers=providers, platforms=platforms)
    day = Day(
        world,
        another_operation(
            world, "RS", "HR", "MK", kind=OperationKind.ACTION_DAY, zone="Europe/Belgrade", days=4
        ),
        dice,
    )
    day.items = _make_items(day, items)
    for _ in range(rounds):
        for operation in (world.operation, day.other):
            _contribute(day, operation)
            _walk(day, operation)
            if dice.random() < 0.3:
                _take_back(day)
        day.pass_time(dice.choice((0.1, 0.6, 3, 30)))
        if dice.random() < 0.5:
            sequence(limit=dice.choice((3, 7, 1000)))
    sequence()
    return day


def _make_items(day: Day, count: int) -> list[UUID]:
    kinds = ("post", "video", "document")
    places = [
        place(f"day:{number}", day.dice.choice(list(PLATFORMS)), day.dice.choice(kinds))
        for number in range(count)
    ]
    with acting(day.by(day.world.operation, "RS/ana")) as now:
        return sorted(
            UUID(one.id) for one in take_items(now, {at.key: (at, kind) for at, kind in places}).values()
        )


def _contribute(day: Day, operation: UUID) -> None:
    """One unit brings a few items, some of them twice."""
    by = day.by(operation, day.dice.choice(UNITS))
    chosen = day.dice.sample(day.items, 3)
    with acting(by) as now:
        moved = _bring(day, now, operation, chosen)
        entries = []
        for item, one in moved.items():
            day.states[operation, item], day.milestones[operation, item] = one.state, one.milestones
            for repeat in range(day.dice.choice((1, 1, 2))):
                contribution = new_id()
                day.standing[contribution] = (operation, item, by)
                payload: dict[str, Any] = {"item": str(item), "unit": str(by.unit)}
                entry = Entry(E.CONTRIBUTED, contribution, payload, item=item)
                entries.append(
                    one.entry(E.CONTRIBUTED, contribution, unit=str(by.unit)) if not repeat else entry
                )
        record(now, entries)


def _bring(day: Day, now: Now, operation: UUID, chosen: list[UUID]) -> dict[UUID, Moved]:
    new = [item for item in chosen if (operation, item) not in day.states]
    seen = {"state": State.SEEN.value, "milestones": int(M.SEEN), **_NOTHING_YET}
    rows = [
        a_row(
            "registry_operationitem",
            now,
            item_id=item,
            language=day.dice.choice(("sq", "bs", "")),
            organisation=day.dice.choice(("group-a", "")),
            **seen,
        )
        for item in new
    ]
    insert(now.cursor, "registry_operationitem", rows)
    digests = [
        {"id": new_id(), "item_id": item, "digest": f"sha256:{day.dice.choice('abc')}"} for item in new[:1]
    ]
    insert(now.cursor, "registry_work", digests, conflict="(item_id, digest) DO NOTHING")
    born = {row["item_id"]: Moved(row["item_id"], row["id"], State.SEEN, State.SEEN, M.SEEN) for row in rows}
    there = [Move(item, T.CONTRIBUTE, gains=M.SEEN | M.DUPLICATE) for item in chosen if item not in new]
    return born | (transition(now, there)[0] if there else {})


def _take_back(day: Day) -> None:
    """One contribution is undone; an item that has left the house stays."""
    if not day.standing:
        return
    contribution = day.dice.choice(sorted(day.standing))
    operation, item, by = day.standing.pop(contribution)
    last = not any(each[:2] == (operation, item) for each in day.standing.values())
    with acting(by) as now:
        moved, _ = transition(now, [Move(item, T.UNDO, loses=M.SEEN | M.DUPLICATE)]) if last else ({}, {})
        payload = {"item": str(item), "unit": str(by.unit)}
        for one in moved.values():
            payload |= one.payload()
            day.states[operation, item], day.milestones[operation, item] = one.state, one.milestones
        record(now, [Entry(E.CONTRIBUTION_UNDONE, contribution, payload, item=item)])


def _walk(day: Day, operation: UUID) -> None:
    """Every item of the operation may take a step that its state allows."""
    with acting(day.by(operation)) as now:
        for (where, item), state in sorted(day.states.items(), key=str):
            if where != operation or day.dice.random() < 0.3:
                continue
            if M.REFERRED in day.milestones[where, item] and day.dice.random() < 0.4:
                event, gains, loses, label = day.dice.choice(BESIDE)
                if event is not E.BOUNCED or state is State.REFERRED:
                    _tell(day, now, item, Move(item, None, gains, loses), event, label)
                continue
            steps = [
                step
                for step in TABLE[state]
                if step in STEPS and day.dice.random() < _UNLIKELY.get(step, 1.0)
            ]
            if steps:
                _step(day, now, item, day.dice.choice(steps))


def _step(day: Day, now: Now, item: UUID, step: Step) -> None:
    event, gains, loses, labels = STEPS[step]
    label = day.dice.choice(labels)
    if label.endswith("NO_ACTION"):
        gains, loses = M.ANSWERED | M.REFUSED, M.ACTED
    if step is T.CONFIRM_GONE and day.dice.random() < 0.15:
        gains |= M.ALREADY_GONE
    _tell(day, now, item, Move(item, step, gains, loses), event, label)


def _tell(day: Day, now: Now, item: UUID, move: Move, event: EventType, label: str) -> None:
    where = (UUID(str(now.by.operation)), item)
    moved, refused = transition(now, [move])
    assert not refused
    one = moved[item]
    if move.gains & M.REFERRED:
        day.referred[where] = day.hours
    since = round((day.hours - day.referred.get(where, day.hours)) * 3600)
    entries = [one.entry(event, new_id(), label=label.format(s=since))]
    if one.before is not State.GONE and one.state is State.GONE:
        low = 0 if M.ALREADY_GONE in one.milestones else max(0, since - day.dice.choice((60, 4000)))
        high = 0 if M.ALREADY_GONE in one.milestones else since
        entries.append(
            Entry(E.CONFIRMED_GONE, one.row, {"item": str(item), "label": f"{low}|{high}"}, item=item)
        )
    record(now, entries)
    if day.dice.random() < 0.1:
        record(now, [Entry(E.ANSWER_REFUSED, new_id(), {"label": "unknown reference"})])
    day.states[where], day.milestones[where] = one.state, one.milestones
