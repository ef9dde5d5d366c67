"""Writes of verification: plan looks, look, and say what became of the items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from openiru.core.errors import UsageError
from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, State, Step
from openiru.core.verification.confirm import Interval, Seen, Standing, interval, verdict
from openiru.core.verification.schedule import next_look
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.directory.lookers import http_looker
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.transitions import Move, Moved, transition
from openiru.stages.verification import queries
from openiru.stages.verification.looking import Control, Look, Round, Target, probe_specs

FOLLOWED = frozenset({State.REFERRED, State.ANSWERED, State.GONE})
NOTHING = Milestone(0)


@dataclass(slots=True)
class Run:
    """What one run did. ``busy``: another run of this operation is going on; nothing was done."""

    run_id: UUID
    looks: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    confirmed_gone: int = 0
    returned: int = 0
    already_gone: int = 0
    misread: tuple[str, ...] = ()
    busy: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``openiru verify run --json``."""
        return {
            "run": str(self.run_id),
            "looks": self.looks,
            "outcomes": dict(sorted(self.outcomes.items())),
            "confirmed_gone": self.confirmed_gone,
            "returned": self.returned,
            "already_gone": self.already_gone,
            "misread_platforms": list(self.misread),
            "busy": self.busy,
        }


def plan_looks(*, by: By) -> int:
    """Plan the first look at every referred item that has none planned; how many."""
    with acting(by) as now:
        require(now, "verify")
        now.cursor.execute(
            "SELECT oi.item_id, oi.referred_at FROM registry_operationitem oi"
            " LEFT JOIN verification_due d ON d.item_id = oi.item_id AND d.operation_id = oi.operation_id"
            " WHERE oi.state IN ('referred', 'answered') AND oi.referred_at IS NOT NULL AND d.id IS NULL"
        )
        found: list[tuple[UUID, datetime]] = now.cursor.fetchall()
        rows = [
            {
                "id": new,
                "operation_id": by.operation,
                "item_id": item,
                "due_at": next_look(referred, [], str(item), now=now.at),
                "step": 0,
            }
            for (item, referred), new in zip(found, new_ids(len(found)), strict=True)
        ]
        insert(now.cursor, "verification_due", rows, conflict="(operation_id, item_id) DO NOTHING")
        return len(rows)


def run(*, by: By, limit: int = 5_000, before: bool = False) -> Run:
    """Look at everything that is due; with ``before`` at what is decided and not referred yet.

    The looks go on outside the transaction; what they found is written in one. One run an operation at a time: a second
    one says that it is busy. A run that dies leaves everything due for the next.
    """
    if by.operation is None:
        raise UsageError("a run needs an operation", where="--operation")
    done = Run(new_id())
    lock = by.operation.int >> 65
    with connections[by.using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock])
        if not cursor.fetchone()[0]:
            done.busy = True
            return done
        try:
            with acting(by) as now:
                require(now, "verify")
                rows = queries.unreferred(limit) if before else queries.due(now.at, limit)
                pairs = queries.control_pairs()
            targets = [Target(row["id"], row["key"], row["canonical"], row["platform"]) for row in rows]
            if targets:
                looks, controls = Round(http_looker(), probe_specs(), str(done.run_id)).looks(targets, pairs)
                _write(by, done, looks, controls, {row["id"]: row for row in rows})
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])
    return done


def _write(
    by: By,
    done: Run,
    looks: Sequence[Look],
    controls: Sequence[Control],
    rows: Mapping[UUID, Mapping[str, Any]],
) -> None:
    with acting(by) as now:
        done.looks = len(looks)
        done.outcomes.update(look.decision.outcome.value for look in looks)
        done.misread = tuple(sorted(control.platform for control in controls if not control.sound))
        _write_controls(now, done.run_id, controls)
        checks = _write_checks(now, done.run_id, looks)
        past = queries.history([look.target.item for look in looks])
        moves = [
            move
            for look in looks
            if (move := _move(rows[look.target.item], past[look.target.item], now.at)) is not None
        ]
        moved, _ = transition(now, moves)
        entries = []
        for look in looks:
            row = rows[look.target.item]
            entries += _entries(now, look, checks[look.target.item], row, past[look.target.item], moved)
        record(now, entries)
        _count(done, moved)
        _plan_next(now, rows, past, moved)


def _count(done: Run, moved: Mapping[UUID, Moved]) -> None:
    done.confirmed_gone = sum(
        one.state is State.GONE and one.before is not State.GONE for one in moved.values()
    )
    done.returned = sum(one.before is State.GONE and one.state is State.ANSWERED for one in moved.values())
    done.already_gone = sum(Milestone.ALREADY_GONE in one.milestones for one in moved.values())


def _write_controls(now: Now, run_id: UUID, controls: Sequence[Control]) -> None:
    ids = new_ids(len(controls))
    insert(
        now.cursor,
        "verification_controlrun",
        [
            {
                "id": new,
                "operation_id": now.by.operation,
                "run_id": run_id,
                "platform": control.platform,
                "alive_outcome": control.alive.outcome.value,
                "dead_outcome": control.dead.outcome.value,
                "sound": control.sound,
                "at": now.at,
            }
            for control, new in zip(controls, ids, strict=True)
        ],
    )
    record(
        now,
        [
            Entry(
                EventType.CONTROLLED,
                new,
                {"label": control.platform, "sound": control.sound},
                (("verification_controlrun", new),),
            )
            for control, new in zip(controls, ids, strict=True)
        ],
    )


