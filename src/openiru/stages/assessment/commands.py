"""Writes of assessment: verdicts, what follows from two of them, and voiding them when what was shown has changed.

No parameter, setting or role lets one person decide: urgency is a matter of sending, never of assessing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from openiru.core.assessment.plain import draft_to_plain
from openiru.core.assessment.tests import Problem
from openiru.core.assessment.two_persons import Ruling, RulingOutcome
from openiru.core.errors import OpenIruError, UsageError
from openiru.core.events import EventType
from openiru.core.lifecycle import TABLE, Milestone, State, Step
from openiru.core.vocabulary import Slot
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import as_json, dicts, insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.operations.queries import require_open
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.foundation.registry.transitions import Move, Moved, lock, transition
from openiru.stages.assessment.bench import NEVER, require_assessor
from openiru.stages.assessment.deciding import EFFECTS, Bench, Draft, DraftError, label, rule, seat
from openiru.stages.assessment.queries import Shown, basis_for

__all__ = ["NEVER", "Assessed", "Draft", "assess", "require_assessor", "void_changed"]


@dataclass(frozen=True, slots=True)
class Assessed:
    """What became of one draft. ``outcome``: what the verdicts on the item say together now."""

    item: UUID
    assessment: UUID | None = None
    outcome: RulingOutcome | None = None
    state: State | None = None
    refused: OpenIruError | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seated:
    draft: Draft
    slot: Slot
    shown: Shown
    state: State
    id: UUID


def assess(*, by: By, drafts: Sequence[Draft]) -> list[Assessed]:
    """Take in verdicts of the acting person; one answer for each draft, in order. A refused draft refuses no other.

    Two *refer* verdicts of two people on one basis decide; two that differ wait for a third person; a negative one alone
    rejects, except for a share that nobody can foretell. Raises PermissionDeniedError for those who lead or administer, and
    ConflictError when the operation is closed.
    """
    if by.operation is None:
        raise UsageError("an assessment belongs to an operation", where="--operation")
    with acting(by) as now:
        require_assessor(now)
        require_open(by.operation)
        benches, seed = _benches(now, drafts)
        seated: list[_Seated] = []
        refused: dict[int, OpenIruError] = {}
        before: set[UUID] = set()
        for number, (draft, new) in enumerate(zip(drafts, new_ids(len(drafts)), strict=True)):
            try:
                seated.append(_seat(now, draft, benches.get(draft.item), seed, new, before))
                before.add(draft.item)
            except OpenIruError as error:
                refused[number] = error
        first = _speak(now, seated)
        rulings = _rulings(now, seated, seed)
        moved = first | _settle(now, seated, rulings)
        given = {one.draft.item: one for one in seated}
        return [
            _refusal(draft, refused[number])
            if number in refused
            else Assessed(
                draft.item,
                given[draft.item].id,
                rulings[draft.item].outcome,
                moved[draft.item].state,
            )
            for number, draft in enumerate(drafts)
        ]


def _refusal(draft: Draft, error: OpenIruError) -> Assessed:
    return Assessed(
        draft.item, refused=error, problems=error.problems if isinstance(error, DraftError) else ()
    )


def _benches(now: Now, drafts: Sequence[Draft]) -> tuple[dict[UUID, Bench], bytes]:
    """The items, locked, with what one may know before speaking; and what draws are made from."""
    ids = sorted({draft.item for draft in drafts})
    standing = lock(now, ids)
    shown, facts = basis_for(ids), items_by_id(ids)
    benches = {
        item: Bench(shown.get(item), State(row["state"]), bool(facts[item]["needs_resolving"]))
        for item, row in standing.items()
    }
    now.cursor.execute("SELECT item_id, slot, mine FROM iru.slots(%s::json)", [_pairs(shown.values())])
    for item, slot, mine in now.cursor.fetchall():
        benches[item].slots.append((slot, mine))
    now.cursor.execute("SELECT DISTINCT item_id FROM iru.wide_cases(%s)", [ids])
    for (item,) in now.cursor.fetchall():
        benches[item].proposed = True
    now.cursor.execute(  # the policy shows the acting unit's rows only
        "SELECT DISTINCT item_id, basis_digest FROM assessment_assessment"
        " WHERE item_id = ANY(%s) AND operation_id = %s AND voided_at IS NULL",
        [ids, now.by.operation],
    )
    for item, digest in now.cursor.fetchall():
        benches[item].own_unit_spoke |= digest == shown[item].digest
    now.cursor.execute("SELECT iru.assessment_seed()")
    return benches, bytes(now.cursor.fetchone()[0])


def _pairs(shown: Iterable[Shown]) -> str:
    return as_json({"item_id": one.item, "basis_digest": one.digest} for one in shown)


def _seat(
    now: Now, draft: Draft, bench: Bench | None, seed: bytes, new: UUID, before: AbstractSet[UUID]
) -> _Seated:
    if draft.item in before:
        raise UsageError("this batch assesses one item twice")
    slot = seat(draft, bench, person=str(now.by.person), seed=seed)
    assert bench is not None  # noqa: S101 - seat refuses what has no bench
    assert bench.shown is not None  # noqa: S101 - and what was not shown
    return _Seated(draft, slot, bench.shown, bench.state, new)


def _speak(now: Now, seated: Sequence[_Seated]) -> dict[UUID, Moved]:
    """The verdicts into their places. The log says that somebody has spoken, not what: that is nobody's to know yet."""
    rows = [
        {
            "unit_id": now.by.unit,
            "id": one.id,
            "operation_id": now.by.operation,
            "item_id": one.draft.item,
            "person_id": now.by.person,
            "slot": one.slot.value,
            "basis_digest": one.shown.digest,
            "verdict": str(one.draft.facts.verdict),
            "facts": draft_to_plain(one.draft.facts),
            "confidence": one.draft.facts.confidence,
            "assessed_at": now.at,
            "voided_at": None,
        }
        for one in seated
    ]
    insert(now.cursor, "assessment_assessment", rows)
    moved, _ = transition(  # the step exists from every state that seat() lets pass
        now,
        [
            Move(
                one.draft.item,
                None if one.state is State.DISPUTED else Step.ASSESS,
                notes={"basis_digest": one.shown.digest},
            )
            for one in seated
        ],
    )
    entries = [
        moved[one.draft.item].entry(
            EventType.ASSESSED, one.id, (("assessment_assessment", one.id),), unit=str(now.by.unit)
        )
        for one in seated
    ]
    record(now, entries)
    return moved


