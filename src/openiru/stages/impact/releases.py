"""Statements for the public: proposed from figures that are frozen, signed off by everybody who takes part, let go by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connections

from openiru.core.errors import ConflictError, NotFoundError, RefusedError, TwoPersonError, UsageError
from openiru.core.events import EventType
from openiru.core.impact.changes import changes, definition_of, value_of
from openiru.core.impact.digest import figures_digest
from openiru.core.impact.report import Report
from openiru.core.vocabulary import ParticipantRole
from openiru.foundation.database.acting import By, Now, acting, current
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.stages.impact import commands

#: Who has to sign, by the capacity in which they take part.
SIGN: Final = frozenset(
    {ParticipantRole.LEAD, ParticipantRole.SUPPORTING, ParticipantRole.AGENCY, ParticipantRole.JUDICIAL}
)
Row = dict[str, Any]


def propose(
    *,
    by: By,
    as_of: int | datetime | None = None,
    corrects: int | None = None,
    embargo_until: datetime | None = None,
) -> UUID:
    """Freeze the figures of the acting operation as a statement that waits for everybody's sign-off; its id.

    ``corrects``: the number of an earlier statement of this operation; what changed is worked out. NotFoundError when there is
    none, RefusedError when nothing changed.
    """
    with acting(by) as now:
        require(now, "statement.propose")
        made = commands.report(by=by, as_of=as_of)
        if embargo_until is not None and embargo_until <= now.at:
            raise UsageError(
                "an embargo ends in the future", where="embargo", hint="Leave it empty for none."
            )
        row = _row(now, made) | {"corrects": corrects, "embargo_until": embargo_until}
        if corrects is not None:
            row["changes"] = _changed(corrects, row["figures"])
        insert(now.cursor, "impact_release", [row])
        _tell(now, EventType.STATEMENT_PROPOSED, row["id"], label=row["digest"], as_of=row["as_of"])
        return UUID(str(row["id"]))


def _row(now: Now, made: Report) -> Row:
    figures = [
        {"id": one.id, "value": value_of(one), "unit": one.unit, "definition": definition_of(one.id)}
        for one in made.figures
    ]
    return {
        "id": new_id(),
        "operation_id": now.by.operation,
        "operations": list(made.operations),
        "title": made.title,
        "environment": made.environment.value,
        "as_of": made.as_of.size,
        "as_of_at": made.as_of.time,
        "digest": figures_digest(made),
        "sentences": {"en": list(made.statement)},
        "figures": figures,
        "changes": [],
        "proposed_by": now.by.person,
        "proposed_at": now.at,
        "number": None,
        "released_by": None,
        "released_at": None,
    }


def _changed(number: int, figures: list[dict[str, str]]) -> list[dict[str, str]]:
    before = next((one for one in releases() if one["number"] == number), None)
    if before is None:
        raise NotFoundError(f"this operation has published no statement {number}", where="corrects")
    found = changes(_values(before["figures"]), _values(figures))
    if not found:
        raise RefusedError(
            "a correction corrects something",
            where="corrects",
            hint="The figures are those of the statement.",
        )
    return [asdict(one) for one in found]


def _values(figures: list[dict[str, str]]) -> Mapping[str, str]:
    return {one["id"]: one["value"] for one in figures}


def sign(*, by: By, release: UUID, authority: UUID | None = None, note: str = "") -> None:
    """Sign off for the acting unit.

    ``authority``: for a participant without a desk, whose word the coordinator enters; ``note`` says how it came. NotFoundError for
    a statement or participant of another operation; ConflictError when it is signed, or let go, already.
    """
    with acting(by) as now:
        require(now, "statement.sign")
        row = _open(now, release)
        participant = _participant(now, authority, note)
        signed = {
            "id": new_id(),
            "operation_id": by.operation,
            "release_id": row["id"],
            "participant_id": participant,
            "signing_unit_id": by.unit if authority is None else None,
            "person_id": by.person,
            "note": note,
            "signed_at": now.at,
        }
        written = insert(
            now.cursor,
            "impact_signoff",
            [signed],
            conflict="(release_id, participant_id) DO NOTHING",
            returning="id",
        )
        if not written:
            raise ConflictError("this participant has signed already", hint="Nothing more is to be done.")
        payload = {
            "unit": str(by.unit),
            "release": str(release),
            "label": "entered" if authority else "signed",
        }
        record(
            now,
            [Entry(EventType.STATEMENT_SIGNED, signed["id"], payload, (("impact_signoff", signed["id"]),))],
        )


def _participant(now: Now, authority: UUID | None, note: str) -> UUID:
    now.cursor.execute(
        "SELECT id, role, unit_id FROM operations_participant WHERE operation_id = %s AND (id = %s OR (%s::uuid IS NULL AND unit_id = %s))",
        [now.by.operation, authority, authority, now.by.unit],
    )
    found = now.cursor.fetchone()
    if found is None or found[1] not in SIGN:
        raise NotFoundError("nobody like this signs a statement of this operation")
    if authority is not None:
        require(now, "statement.propose")
        if found[2] is not None:
            raise RefusedError("this participant has a desk of its own and signs there")
        if not note.strip():
            raise UsageError(
                "how did the word of this authority come?", where="note", hint="Name the letter or call."
            )
    return UUID(str(found[0]))


def release(*, by: By, release: UUID) -> int:
    """Let a statement go to the public (when its embargo ends); its number. TwoPersonError for the one who proposed it.

    RefusedError as long as somebody has not signed, or a recommendation of the overseer waits for its answer.
    """
    with acting(by) as now:
        require(now, "statement.release")
        row = _open(now, release)
        if row["proposed_by"] == by.person:
            raise TwoPersonError(
                "whoever proposed a statement does not let it go", hint="A second person does."
            )
        if missing := [one["name"] for one in signatures(release) if one["signed_at"] is None]:
            raise RefusedError(
                f"not signed yet by {', '.join(missing)}", hint="Each signs on the page of the statement."
            )
        _answered(now)
        now.cursor.execute("SELECT iru.next_statement()")
        number = int(now.cursor.fetchone()[0])
        now.cursor.execute(
            "UPDATE impact_release SET number = %s, released_by = %s, released_at = %s WHERE id = %s",
            [number, by.person, now.at, release],
        )
        _tell(now, EventType.STATEMENT_RELEASED, release, label=row["digest"], number=number)
        return number


def _answered(now: Now) -> None:
    now.cursor.execute("SELECT count(*) FROM impact_recommendation WHERE answered_at IS NULL")
    if waiting := now.cursor.fetchone()[0]:
        raise RefusedError(
            f"{waiting} recommendations of the overseer wait for an answer",
            hint="Answer them on the page of oversight.",
        )


def _open(now: Now, release: UUID) -> Row:
    now.cursor.execute("SELECT * FROM impact_release WHERE id = %s FOR UPDATE", [release])
    found = dicts(now.cursor)
    if not found:
        raise NotFoundError("there is no such statement in this operation")
    if found[0]["released_at"] is not None:
        raise ConflictError("this statement has been let go", hint="Propose a correction of it instead.")
    return found[0]


def _tell(now: Now, event: EventType, release: UUID, **more: Any) -> None:
    payload = {"unit": str(now.by.unit), **more}
    record(now, [Entry(event, release, payload, (("impact_release", release),))])


def releases() -> list[Row]:
    """The statements of the acting operation, newest first."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM impact_release ORDER BY id DESC LIMIT 200")
    return dicts(cursor)