def _write_checks(now: Now, run_id: UUID, looks: Sequence[Look]) -> dict[UUID, UUID]:
    ids = new_ids(len(looks))
    insert(
        now.cursor,
        "verification_check",
        [
            {
                "id": new,
                "operation_id": now.by.operation,
                "item_id": look.target.item,
                "run_id": run_id,
                "at": now.at,
                "vantage": look.seen.vantage,
                "status": look.seen.status,
                "outcome": look.decision.outcome.value,
                "reason": look.decision.reason.value,
                "final_url": look.seen.final_url,
                "body_digest": look.seen.body_digest,
                "took_ms": look.seen.took_ms,
            }
            for look, new in zip(looks, ids, strict=True)
        ],
    )
    return {look.target.item: new for look, new in zip(looks, ids, strict=True)}


def _spell(row: Mapping[str, Any], past: Sequence[Seen], at: datetime) -> Interval:
    """The removal interval; before the referral everything counts as before."""
    return interval(past, row["referred_at"] or at)


def _move(row: Mapping[str, Any], past: Sequence[Seen], at: datetime) -> Move | None:
    """What the looks so far mean for an item; None when nothing about it changes."""
    found = verdict(past)
    state = State(row["state"])
    spell = _spell(row, past, at)
    start = row["referred_at"] or at
    step = None
    if state in FOLLOWED and found.standing is Standing.GONE and state is not State.GONE:
        step = Step.CONFIRM_GONE
    elif state is State.GONE and found.standing in {Standing.RETURNED, Standing.LIVE, Standing.FLAPPING}:
        step = Step.RETURN
    gains = _gains(found.standing, doubt=found.in_doubt)
    if spell.already_gone:
        gains |= Milestone.ALREADY_GONE
    loses = (Milestone.GONE | Milestone.RESTRICTED | Milestone.INCONCLUSIVE) & ~gains
    notes = {
        "outcome": found.standing.value,
        "live_until": start + spell.after if spell.after > timedelta(0) else None,
        "gone_from": start + spell.until if spell.until is not None and not spell.already_gone else None,
    }
    before = Milestone(row["milestones"])
    same = (
        (before | gains) & ~loses == before
        and row["outcome"] == notes["outcome"]
        and row["live_until"] == notes["live_until"]
    )
    return None if step is None and same else Move(row["id"], step, gains=gains, loses=loses, notes=notes)


def _gains(standing: Standing, *, doubt: bool) -> Milestone:
    """Confirmed gone stays so through a doubt; what is not known is inconclusive, never gone."""
    if standing is Standing.GONE:
        return Milestone.GONE
    if standing is Standing.RESTRICTED and not doubt:
        return Milestone.RESTRICTED
    unsure = standing in {Standing.UNSEEN, Standing.UNCONFIRMED, Standing.FLAPPING}
    return Milestone.INCONCLUSIVE if unsure or doubt else NOTHING


def _entries(
    now: Now,
    look: Look,
    check: UUID,
    row: Mapping[str, Any],
    past: Sequence[Seen],
    moved: Mapping[UUID, Moved],
) -> list[Entry]:
    """The leaf of the look and, when the item moved by it, the leaf of the move. Labels carry seconds since referral."""
    item = look.target.item
    since = int((now.at - row["referred_at"]).total_seconds()) if row["referred_at"] else -1
    label = f"{look.decision.outcome.value}|{since}"
    rows = (("verification_check", check),)
    one = moved.get(item)
    if one is None:
        return [Entry(EventType.CHECKED, check, {"item": str(item), "label": label}, rows, item=item)]
    entries = [one.entry(EventType.CHECKED, check, rows, label=label)]
    if one.before is not State.GONE and one.state is State.GONE:
        spell = _spell(row, past, now.at)
        until = int(spell.until.total_seconds()) if spell.until is not None else 0
        removal = f"{int(spell.after.total_seconds())}|{until}"
        entries.append(
            Entry(EventType.CONFIRMED_GONE, one.row, {"item": str(item), "label": removal}, item=item)
        )
    elif one.before is State.GONE and one.state is not State.GONE:
        entries.append(Entry(EventType.RETURNED, one.row, {"item": str(item)}, item=item))
    return entries


def _plan_next(
    now: Now,
    rows: Mapping[UUID, Mapping[str, Any]],
    past: Mapping[UUID, Sequence[Seen]],
    moved: Mapping[UUID, Moved],
) -> None:
    """When to look next at each; an item that was withdrawn or lawfully reinstated is left alone."""
    planned = []
    for (item, row), new in zip(rows.items(), new_ids(len(rows)), strict=True):
        state = moved[item].state if item in moved else State(row["state"])
        if row["referred_at"] is None or state not in FOLLOWED:
            continue
        planned.append(
            {
                "id": new,
                "operation_id": now.by.operation,
                "item_id": item,
                "due_at": next_look(row["referred_at"], past[item], str(item), now=now.at),
                "step": len(past[item]),
            }
        )
    followed = {one["item_id"] for one in planned}
    left = [item for item in rows if item not in followed]
    now.cursor.execute("DELETE FROM verification_due WHERE item_id = ANY(%s)", [left])
    insert(
        now.cursor,
        "verification_due",
        planned,
        conflict="(operation_id, item_id) DO UPDATE SET due_at = excluded.due_at, step = excluded.step",
    )
