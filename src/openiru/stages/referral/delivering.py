"""At most once by machine.

State, fence and Message-ID are committed before the first byte leaves; what happens after a crash nobody knows, and only a
person settles it. Three guards, each enough by itself against a second copy: the row is locked while its state goes from
*prepared* to *sending*; a lock of the session, taken before that commit and held until the result is written, says that
somebody lives who sends; and the fence, which grows with every try, is asked again right before sending and once more when
the result is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connections

from openiru.core.errors import ConflictError, IntegrityError, RefusedError, SettingError, UsageError
from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, State
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.registry.transitions import lock
from openiru.ports.channel import Channel, Letter, Receipt
from openiru.stages.referral import channels, letters, links
from openiru.stages.referral.fitness import stands
from openiru.stages.referral.known import know
from openiru.stages.referral.outcomes import apply_receipt, to_unknown
from openiru.stages.referral.rows import live_lines, one_locked, set_referral, write_delivery

S = DeliveryState
#: Faults that a channel finds before it opens a connection: nothing has left.
OUR_FAULTS: Final = (UsageError, SettingError, RefusedError, ConflictError, IntegrityError)
#: Longer than any channel may take for one try, in real time.
LEASE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of one try. ``state`` None: nothing was tried, and ``detail`` says why."""

    state: DeliveryState | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A try that was committed: the letter, the way, the fence."""

    letter: Letter
    way: Channel
    fence: int


def deliver_one(by: By, referral: UUID) -> Tried:
    """One try. Safe to call by several workers at once and again after a crash: one of them sends, or nobody."""
    with _alone(by, referral) as alone:
        if not alone:
            return Tried(None, "another worker is at it")
        with acting(by) as now:
            begun = _begin(now, referral)
        if isinstance(begun, Tried):
            return begun
        receipt = _send(by, referral, begun)
        with acting(by) as now:
            return _finish(now, referral, begun.fence, receipt)


@contextmanager
def _alone(by: By, referral: UUID) -> Iterator[bool]:
    """A lock of the session: it ends with the connection, and so says whether the sender lives."""
    with connections[by.using].cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [_name(referral)])
        taken = bool(cursor.fetchone()[0])
        try:
            yield taken
        finally:
            if taken:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_name(referral)])


def _name(referral: UUID) -> str:
    return f"deliver {referral}"


def _begin(now: Now, referral: UUID) -> _Ready | Tried:
    require(now, "referral.send")
    row = one_locked(now, referral)
    state = S(row["state"])
    if state is S.SENDING:
        # We hold the session's lock, so whoever began this has died in between: it may have been sent.
        to_unknown(now, row, "the worker that was sending it ended before it could say how it went")
        return Tried(S.UNKNOWN, "a person must find out and settle it")
    if waits := _waits(now, row, state):
        return Tried(None, waits)
    set_referral(now, row, fence=row["fence"] + 1)
    problem = _changed(now, row)
    if problem:
        return _hold_back(now, row, problem)
    try:
        way = channels.channel(row["channel"])
        letter, opened = links.leaves(now, row, letters.stored(row))
    except (IntegrityError, SettingError, UsageError) as error:
        return _hold_back(now, row, error.message)
    set_referral(now, row, state=S.SENDING.value)
    delivery = write_delivery(now, row, S.SENDING, f"by {row['channel']}")
    rows = (("referral_referral", row["id"]), ("referral_delivery", delivery), *opened)
    record(
        now, [Entry(EventType.SENDING, row["id"], {"fence": row["fence"], "channel": row["channel"]}, rows)]
    )
    return _Ready(letter, way, row["fence"])


def _waits(now: Now, row: dict[str, Any], state: DeliveryState) -> str:
    """Why this is no moment to try; empty when it is."""
    if state not in {S.PREPARED, S.DEFERRED} or row["released_at"] is None:
        return f"it is {state.value}" + ("" if row["released_at"] else "; nobody let it go")
    if row["undo_left"]:
        return "whoever let it go can still take it back"
    return "its time has not come" if row["not_before"] > now.at else ""


def _hold_back(now: Now, row: dict[str, Any], problem: str) -> Tried:
    """Nothing leaves: the batch waits again for a person, who gives items back or lets it go once more."""
    set_referral(now, row, state=S.PREPARED.value, released_at=None, released_by=None)
    delivery = write_delivery(now, row, S.PREPARED, f"held back: {problem}")
    rows = (("referral_referral", row["id"]), ("referral_delivery", delivery))
    record(now, [Entry(EventType.HELD_BACK, row["id"], {"why": problem[:2_000]}, rows)])
    return Tried(S.PREPARED, f"held back: {problem}")


def _changed(now: Now, row: dict[str, Any]) -> str:
    """What has changed since the batch was prepared, item by item, under lock; empty when it may go."""
    if row["kind"] != "referral":
        return ""
    lines = live_lines(now, [row["id"]])
    items = [line["item_id"] for line in lines]
    lock(now, items)
    lines = live_lines(now, [row["id"]])
    known = know(now, items)
    found = []
    for line in lines:
        item = line["item_id"]
        problem = state_problem(line) or stands(known, item, row["sending_unit_id"])
        if problem:
            found.append(f"line {line['number']}: {problem}")
    return "; ".join(found) if lines else "no line is left on it"


def state_problem(line: Mapping[str, Any]) -> str:
    """What has changed about the item of a line (rows.live_lines) since it was prepared; empty when nothing has."""
    bounced = line["state"] == State.REFERRED.value and not Milestone(line["milestones"]) & Milestone.REFERRED
    if line["state"] != State.PREPARED.value and not bounced:
        return f"the item is {line['state'].replace('_', ' ')}"
    if line["basis_digest"] != line["basis_now"]:
        return "what was shown to the assessors has changed"
    return ""


def _send(by: By, referral: UUID, ready: _Ready) -> Receipt:
    """The one place where something leaves. A worker that slept asks first whether the try is still its own."""
    with acting(by) as now:
        now.cursor.execute("SELECT fence, state FROM referral_referral WHERE id = %s", [referral])
        if now.cursor.fetchone() != (ready.fence, S.SENDING.value):
            return Receipt(S.PREPARED, "the try was no longer ours; nothing left")
    try:
        return ready.way.send(ready.letter)
    except OUR_FAULTS as error:
        return Receipt(S.PREPARED, f"not sent: {error.message}")
    except Exception as error:  # noqa: BLE001 - whatever went wrong in there, nobody knows what had left by then
        return Receipt(S.UNKNOWN, f"{type(error).__name__} while sending")


def _finish(now: Now, referral: UUID, fence: int, receipt: Receipt) -> Tried:
    row = one_locked(now, referral)
    if (row["fence"], row["state"]) != (fence, S.SENDING.value):
        # Somebody settled it meanwhile: what we learned is of use to them, and changes nothing by itself.
        late = {**row, "fence": fence}
        delivery = write_delivery(now, late, receipt.state, f"came too late to count: {receipt.detail}")
        rows = (("referral_delivery", delivery),)
        record(now, [Entry(EventType.HELD_BACK, referral, {"why": "a result came too late"}, rows)])
        return Tried(None, "the try was no longer ours")
    if receipt.state is S.PREPARED:
        return _hold_back(now, row, receipt.detail)
    apply_receipt(now, row, receipt)
    return Tried(receipt.state, receipt.detail)


def find_dead_tries(now: Now, *, lease: timedelta = LEASE) -> int:
    """Tries whose sender has died, or has been silent for a ``lease`` of real time: unknown from now on. How many."""
    now.cursor.execute(
        "SELECT r.id FROM referral_referral r WHERE r.state = 'sending' AND ("
        " pg_try_advisory_xact_lock(hashtextextended('deliver ' || r.id::text, 0))"
        " OR (SELECT d.id FROM referral_delivery d WHERE d.referral_id = r.id AND d.state = 'sending'"
        "     ORDER BY d.id DESC LIMIT 1) < %s) ORDER BY r.id",
        [_made_before(lease)],
    )
    found = 0
    for (referral,) in now.cursor.fetchall():
        row = one_locked(now, referral)
        if row["state"] == S.SENDING.value:
            to_unknown(now, row, "nobody is sending it any more, and nobody said how it went")
            found += 1
    return found


def _made_before(span: timedelta) -> UUID:
    """The least id that was made a ``span`` of real time ago: ids begin with the milliseconds of their making."""
    milliseconds = (new_id().int >> 80) - int(span.total_seconds() * 1_000)
    return UUID(int=milliseconds << 80)
