"""Holds: placed, released, run out, and passed for an imminent threat. Others learn only that one stands, and whom to call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from openiru.core.errors import HeldError, NotFoundError, OpenIruError, PermissionDeniedError, UsageError
from openiru.core.events import EventType
from openiru.core.intake.deconfliction import Hold, check_new
from openiru.core.intake.patterns import pattern
from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.engines.addresses import Address, AddressError, try_canonicalise
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.stages.intake.held import refresh_held
from openiru.stages.intake.queries import reference

LONGEST_TEXT = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """A hold to be placed. ``subject``: an address or key, a pattern of keys, an account, a digest, a slug, by ``scope``.

    ``expires_at`` (aware): the day a unit's hold ends, which it must have; for a judicial hold, when its review is due.
    ``contact`` empty: the unit's own. ``everywhere``: in every operation of the instance, not only in the acting one.
    """

    kind: HoldKind
    scope: HoldScope
    subject: str
    reason: str
    expires_at: datetime | None = None
    authority: str = ""
    contact: str = ""
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of one hold. ``items`` of the operation that it meets; ``referred``: those that were referred already."""

    subject: str
    hold: UUID | None = None
    items: tuple[UUID, ...] = ()
    referred: tuple[dict[str, Any], ...] = ()
    refused: OpenIruError | None = None


@dataclass(frozen=True, slots=True)
class Overridden:
    """An item that goes on under a standing hold, and who was told: (unit code, contact)."""

    id: UUID
    told: tuple[tuple[str, str], ...]


def place_holds(*, by: By, holds: Sequence[NewHold]) -> list[Placed]:
    """Place holds; one answer for each, in order. A hold that cannot be placed is refused, the others stand."""
    with acting(by) as now:
        require(now, "hold.place")
        return place(now, holds)


def place(now: Now, holds: Sequence[NewHold]) -> list[Placed]:
    """The same inside an act that was permitted already (a round's answer, a list that came back)."""
    if now.by.operation is None:
        raise UsageError("a hold is placed in an operation", where="--operation")
    contact = _contact(now)
    authorities = _judicial(now)
    rows: list[dict[str, Any]] = []
    answers: list[Placed] = []
    for hold, new in zip(holds, new_ids(len(holds)), strict=True):
        try:
            rows.append(_row(now, hold, new, contact, authorities))
            answers.append(Placed(str(rows[-1]["subject"]), new))
        except OpenIruError as error:
            answers.append(Placed(hold.subject, refused=error))
    insert(now.cursor, "intake_hold", rows)
    # The opening of a leaf is read by the whole operation: it says no more than that somebody holds something.
    record(
        now,
        [
            Entry(EventType.HOLD_PLACED, row["id"], {"unit": str(now.by.unit)}, (("intake_hold", row["id"]),))
            for row in rows
        ],
    )
    return _with_hits(now, answers)


def would_meet(*, by: By, hold: NewHold) -> Placed:
    """What a hold would meet, by placing it and taking that back: exactly what placing answers, and nothing is left.

    Not to be called inside another act: all of that would be taken back too. Raises what placing would refuse it for.
    """
    with acting(by) as now:
        require(now, "hold.place")
        tried = place(now, [hold])[0]
        transaction.set_rollback(True, using=by.using)
    if tried.refused is not None:
        raise tried.refused
    return tried


def subject_of(scope: HoldScope, text: str) -> str:
    """What a hold stands on, as the database compares it. Raises UsageError when it cannot be read so."""
    text = text.strip()
    if scope is HoldScope.PATTERN:
        return pattern(text).text
    if scope is HoldScope.WORK:
        return text.lower()
    if scope is HoldScope.OPERATION:
        return text
    address = try_canonicalise(text)
    if isinstance(address, AddressError):
        head, colon, tail = text.partition(":")
        if not (head and colon and tail and text.isprintable()) or tail.startswith("//"):
            raise UsageError("this is neither an address nor a key", hint="openiru address shows the key.")
        return text
    return address.key if scope is HoldScope.KEY else _account(address)


def _account(address: Address) -> str:
    if not address.account:
        raise UsageError(
            "this address names no account", hint="Place the hold on the key or on a pattern of keys."
        )
    return address.account


