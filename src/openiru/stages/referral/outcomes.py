"""What a try, a person or a returned mail says of a batch, written: states, items, leaves, transfers to third countries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import ConflictError
from openiru.core.events import EventType
from openiru.core.lifecycle import TABLE, Milestone, State, Step
from openiru.core.referral.countries import is_third_country
from openiru.core.vocabulary import DeliveryState, LegalProfile
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.registry.transitions import Move, transition
from openiru.ports.channel import Receipt
from openiru.stages.referral.rows import live_lines, set_referral, write_delivery

S = DeliveryState
FIRST_WAIT: Final = timedelta(minutes=15)
LONGEST_WAIT: Final = timedelta(hours=4)
Rows = tuple[tuple[str, UUID], ...]


def apply_receipt(now: Now, row: dict[str, Any], receipt: Receipt) -> None:
    """Write what the channel truthfully said. The row is locked and the fence is the try's own."""
    if receipt.state is S.SENT:
        arrived(now, row, receipt.detail, at=now.at)
    elif receipt.state is S.TRANSCRIBED:
        _transcribed(now, row, receipt.detail)
    elif receipt.state is S.DEFERRED:
        _deferred(now, row, receipt.detail)
    elif receipt.state is S.BOUNCED:
        bounced(now, row, receipt.detail)
    else:
        to_unknown(now, row, receipt.detail)


def arrived(now: Now, row: dict[str, Any], detail: str, *, at: datetime) -> None:
    """The provider has it: every line counts as referred since ``at``, and disclosures to third countries are recorded."""
    set_referral(now, row, state=S.SENT.value, sent_at=at)
    delivery = write_delivery(now, row, S.SENT, detail)
    rows: Rows = (("referral_referral", row["id"]), ("referral_delivery", delivery))
    entries = [*_about_lines(now, row, rows, at), *_transfers(now, row)]
    record(now, entries)


def _about_lines(now: Now, row: dict[str, Any], rows: Rows, at: datetime) -> list[Entry]:
    label = {"label": row["provider"], "unit": str(row["deciding_unit_id"])}
    if row["kind"] != "referral":
        return [Entry(EventType.LETTER_SENT, row["id"], {**label, "kind": row["kind"]}, rows)]
    lines = live_lines(now, [row["id"]])
    moved, failed = transition(
        now,
        [
            Move(
                line["item_id"],
                # Settled as sent after all: it counts already.
                None if line["state"] == State.REFERRED.value else Step.REFER,
                # Nobody has looked since: unknown is a value, until the first look says more.
                gains=Milestone.REFERRED | Milestone.INCONCLUSIVE,
                notes={"referred_at": at, "line_id": line["id"]},
            )
            for line in lines
        ],
    )
    for error in failed.values():
        raise error
    return [
        Entry(EventType.SENT, row["id"], {**label, "lines": len(lines)}, rows),
        *(
            moved[line["item_id"]].entry(
                EventType.LINE_REFERRED, line["id"], referral=str(row["id"]), **label
            )
            for line in lines
        ),
    ]


def _transfers(now: Now, row: dict[str, Any]) -> list[Entry]:
    """A row for the provider outside the EEA, and one for each unit of a third country that signs or sends."""
    now.cursor.execute(
        "SELECT * FROM people_unit WHERE id = ANY(%s) ORDER BY code",
        [[row["deciding_unit_id"], row["sending_unit_id"]]],
    )
    units = dicts(now.cursor)
    ground = "; ".join(unit["legal_ground"] for unit in units if unit["legal_ground"])
    found = [
        (unit["code"], unit["country"], "the letter, by the unit that signs or sends it")
        for unit in units
        if unit["legal_profile"] == LegalProfile.THIRD_COUNTRY_UNIT.value
    ]
    if is_third_country(row["provider_country"]):
        found.append((row["provider"], row["provider_country"] or "unknown", "the letter, to the provider"))
    count = len(live_lines(now, [row["id"]]))
    made = [
        {
            "id": new,
            "operation_id": now.by.operation,
            "recipient": recipient,
            "country": country,
            "referral_id": row["id"],
            "ground": ground,
            "what": f"{row['kind']} {row['reference']}: {what}",
            "lines": count,
            "at": now.at,
        }
        for (recipient, country, what), new in zip(found, new_ids(len(found)), strict=True)
    ]
    insert(now.cursor, "referral_transfer", made)
    return [
        Entry(
            EventType.TRANSFERRED,
            one["id"],
            {"label": one["country"], "recipient": one["recipient"], "lines": one["lines"]},
            (("referral_transfer", one["id"]),),
        )
        for one in made
    ]


def _transcribed(now: Now, row: dict[str, Any], detail: str) -> None:
    """Written to disk: counted apart, and nothing becomes referred."""
    set_referral(now, row, state=S.TRANSCRIBED.value)
    delivery = write_delivery(now, row, S.TRANSCRIBED, detail)
    rows: Rows = (("referral_referral", row["id"]), ("referral_delivery", delivery))
    label = {"label": row["provider"], "unit": str(row["deciding_unit_id"])}
    lines = live_lines(now, [row["id"]]) if row["kind"] == "referral" else []
    moved, _ = transition(now, [Move(line["item_id"], None, gains=Milestone.TRANSCRIBED) for line in lines])
    entries = [
        moved[line["item_id"]].entry(
            EventType.TRANSCRIBED, line["id"], rows if at == 0 else (), referral=str(row["id"]), **label
        )
        for at, line in enumerate(lines)
    ]
    record(now, entries or [Entry(EventType.LETTER_SENT, row["id"], {**label, "kind": row["kind"]}, rows)])


