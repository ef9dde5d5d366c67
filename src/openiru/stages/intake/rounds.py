"""The deconfliction round: every unit is asked about every item on the list, and silence is never consent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openiru.core.errors import ConflictError, NotFoundError, OpenIruError, UsageError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.operations.queries import require_open
from openiru.foundation.people.permissions import require
from openiru.stages.intake.holds import NewHold, Placed, place
from openiru.stages.intake.queries import digest_of, listed, round_state


@dataclass(frozen=True, slots=True)
class Opened:
    """A round that was opened: how many items are on its list, and how many their marking keeps off it."""

    id: UUID
    items: int
    left_out: int
    list_digest: str


def open_round(*, by: By, due_at: datetime) -> Opened:
    """Ask every participating unit about the items that are there now. ``due_at``: by when (aware)."""
    if by.operation is None:
        raise UsageError("a round is opened in an operation", where="--operation")
    with acting(by) as now:
        require(now, "round.open")
        require_open(by.operation)
        if due_at <= now.at:
            raise UsageError("a round is due after it is opened", where="--due")
        rows, left_out = listed()
        new = new_id()
        digest = digest_of(row["key"] for row in rows)
        insert(
            now.cursor,
            "intake_round",
            [
                {
                    "id": new,
                    "operation_id": by.operation,
                    "opened_at": now.at,
                    "due_at": due_at,
                    "items": len(rows),
                    "list_digest": digest,
                    "closed_at": None,
                    "closed_why": "",
                }
            ],
        )
        payload = {"items": len(rows), "left_out": left_out, "list": digest}
        record(now, [Entry(EventType.ROUND_OPENED, new, payload, (("intake_round", new),))])
        return Opened(new, len(rows), left_out, digest)


def answer_round(*, by: By, round_id: UUID, hits: Sequence[NewHold] = ()) -> list[Placed]:
    """The acting unit has looked at the whole list: its hits, placed as holds, and "no hit" for all the rest.

    All or nothing: a hit that cannot be placed as a hold refuses the answer. Once a round.
    """
    with acting(by) as now:
        require(now, "round.answer")
        return answer(now, round_id, for_unit=by.unit, hits=hits)


def answer(
    now: Now, round_id: UUID, *, for_unit: UUID, hits: Sequence[NewHold], file: str = ""
) -> list[Placed]:
    """The same inside an act that was permitted already; ``file`` is the digest of a list that came back."""
    check_open(now, round_id, for_unit)
    placed = place(now, hits) if hits else []
    for one in placed:
        if one.refused is not None:
            raise _refused(one.refused, one.subject)
    new = new_id()
    insert(
        now.cursor,
        "intake_roundanswer",
        [
            {
                "unit_id": now.by.unit,
                "id": new,
                "operation_id": now.by.operation,
                "round_id": round_id,
                "for_unit_id": for_unit,
                "hits": len(placed),
                "person_id": now.by.person,
                "answered_at": now.at,
            }
        ],
    )
    # That a unit has answered is everybody's to know; how many hits it has is in its own row.
    payload = {"unit": str(for_unit), "by": str(now.by.unit), "file": file}
    record(now, [Entry(EventType.ROUND_ANSWERED, new, payload, (("intake_roundanswer", new),))])
    return placed


def check_open(now: Now, round_id: UUID, for_unit: UUID) -> None:
    """ConflictError when the round is closed or the unit has answered; NotFoundError when it was not asked."""
    now.cursor.execute("SELECT closed_at FROM intake_round WHERE id = %s FOR UPDATE", [round_id])
    row = now.cursor.fetchone()
    if row is None:
        raise NotFoundError("there is no such round in this operation")
    if row[0] is not None:
        raise ConflictError("this round is closed")
    now.cursor.execute("SELECT answered_at FROM iru.round_state(%s) WHERE unit_id = %s", [round_id, for_unit])
    asked = now.cursor.fetchone()
    if asked is None:
        raise NotFoundError("this unit is not asked in this round")
    if asked[0] is not None:
        raise ConflictError("this unit has answered already", hint="Place a further hold by itself.")


def _refused(error: OpenIruError, subject: str) -> OpenIruError:
    return UsageError(
        f"a hit cannot be placed as a hold: {error.message}",
        where=subject[:80],
        hint=error.hint or "Mend the row.",
    )


def close_round(*, by: By, round_id: UUID, why: str) -> None:
    """End a round although units are silent: an act of the coordinator, with its reason, that everybody can see."""
    if not why.strip():
        raise UsageError("closing a round over silence needs a reason", where="--why")
    with acting(by) as now:
        require(now, "round.close")
        silent = round_state(round_id).silent
        now.cursor.execute(
            "UPDATE intake_round SET closed_at = %s, closed_why = %s WHERE id = %s AND closed_at IS NULL RETURNING id",
            [now.at, why, round_id],
        )
        if now.cursor.fetchone() is None:
            raise ConflictError("this round is closed already")
        payload = {"why": why, "silent": list(silent)}
        record(now, [Entry(EventType.ROUND_CLOSED, round_id, payload, (("intake_round", round_id),))])
