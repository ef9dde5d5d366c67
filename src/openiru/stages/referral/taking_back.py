"""Letters about a referral that was sent: corrections, and withdrawals, which end it for their items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openiru.core.errors import ConflictError, UsageError
from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, Step
from openiru.core.referral.notices import Notice
from openiru.core.vocabulary import DeliveryState, Environment
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people import queries as people
from openiru.foundation.registry.transitions import Move, transition
from openiru.stages.referral import letters
from openiru.stages.referral.preparing import sender_of
from openiru.stages.referral.rows import live_lines, one_locked

S = DeliveryState
#: A letter is written about what a provider has; what is unknown is settled first.
IS_THERE = frozenset({S.SENT.value})


def correct_lines(now: Now, referral: UUID, texts: Mapping[int, str], why: str) -> UUID:
    """A letter that corrects lines: number -> what is said of it. The items stay where they are."""
    row = one_locked(now, referral)
    lines = _named(now, row, list(texts))
    letter = _write(
        now, row, withdrawal=False, lines=[(line["number"], texts[line["number"]]) for line in lines], why=why
    )
    payload = {"referral": str(referral), "lines": sorted(texts), "why": why, "label": row["provider"]}
    record(now, [Entry(EventType.CORRECTED, letter, payload, (("referral_referral", letter),))])
    return letter


def withdraw_lines(now: Now, referral: UUID, numbers: Sequence[int] | None, why: str) -> UUID:
    """Take lines back (None: all): the items are withdrawn now, and a letter that says so is prepared."""
    if not why.strip():
        raise UsageError("a withdrawal says why", where="--why")
    row = one_locked(now, referral)
    lines = _named(now, row, numbers)
    letter = _write(now, row, withdrawal=True, lines=[(line["number"], "") for line in lines], why=why)
    now.cursor.execute(
        "UPDATE referral_line SET withdrawn_at = %s, withdrawn_why = %s WHERE id = ANY(%s)",
        [now.at, why, [line["id"] for line in lines]],
    )
    moved, failed = transition(
        now, [Move(line["item_id"], Step.WITHDRAW, gains=Milestone.WITHDRAWN) for line in lines]
    )
    for error in failed.values():
        raise error
    label = {"label": row["provider"], "why": why}
    entries = [
        moved[line["item_id"]].entry(
            EventType.WITHDRAWN, line["id"], (("referral_line", line["id"]),), **label
        )
        for line in lines
    ]
    head = Entry(EventType.WITHDRAWN, letter, label, (("referral_referral", letter),))
    record(now, [head, *entries])
    return letter


def _named(now: Now, row: Mapping[str, Any], numbers: Sequence[int] | None) -> list[dict[str, Any]]:
    if row["kind"] != "referral":
        raise UsageError(
            "a letter about a referral is not corrected or withdrawn itself", where=row["reference"]
        )
    if row["state"] not in IS_THERE:
        raise ConflictError(
            f"this referral is {row['state']}: the provider does not have it",
            where=row["reference"],
            hint="Settle what is unknown; give back what never left (unprepare).",
        )
    lines = live_lines(now, [row["id"]])
    found = [line for line in lines if numbers is None or line["number"] in set(numbers)]
    missing = set(numbers or ()) - {line["number"] for line in found}
    if missing or not found:
        raise UsageError(
            f"no such standing line: {', '.join(map(str, sorted(missing))) or 'none is left'}",
            where=row["reference"],
        )
    return found


def _write(
    now: Now, row: Mapping[str, Any], *, withdrawal: bool, lines: Sequence[tuple[int, str]], why: str
) -> UUID:
    kind = "withdrawal" if withdrawal else "correction"
    now.cursor.execute(
        "SELECT count(*) FROM referral_referral WHERE replaces = %s AND kind = %s", [row["id"], kind]
    )
    number = int(now.cursor.fetchone()[0]) + 1
    reference = f"{row['reference']}-{kind[0].upper()}{number}"
    sent: datetime = row["sent_at"] or row["prepared_at"]
    notice = Notice(
        withdrawal=withdrawal,
        reference=row["reference"],
        provider=row["provider_name"],
        sender=sender_of(people.unit(row["deciding_unit_id"])),
        written_at=now.at,
        sent_at=sent,
        environment=Environment(now.environment),
        lines=lines,
        reason=why,
    )
    plain = letters.to_plain(letters.compose_notice(notice, reference=reference, to=letters.stored(row)))
    return _store(now, row, kind, reference, plain)


def _store(now: Now, row: Mapping[str, Any], kind: str, reference: str, plain: dict[str, Any]) -> UUID:
    kept = ("operation_id", "provider_id", "deciding_unit_id", "instrument", "channel", "urgent")
    new = new_id()
    made = {name: row[name] for name in kept} | {
        "id": new,
        "kind": kind,
        "reference": reference,
        "sending_unit_id": now.by.unit,
        "state": S.PREPARED.value,
        "message_id": plain["message_id"],
        "fence": 0,
        "not_before": now.at,
        "letter_digest": letters.digest(plain),
        "letter": plain,
        "prepared_by": now.by.person,
        "prepared_at": now.at,
        "released_by": None,
        "released_at": None,
        "undo_until": None,
        "sent_at": None,
        "replaces": row["id"],
    }
    insert(now.cursor, "referral_referral", [made])
    return new