def _rulings(now: Now, seated: Sequence[_Seated], seed: bytes) -> dict[UUID, Ruling]:
    now.cursor.execute("SELECT * FROM iru.verdicts(%s)", [[one.draft.item for one in seated]])
    verdicts: dict[UUID, list[dict[str, Any]]] = {}
    for row in dicts(now.cursor):
        verdicts.setdefault(row["item_id"], []).append(row)
    return {
        one.draft.item: rule(verdicts[one.draft.item], person=now.by.person, shown=one.shown, seed=seed)
        for one in seated
    }


def _settle(now: Now, seated: Sequence[_Seated], rulings: dict[UUID, Ruling]) -> dict[UUID, Moved]:
    """What follows from the verdicts, and the event that tells of it with its reason."""
    moves: list[Move] = []
    for one in seated:
        effect = EFFECTS.get(rulings[one.draft.item].outcome)
        if effect is not None:
            decided = {"decided_at": now.at} if effect.step is Step.DECIDE else {}
            moves.append(Move(one.draft.item, effect.step, gains=effect.gains, notes=decided))
    moved, _ = transition(now, moves) if moves else ({}, {})
    facts = {one.draft.item: one.draft.facts for one in seated}
    record(
        now,
        [
            one.entry(
                EFFECTS[rulings[item].outcome].event,
                item,
                unit=str(now.by.unit),
                label=label(rulings[item], facts[item]),
            )
            for item, one in moved.items()
        ],
    )
    return moved


def void_changed(*, by: By) -> int:
    """Void every verdict of the operation that stands on another basis than what is shown now; how many.

    Also those left on items that were taken back since. The service acts, as each unit in turn, so that each row is
    voided by its own unit; running it again does no harm.
    """
    with acting(by) as now:
        require(now, "assess.void")
        now.cursor.execute("SELECT item_id FROM iru.items_with_verdicts()")
        shown = basis_for([row[0] for row in now.cursor.fetchall()])
        now.cursor.execute("SELECT * FROM iru.stale_verdicts(%s::json)", [_pairs(shown.values())])
        stale: dict[UUID, list[UUID]] = {}
        for row in dicts(now.cursor):
            stale.setdefault(row["unit_id"], []).append(row["id"])
    return sum(_void(replace(by, unit=unit), ids, shown) for unit, ids in stale.items())


def _void(by: By, ids: Sequence[UUID], shown: dict[UUID, Shown]) -> int:
    with acting(by) as now:
        now.cursor.execute("SELECT item_id FROM assessment_assessment WHERE id = ANY(%s)", [list(ids)])
        standing = lock(now, sorted({row[0] for row in now.cursor.fetchall()}))
        now.cursor.execute(
            "UPDATE assessment_assessment SET voided_at = %s WHERE id = ANY(%s) AND voided_at IS NULL"
            " RETURNING id, item_id",
            [now.at, list(ids)],
        )
        gone: list[tuple[UUID, UUID]] = now.cursor.fetchall()
        items = sorted({item for _, item in gone})
        now.cursor.execute(
            "SELECT DISTINCT item_id FROM iru.slots(%s::json)", [_pairs(shown[item] for item in items)]
        )
        still = {row[0] for row in now.cursor.fetchall()}
        moved, _ = transition(
            now, [_back(item, State(standing[item]["state"]), item in still) for item in items]
        )
        told: set[UUID] = set()
        entries: list[Entry] = []
        for one, item in gone:
            rows = (("assessment_assessment", one),)
            if item in told:
                payload = {"item": str(item), "unit": str(by.unit)}
                entries.append(Entry(EventType.ASSESSMENT_VOIDED, one, payload, rows, item=item))
            else:
                told.add(item)
                entries.append(moved[item].entry(EventType.ASSESSMENT_VOIDED, one, rows, unit=str(by.unit)))
        record(now, entries)
        return len(gone)


def _back(item: UUID, state: State, still: bool) -> Move:  # noqa: FBT001 - private, and said by its name
    """Back to where nobody has spoken, unless somebody has on what is shown now."""
    if still:
        return Move(item, None)
    return Move(
        item,
        Step.VOID if Step.VOID in TABLE[state] else None,
        loses=Milestone.ASSESSED | Milestone.DECIDED | Milestone.NOT_REFERRED | Milestone.DISAGREED,
        notes={"basis_digest": "", "decided_at": None},
    )