def _row(now: Now, hold: NewHold, new: UUID, contact: str, authorities: frozenset[str]) -> dict[str, Any]:
    call = hold.contact.strip() or contact
    subject = subject_of(hold.scope, hold.subject)
    if any(
        "\x00" in text or len(text) > LONGEST_TEXT for text in (subject, hold.reason, call, hold.authority)
    ):
        raise UsageError(f"a text of a hold has at most {LONGEST_TEXT:,} characters and no NUL")
    check_new(
        Hold(
            id=str(new),
            reference=reference(new),
            kind=hold.kind,
            scope=hold.scope,
            subject=subject,
            unit=str(now.by.unit),
            call=call,
            reason=hold.reason,
            placed_at=now.at,
            until=hold.expires_at,
        )
    )
    _check_authority(hold, authorities)
    return {
        "unit_id": now.by.unit,
        "id": new,
        "operation_id": None if hold.everywhere or hold.scope is HoldScope.OPERATION else now.by.operation,
        "kind": hold.kind.value,
        "scope": hold.scope.value,
        "subject": subject,
        "prefix": pattern(subject).prefix if hold.scope is HoldScope.PATTERN else "",
        "reason": hold.reason,
        "contact": call,
        "authority": hold.authority,
        "placed_by": now.by.person,
        "placed_at": now.at,
        "expires_at": hold.expires_at,
        "ended_at": None,
        "ended_why": "",
    }


def _check_authority(hold: NewHold, authorities: frozenset[str]) -> None:
    if hold.kind is not HoldKind.JUDICIAL:
        return
    if not hold.authority.strip():
        raise UsageError("a judicial hold names the authority that ordered it")
    if "*" not in authorities and hold.authority.strip().casefold() not in authorities:
        raise PermissionDeniedError(
            "no judicial authority of this name takes part in the operation",
            where=hold.authority[:80],
            hint="A coordinator adds it as a participant; until then place a unit's hold.",
        )


def _contact(now: Now) -> str:
    now.cursor.execute("SELECT contact FROM people_unit WHERE id = %s", [now.by.unit])
    row = now.cursor.fetchone()
    return str(row[0]) if row else ""


def _judicial(now: Now) -> frozenset[str]:
    """Judicial authorities of the operation for which a unit may act; ``*`` when the unit is one itself."""
    now.cursor.execute(
        "SELECT unit_id, authority FROM operations_participant WHERE operation_id = %s AND role = 'judicial'",
        [now.by.operation],
    )
    return frozenset(
        "*" if unit == now.by.unit else str(authority).strip().casefold()
        for unit, authority in now.cursor.fetchall()
    )


def _with_hits(now: Now, answers: Sequence[Placed]) -> list[Placed]:
    placed = [one.hold for one in answers if one.hold is not None]
    if not placed:
        return list(answers)
    now.cursor.execute(
        "SELECT h.hold_id, h.item_id FROM iru.standing_holds(ARRAY(SELECT item_id FROM registry_operationitem)) h"
        " WHERE h.hold_id = ANY(%s) ORDER BY h.hold_id, h.item_id",
        [placed],
    )
    hits: dict[UUID, dict[UUID, None]] = {}  # ordered sets
    for hold, item in now.cursor.fetchall():
        hits.setdefault(hold, {})[item] = None
    items = sorted({item for group in hits.values() for item in group})
    refresh_held(now, items)
    now.cursor.execute("SELECT * FROM iru.earlier(%s) ORDER BY item_id, referred_at", [items])
    earlier = dicts(now.cursor)
    return [
        replace(
            one,
            items=tuple(hits.get(one.hold, ())),
            referred=tuple(row for row in earlier if row["item_id"] in hits.get(one.hold, ())),
        )
        if one.hold is not None
        else one
        for one in answers
    ]


def release_holds(*, by: By, holds: Sequence[UUID], why: str) -> list[UUID]:
    """End holds of the acting unit by an act; those that ended now. NotFoundError when one does not stand here."""
    if not why.strip():
        raise UsageError("a release needs a reason")
    with acting(by) as now:
        require(now, "hold.release")
        now.cursor.execute(
            "UPDATE intake_hold SET ended_at = %s, ended_why = %s WHERE id = ANY(%s) AND ended_at IS NULL RETURNING id",
            [now.at, why, list(holds)],
        )
        ended = sorted(row[0] for row in now.cursor.fetchall())
        if missing := set(holds) - set(ended):
            raise _not_ours(now, min(missing))
        _record_end(now, ended, EventType.HOLD_RELEASED)
        if by.operation is not None:
            refresh_held(now)
        return ended


