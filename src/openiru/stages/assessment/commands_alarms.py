"""Writes of alarms: a threat to life goes to the top of every queue; child abuse material found by chance goes out of sight.

The second kind is sealed: the item is there for nobody any more, of whatever unit and role; what stays is a minimal record of where
it is, for the hand-over to those who may work on it. Nothing of its words is kept here.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from openiru.core.errors import ConflictError, LifecycleError, NotFoundError, UsageError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import NOTHING, Entry, new_salts, record
from openiru.foundation.ledger.rows import digest
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.queries import items as items_by_id
from openiru.stages.assessment.bench import require_assessor
from openiru.stages.assessment.commands_claims import leave

LIFE: Final = "life"
ABUSE: Final = "abuse"
KINDS: Final = (LIFE, ABUSE)
LONGEST: Final = 2_000


def raise_alarm(*, by: By, item: UUID, kind: str, note: str) -> UUID:
    """Raise a threat to life, or seal child abuse material found by chance. The item leaves the person's hands.

    Raises LifecycleError when nothing is left to assess on the item: then it is settled, and another room's.
    """
    if kind not in KINDS:
        raise UsageError("there is no such alarm", where="kind")
    if len(note) > LONGEST or "\x00" in note:
        raise UsageError(f"a note has at most {LONGEST} characters", where="note")
    with acting(by) as now:
        require_assessor(now)
        known = items_by_id([item]).get(item)
        if known is None:
            raise NotFoundError("no such item in this operation", where=str(item))
        row = _row(now, known, kind, note.strip())
        insert(now.cursor, "assessment_alarm", [row])
        leave(by=by, item=item, how="alarm", severe=True)
        rows: list[tuple[str, UUID]] = [("assessment_alarm", row["id"])]
        salt, digests = new_salts(1)[0], NOTHING
        if kind == ABUSE:
            sealed = _seal(now, item)
            rows.append(("registry_operationitem", sealed["id"]))
            digests = {f"registry_operationitem:{sealed['id']}": _digest(sealed, salt)}
        payload = {"item": str(item), "unit": str(by.unit), "label": kind}
        record(
            now,
            [
                Entry(
                    EventType.ALARM_RAISED,
                    row["id"],
                    payload,
                    tuple(rows),
                    item=item,
                    salt=salt,
                    digests=digests,
                )
            ],
        )
        new: UUID = row["id"]
        return new


def _row(now: Now, known: dict[str, Any], kind: str, note: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "operation_id": now.by.operation,
        "item_id": known["id"],
        "unit_id": now.by.unit,
        "person_id": now.by.person,
        "pseudonym": now.pseudonym,
        "kind": kind,
        "key": known["key"],
        "canonical": known["canonical"],
        "note": note,
        "raised_at": now.at,
        "handed_to": "",
        "handed_note": "",
        "handed_as": "",
        "handed_at": None,
    }


def _seal(now: Now, item: UUID) -> dict[str, Any]:
    now.cursor.execute("SELECT * FROM iru.take_out_of_sight(%s)", [item])
    found = dicts(now.cursor)
    if not found:
        raise LifecycleError(
            "nothing is left to assess on this item: it is not taken out of sight from here",
            hint="Tell the coordinator of the operation at once.",
        )
    return found[0]


def _digest(row: dict[str, Any], salt: bytes) -> str:
    """Of the row as it is now: nobody who acts can see it any more, so that the ledger cannot look it up."""
    plain = row | {"closed_to": [str(unit) for unit in row["closed_to"]]}
    return digest("registry_operationitem", plain, salt)


def hand_over(*, by: By, alarm: UUID, to: str, note: str) -> None:
    """Say to whom an alarm was handed over. ConflictError when that is said already."""
    if not to.strip() or len(to) > LONGEST or len(note) > LONGEST or "\x00" in to + note:
        raise UsageError("say to whom it was handed over", where="to")
    with acting(by) as now:
        require(now, "alarm.hand_over")
        now.cursor.execute(
            "UPDATE assessment_alarm SET handed_to = %s, handed_note = %s, handed_as = %s, handed_at = %s"
            " WHERE id = %s AND operation_id = %s AND handed_at IS NULL RETURNING item_id",
            [to.strip(), note.strip(), now.pseudonym, now.at, alarm, by.operation],
        )
        found = now.cursor.fetchone()
        if found is None:
            now.cursor.execute(
                "SELECT FROM assessment_alarm WHERE id = %s AND operation_id = %s", [alarm, by.operation]
            )
            if now.cursor.fetchone() is None:
                raise NotFoundError("there is no such alarm")
            raise ConflictError("this alarm is handed over already", hint="Look at the list again.")
        payload = {"item": str(found[0]), "unit": str(by.unit)}
        rows = (("assessment_alarm", alarm),)
        record(now, [Entry(EventType.ALARM_HANDED_OVER, alarm, payload, rows, item=found[0])])