def one_release(release: UUID) -> Row:
    """One statement of the acting operation."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM impact_release WHERE id = %s", [release])
    found = dicts(cursor)
    if not found:
        raise NotFoundError("there is no such statement in this operation")
    return found[0]


def signatures(release: UUID) -> list[Row]:
    """Everybody who has to sign a statement, and whether they have: ``name``, ``role``, ``unit_id``, ``signed_at`` (None: not yet)."""
    cursor = current().cursor
    cursor.execute(
        "SELECT p.id, coalesce(u.code, p.authority) AS name, p.role, p.unit_id, s.signed_at, s.note"
        " FROM operations_participant p LEFT JOIN people_unit u ON u.id = p.unit_id"
        " LEFT JOIN impact_signoff s ON s.participant_id = p.id AND s.release_id = %s"
        " WHERE p.operation_id = %s AND p.role = ANY(%s) ORDER BY u.code NULLS LAST, p.authority",
        [release, current().by.operation, [role.value for role in SIGN]],
    )
    return dicts(cursor)


def public(number: int | None = None) -> list[Row]:
    """What everybody may read, newest first; nobody acts. ``number``: this one only."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT * FROM iru.public_statements() WHERE %s::integer IS NULL OR number = %s::integer",
            [number, number],
        )
        return [
            {name: orjson.loads(value) if name in ("sentences", "figures", "changes") and isinstance(value, str) else value
             for name, value in row.items()}
            for row in dicts(cursor)
        ]  # fmt: skip