def _deferred(now: Now, row: dict[str, Any], detail: str) -> None:
    """The server asked to come again: the same letter, the same Message-ID, later and later."""
    now.cursor.execute(
        "SELECT count(*) FROM referral_delivery WHERE referral_id = %s AND state = 'deferred'", [row["id"]]
    )
    wait = min(FIRST_WAIT * 2 ** min(int(now.cursor.fetchone()[0]), 8), LONGEST_WAIT)
    _told(now, row, S.DEFERRED, detail, EventType.DELIVERY_DEFERRED, not_before=now.at + wait)


def to_unknown(now: Now, row: dict[str, Any], detail: str) -> None:
    """Nobody knows whether it left. The fence grows, so that whoever tried can say nothing more about it by machine."""
    set_referral(now, row, fence=row["fence"] + 1)
    _told(now, row, S.UNKNOWN, detail, EventType.DELIVERY_UNKNOWN)


def bounced(now: Now, row: dict[str, Any], detail: str) -> None:
    """It did not arrive. Items that counted as referred by it do so no longer."""
    lines = live_lines(now, [row["id"]]) if row["kind"] == "referral" else []
    counted = [line for line in lines if Milestone(line["milestones"]) & Milestone.REFERRED]
    moved, _ = transition(
        now,
        [
            Move(line["item_id"], _way_back(line), loses=Milestone.REFERRED, notes={"referred_at": None})
            for line in counted
        ],
    )
    _told(now, row, S.BOUNCED, detail, EventType.BOUNCED, released_at=None, released_by=None, sent_at=None)
    record(
        now,
        [
            moved[line["item_id"]].entry(EventType.BOUNCED, line["id"], referral=str(row["id"]))
            for line in counted
        ],
    )


def _way_back(line: dict[str, Any]) -> Step | None:
    """A line that came back is prepared again; one that somebody answered all the same stays where it is."""
    return Step.BOUNCE if line["state"] == State.REFERRED.value else None


def _told(
    now: Now, row: dict[str, Any], state: DeliveryState, detail: str, event: EventType, **more: Any
) -> None:
    set_referral(now, row, state=state.value, **more)
    delivery = write_delivery(now, row, state, detail)
    rows: Rows = (("referral_referral", row["id"]), ("referral_delivery", delivery))
    payload = {"label": row["provider"], "unit": str(row["deciding_unit_id"]), "why": detail[:2_000]}
    record(now, [Entry(event, row["id"], payload, rows)])


def settled(now: Now, row: dict[str, Any], *, was_sent: bool, why: str) -> None:
    """A person found out. Sent: it counts since the try itself. Not sent: it may be let go once more, under the same Message-ID."""
    payload = {"was_sent": was_sent, "why": why, "label": row["provider"]}
    if was_sent:
        at = _try_began(now, row["id"]) or now.at
        record(now, [Entry(EventType.DELIVERY_SETTLED, row["id"], payload)])
        arrived(now, row, f"settled by a person: {why}", at=at)
        return
    set_referral(now, row, state=S.PREPARED.value, released_at=None, released_by=None)
    delivery = write_delivery(now, row, S.PREPARED, f"settled by a person: {why}")
    rows: Rows = (("referral_referral", row["id"]), ("referral_delivery", delivery))
    record(now, [Entry(EventType.DELIVERY_SETTLED, row["id"], payload, rows)])


def _try_began(now: Now, referral: UUID) -> datetime | None:
    now.cursor.execute(
        "SELECT max(at) FROM referral_delivery WHERE referral_id = %s AND state = 'sending'", [referral]
    )
    found: datetime | None = now.cursor.fetchone()[0]
    return found


def give_back(now: Now, rows: Sequence[dict[str, Any]], why: str) -> int:
    """Batches that never left end, and their items are decided again; how many items."""
    lines = live_lines(now, [row["id"] for row in rows])
    _ensure_returnable(lines)
    free = [line for line in lines if Step.UNPREPARE in TABLE[State(line["state"])]]
    moved, _ = transition(
        now, [Move(line["item_id"], Step.UNPREPARE, notes={"line_id": None}) for line in free]
    )
    now.cursor.execute(
        "UPDATE referral_line SET withdrawn_at = %s, withdrawn_why = %s WHERE id = ANY(%s)",
        [now.at, f"given back: {why}", [line["id"] for line in lines]],
    )
    for row in rows:
        set_referral(now, row, state=S.WITHDRAWN.value, released_at=None, released_by=None)
    record(
        now,
        [
            Entry(EventType.UNPREPARED, row["id"], {"why": why}, (("referral_referral", row["id"]),))
            for row in rows
        ],
    )
    record(now, _given(lines, moved, why))
    return len(free)


def _ensure_returnable(lines: Sequence[dict[str, Any]]) -> None:
    """ConflictError when an item would be left behind: it came back as "referred", and no step leads from there to "decided"."""
    stuck = [line for line in lines if line["state"] == State.REFERRED.value]
    if stuck and Step.UNPREPARE not in TABLE[State.REFERRED]:
        raise ConflictError(
            f"{len(stuck)} items of it left before it bounced and cannot be decided anew",
            where=stuck[0]["key"],
            hint="Let the same letter go once more when the address works again.",
        )


def _given(lines: Sequence[dict[str, Any]], moved: Any, why: str) -> list[Entry]:
    return [
        moved[line["item_id"]].entry(
            EventType.UNPREPARED, line["id"], (("referral_line", line["id"]),), why=why
        )
        if line["item_id"] in moved
        else Entry(
            EventType.UNPREPARED,
            line["id"],
            {"why": why},
            (("referral_line", line["id"]),),
            item=line["item_id"],
        )
        for line in lines
    ]
