"""Writes of the operations room: mandates with two persons, operations, participants, phases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from openiru.core.errors import (
    ConflictError,
    NotFoundError,
    PermissionDeniedError,
    TwoPersonError,
    UsageError,
)
from openiru.core.events import EventType
from openiru.core.vocabulary import OperationKind, ParticipantRole, Phase
from openiru.core.zones import zone_named
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMandate:
    """An entry for the register of mandates."""

    slug: str
    act: str
    article: str
    authority: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParticipant:
    """Who takes part. ``unit`` is None for an authority without a desk (a court, a coordinator)."""

    role: ParticipantRole
    unit: UUID | None = None
    authority: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOperation:
    """An operation to be opened. The acting unit leads it. Empty scope lists mean: everything."""

    slug: str
    title: str
    kind: OperationKind
    mandate: str  # slug of a confirmed entry
    zone: str
    opens_at: datetime
    closes_at: datetime
    themes: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    participants: tuple[NewParticipant, ...] = ()
    phases: dict[Phase, tuple[datetime, datetime]] = field(default_factory=dict)


def propose_mandate(*, by: By, mandate: NewMandate) -> UUID:
    """Propose an entry of the register. It has no effect until a second person confirms it."""
    with acting(by) as now:
        require(now, "mandate.propose")
        mandate_id = new_id()
        written = insert(
            now.cursor,
            "operations_mandate",
            [
                {
                    "id": mandate_id,
                    "slug": mandate.slug,
                    "act": mandate.act,
                    "article": mandate.article,
                    "authority": mandate.authority,
                    "kinds": list(mandate.kinds),
                    "proposed_by": by.person,
                    "proposed_at": now.at,
                    "confirmed_by": None,
                    "confirmed_at": None,
                }
            ],
            conflict="(slug) DO NOTHING",
            returning="id",
        )
        if not written:
            raise ConflictError(
                f"there is a mandate {mandate.slug} already",
                where=mandate.slug,
                hint="openiru mandate list shows it.",
            )
        entry = Entry(
            EventType.MANDATE_PROPOSED,
            mandate_id,
            {"slug": mandate.slug},
            (("operations_mandate", mandate_id),),
        )
        record(now, [entry])
        return mandate_id


def confirm_mandate(*, by: By, slug: str) -> UUID:
    """Confirm an entry as a second person; TwoPersonError for the one who proposed it."""
    with acting(by) as now:
        require(now, "mandate.confirm")
        now.cursor.execute(
            "SELECT id, proposed_by, confirmed_by FROM operations_mandate WHERE slug = %s FOR UPDATE", [slug]
        )
        row = now.cursor.fetchone()
        if row is None:
            raise NotFoundError(f"there is no mandate {slug}")
        mandate_id, proposer, confirmed = row
        if proposer == by.person:
            raise TwoPersonError("whoever proposed a mandate cannot confirm it", where=slug)
        if confirmed is not None:
            raise ConflictError("this mandate is confirmed already", where=slug)
        now.cursor.execute(
            "UPDATE operations_mandate SET confirmed_by = %s, confirmed_at = %s WHERE id = %s",
            [by.person, now.at, mandate_id],
        )
        record(
            now,
            [
                Entry(
                    EventType.MANDATE_CONFIRMED,
                    mandate_id,
                    {"slug": slug},
                    (("operations_mandate", mandate_id),),
                )
            ],
        )
        return UUID(str(mandate_id))


def open_operation(*, by: By, operation: NewOperation) -> UUID:
    """Open an operation under a confirmed mandate; the acting unit leads it. Returns its id."""
    if operation.opens_at >= operation.closes_at:
        raise UsageError("an operation must open before it closes", where="--closes")
    zone_named(operation.zone, where="--zone")
    with acting(by) as now:
        require(now, "operation.open")
        now.cursor.execute(
            "SELECT id FROM operations_mandate WHERE slug = %s AND confirmed_by IS NOT NULL",
            [operation.mandate],
        )
        row = now.cursor.fetchone()
        if row is None:
            raise NotFoundError(
                f"there is no confirmed mandate {operation.mandate}",
                hint="A mandate needs two persons: one proposes it, another confirms it.",
            )
        now.cursor.execute("SELECT 1 FROM operations_operation WHERE slug = %s", [operation.slug])
        if now.cursor.fetchone() is not None:
            raise ConflictError(f"there is an operation {operation.slug} already")
        operation_id = new_id()
        insert(now.cursor, "operations_operation", [_operation_row(now, operation, operation_id, row[0])])
        record(
            now,
            [
                Entry(
                    EventType.OPERATION_OPENED,
                    operation_id,
                    {"operation": str(operation_id), "slug": operation.slug, "unit": str(by.unit)},
                    (("operations_operation", operation_id),),
                )
            ],
        )
        lead = NewParticipant(role=ParticipantRole.LEAD, unit=by.unit)
        join_operation(by=by, operation=operation_id, participants=[lead, *operation.participants])
        set_phases(by=by, operation=operation_id, phases=operation.phases)
        return operation_id


def _operation_row(now: Now, operation: NewOperation, operation_id: UUID, mandate_id: UUID) -> dict[str, Any]:
    return {
        "id": operation_id,
        "slug": operation.slug,
        "title": operation.title,
        "kind": operation.kind.value,
        "environment": now.environment,
        "mandate_id": mandate_id,
        "lead_unit_id": now.by.unit,
        "zone": operation.zone,
        "opens_at": operation.opens_at,
        "closes_at": operation.closes_at,
        "closed_at": None,
        "themes": list(operation.themes),
        "platforms": list(operation.platforms),
        "languages": list(operation.languages),
        "groups": list(operation.groups),
    }


def _lead(now: Now, operation: UUID) -> None:
    """PermissionDeniedError unless the acting unit leads the operation; ConflictError when it is closed.

    Who takes part sees what the units hand in: another unit's coordinator does not decide that, nor when it ends.
    """
    now.cursor.execute(
        "SELECT o.slug, o.closed_at, u.code, o.lead_unit_id = %s OR EXISTS ("
        "  SELECT 1 FROM operations_participant p WHERE p.operation_id = o.id AND p.unit_id = %s AND p.role = 'lead')"
        " FROM operations_operation o JOIN people_unit u ON u.id = o.lead_unit_id WHERE o.id = %s",
        [now.by.unit, now.by.unit, operation],
    )
    row = now.cursor.fetchone()
    if row is None:
        raise NotFoundError("no such operation", hint="openiru operation list shows them.")
    slug, closed_at, lead, leads = row
    if not leads:
        raise PermissionDeniedError(
            f"{now.unit_code} does not lead the operation {slug}", where=slug, hint=f"{lead} leads it."
        )
    if closed_at is not None:
        raise ConflictError(f"the operation {slug} is closed", hint="Nothing new comes into it.")


def join_operation(*, by: By, operation: UUID, participants: Sequence[NewParticipant]) -> None:
    """Add participants to an operation that the acting unit leads; a unit that takes part already is left as it is."""
    with acting(by) as now:
        require(now, "operation.join")
        _lead(now, operation)
        now.cursor.execute("SELECT unit_id FROM operations_participant WHERE operation_id = %s", [operation])
        there = {row[0] for row in now.cursor.fetchall()}
        fresh = []
        for participant in participants:  # the lead may be named once more as a participant
            if participant.unit is None:
                fresh.append(participant)
            elif participant.unit not in there:
                fresh.append(participant)
                there.add(participant.unit)
        ids = new_ids(len(fresh))
        insert(
            now.cursor,
            "operations_participant",
            [
                {
                    "id": new,
                    "operation_id": operation,
                    "unit_id": person.unit,
                    "authority": person.authority,
                    "role": person.role.value,
                    "joined_at": now.at,
                }
                for person, new in zip(fresh, ids, strict=True)
            ],
        )
        record(
            now,
            [
                Entry(
                    EventType.PARTICIPANT_JOINED,
                    new,
                    {"operation": str(operation), "role": person.role.value, "unit": str(person.unit or "")},
                    (("operations_participant", new),),
                )
                for person, new in zip(fresh, ids, strict=True)
            ],
        )


def set_phases(*, by: By, operation: UUID, phases: dict[Phase, tuple[datetime, datetime]]) -> None:
    """Set when phases begin and end, in an operation that the acting unit leads; a phase that is set already is moved."""
    for phase, (start, end) in phases.items():
        if start >= end:
            raise UsageError("a phase must begin before it ends", where=phase.value)
    with acting(by) as now:
        require(now, "operation.open")
        _lead(now, operation)
        rows = [
            {"id": new, "operation_id": operation, "phase": phase.value, "starts_at": start, "ends_at": end}
            for (phase, (start, end)), new in zip(phases.items(), new_ids(len(phases)), strict=True)
        ]
        written = insert(
            now.cursor,
            "operations_phasewindow",
            rows,
            conflict="(operation_id, phase) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at",
            returning="id, phase",
        )
        record(
            now,
            [
                Entry(
                    EventType.PHASE_SET,
                    window,
                    {"operation": str(operation), "phase": phase},
                    (("operations_phasewindow", window),),
                )
                for window, phase in written
            ],
        )


def close_operation(*, by: By, operation: UUID) -> None:
    """Close an operation that the acting unit leads: nothing new comes in; answers and looks go on."""
    with acting(by) as now:
        require(now, "operation.close")
        _lead(now, operation)
        now.cursor.execute(
            "UPDATE operations_operation SET closed_at = %s WHERE id = %s AND closed_at IS NULL RETURNING id",
            [now.at, operation],
        )
        if now.cursor.fetchone() is None:
            raise ConflictError("this operation is closed already, or it is not there")
        record(
            now,
            [
                Entry(
                    EventType.OPERATION_CLOSED,
                    operation,
                    {"operation": str(operation)},
                    (("operations_operation", operation),),
                )
            ],
        )