def _not_ours(now: Now, hold: UUID) -> NotFoundError:
    """No hold of the unit; where it stands on an item of the operation, all may know whom to call, and no more."""
    now.cursor.execute(
        "SELECT contact FROM iru.standing_holds(ARRAY(SELECT item_id FROM registry_operationitem))"
        " WHERE hold_id = %s AND NOT own LIMIT 1",
        [hold],
    )
    row = now.cursor.fetchone()
    return NotFoundError(
        f"no standing hold {reference(hold)} of this unit",
        where=str(hold),
        hint=f"Another unit placed it and ends it: call {row[0]}."
        if row
        else "openiru hold list shows yours.",
    )


def _record_end(now: Now, holds: Sequence[UUID], event: EventType) -> None:
    unit = {"unit": str(now.by.unit)}
    record(now, [Entry(event, hold, unit, (("intake_hold", hold),)) for hold in holds])


def expire_holds(*, by: By) -> int:
    """End the units' holds that have run out, by event; how many. Judicial holds never run out. The service acts."""
    with acting(by) as now:
        require(now, "hold.expire")
        now.cursor.execute("SELECT unit_id, operation_id FROM iru.units_with_expired_holds()")
        due: list[tuple[UUID, UUID | None]] = now.cursor.fetchall()
        now.cursor.execute("SELECT id FROM operations_operation WHERE closed_at IS NULL")
        running: list[UUID] = [row[0] for row in now.cursor.fetchall()]
    ended = sum(_expire(replace(by, unit=unit, operation=operation)) for unit, operation in due)
    for operation in running:
        with acting(by.within(operation)) as now:
            refresh_held(now)
    return ended


def _expire(by: By) -> int:
    """The holds of one unit in one operation (None: those that stand everywhere)."""
    with acting(by) as now:
        now.cursor.execute(
            "UPDATE intake_hold SET ended_at = %s, ended_why = 'expired' WHERE kind = 'unit' AND ended_at IS NULL"
            " AND expires_at <= %s AND operation_id IS NOT DISTINCT FROM %s RETURNING id",
            [now.at, now.at, by.operation],
        )
        ended = sorted(row[0] for row in now.cursor.fetchall())
        _record_end(now, ended, EventType.HOLD_EXPIRED)
        return len(ended)


def override(*, by: By, item: UUID, threat: str) -> Overridden:
    """Let one item pass the holds that stand on it now, because of an imminent threat; the holders are told at once.

    The holds stay, and one that is placed later is not passed. Raises UsageError without the facts of the threat, and
    HeldError when no hold stands on the item.
    """
    if not threat.strip() or "\x00" in threat or len(threat) > LONGEST_TEXT:
        raise UsageError("an override needs the facts of the imminent threat", where="--threat")
    with acting(by) as now:
        require(now, "hold.override")
        now.cursor.execute(
            "SELECT DISTINCT hold_id, unit_code, contact FROM iru.standing_holds(%s)"
            " WHERE %s IN (SELECT item_id FROM registry_operationitem) ORDER BY 1",
            [[item], item],
        )
        standing: list[tuple[UUID, str, str]] = now.cursor.fetchall()
        if not standing:
            raise HeldError("no hold stands on this item", hint="It needs no override.")
        new = new_id()
        row = {
            "unit_id": by.unit,
            "id": new,
            "operation_id": by.operation,
            "item_id": item,
            "reason": threat,
            "holds": [str(hold) for hold, _, _ in standing],
            "person_id": by.person,
            "at": now.at,
        }
        insert(now.cursor, "intake_override", [row])
        payload = {"item": str(item), "unit": str(by.unit)}
        rows = (("intake_override", new),)
        record(now, [Entry(EventType.HOLD_OVERRIDDEN, new, payload, rows, item=item)])
        return Overridden(new, tuple(sorted({(code, contact) for _, code, contact in standing})))
