"""Writes of referrals: prepare, give back, let go, deliver, settle, correct, withdraw, take answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from openiru.core.errors import ConflictError, PermissionDeniedError, UsageError
from openiru.core.events import EventType
from openiru.core.referral.answer_files import AnswerRow
from openiru.core.referral.hours import hours_of
from openiru.core.referral.rules import ensure_instrument, send_window
from openiru.core.vocabulary import DeliveryState, Instrument, LegalProfile
from openiru.foundation.database.acting import SERVICE_PERSON, By, Now, acting
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.operations.queries import require_open
from openiru.foundation.people.permissions import require
from openiru.foundation.people.queries import unit
from openiru.stages.referral import channels, queries, sending
from openiru.stages.referral.answering import Answers, take_answers
from openiru.stages.referral.delivering import Tried, deliver_one, find_dead_tries
from openiru.stages.referral.fitness import Request
from openiru.stages.referral.outcomes import bounced, give_back, settled
from openiru.stages.referral.preparing import Preparation, Wanted, prepare_items
from openiru.stages.referral.rows import locked, one_locked, set_referral
from openiru.stages.referral.taking_back import correct_lines, withdraw_lines

S = DeliveryState
#: Seconds of real time in which what was let go at the desk can be taken back. No setting: nobody shortens it under pressure.
UNDO_S: Final = 30
#: Never left, or came back: its items can be given back.
RETURNABLE = frozenset({S.PREPARED.value, S.DEFERRED.value, S.BOUNCED.value, S.TRANSCRIBED.value})
RELEASABLE = frozenset({S.PREPARED.value, S.DEFERRED.value, S.BOUNCED.value})


@dataclass(frozen=True, slots=True)
class Released:
    """A batch that was let go, and the earliest moment at which it is sent."""

    id: UUID
    reference: str
    not_before: datetime


def prepare(
    *,
    by: By,
    provider: str = "",
    items: Sequence[UUID] | None = None,
    instrument: Instrument = Instrument.REFERRAL,
    urgent: bool = False,
    channel: str = "",
    again_reason: str = "",
) -> Preparation:
    """Put items that two people decided on (None: all of the operation) on batches, one provider and deciding unit each.

    Each batch is written whole with its letter, reference and Message-ID, or not at all. An item that is not referred is in the
    answer with the reason. ``urgent`` skips a provider's hours, and nothing else. ``again_reason``: why items that were
    referred before go once more; a lawful reinstatement is not overcome by it. RefusedError for an instrument that the legal
    profile of the acting unit does not have; items of a deciding unit that does not have it are left out.
    """
    with acting(by) as now:
        require(now, "referral.prepare")
        require_open(_operation(by))
        ensure_instrument(LegalProfile(unit(by.unit)["legal_profile"]), instrument)
        if channel:
            channels.reaches_provider(channel)  # an error when there is no such channel
        return prepare_items(
            now, items, Wanted(provider, channel, urgent, Request(by.unit, instrument, again_reason))
        )


def unprepare(*, by: By, referrals: Sequence[UUID], why: str) -> int:
    """Give the items of batches that never arrived back; how many. ConflictError when one has left, or may have."""
    _said(why)
    with acting(by) as now:
        require(now, "referral.prepare")
        rows = locked(now, referrals)
        for row in rows:
            if row["state"] not in RETURNABLE:
                raise ConflictError(
                    f"{row['reference']} is {row['state']}",
                    hint="Withdraw what was sent; settle what is unknown.",
                )
        return give_back(now, rows, why)


def send(*, by: By, referrals: Sequence[UUID], urgent: bool = False, undo_s: int = 0) -> list[Released]:
    """Let batches go. They are sent by a job: now, or when the provider reads its mail next, unless it is urgent.

    The job is there exactly when this is committed. ``undo_s``: so many seconds of real time pass before a machine takes
    a batch, urgent or not, and until it does :func:`recall` takes it back; the next tick after them sends. A batch that goes already is
    answered and let go once only. Raises
    ConflictError for a batch that is not waiting, SettingError when its channel cannot be used.
    """
    with acting(by) as now:
        require(now, "referral.send")
        if by.person == SERVICE_PERSON:
            raise PermissionDeniedError("a person lets a referral go, never a machine")
        require_open(_operation(by))
        rows = locked(now, referrals)
        for name in {row["channel"] for row in rows}:
            channels.channel(name)
        now.cursor.execute("SELECT iru.undo_until(%s)", [undo_s])
        until: datetime | None = now.cursor.fetchone()[0]
        return [_release(now, row, urgent=urgent, undo_until=until) for row in rows]


def _release(now: Now, row: dict[str, Any], *, urgent: bool, undo_until: datetime | None) -> Released:
    if row["state"] not in RELEASABLE:
        raise ConflictError(f"{row['reference']} is {row['state']} and does not wait to be sent")
    at = send_window(hours_of(row["hours"], row["zone"]), urgent=urgent or row["urgent"], now=now.at)
    if _goes_already(row, at, undo_until):
        return Released(row["id"], row["reference"], row["not_before"])
    state = S.PREPARED if row["state"] == S.BOUNCED.value else S(row["state"])
    set_referral(
        now,
        row,
        state=state.value,
        not_before=at,
        released_at=now.at,
        released_by=now.by.person,
        undo_until=undo_until,
    )
    payload = {"not_before": at.isoformat(), "urgent": urgent or row["urgent"], "label": row["provider"]}
    record(now, [Entry(EventType.RELEASED, row["id"], payload, (("referral_referral", row["id"]),))])
    if at <= now.at and undo_until is None:
        sending.enqueue(_operation(now.by), row["id"])
    return Released(row["id"], row["reference"], at)


def _goes_already(row: dict[str, Any], at: datetime, undo_until: datetime | None) -> bool:
    """Whether a batch was let go before and would leave no sooner for being let go again: that tells the ledger nothing new."""
    return (
        row["state"] == S.PREPARED.value
        and row["released_at"] is not None
        and row["not_before"] <= at
        and (undo_until is not None or row["undo_until"] is None)
    )


def recall(*, by: By, referrals: Sequence[UUID]) -> int:
    """Take batches back that were let go and that no machine has taken yet; how many. They wait for a person again.

    All of them or none: ConflictError when one has left, may have left, or was not let go.
    """
    with acting(by) as now:
        require(now, "referral.send")
        rows = locked(now, referrals)
        for row in rows:
            if row["state"] not in RELEASABLE or row["released_at"] is None:
                raise ConflictError(
                    f"{row['reference']} is {row['state']}: it is too late to take it back",
                    where=row["reference"],
                    hint="Withdraw what was sent, with a reason; settle what is unknown.",
                )
            set_referral(now, row, released_at=None, released_by=None, undo_until=None)
        record(
            now,
            [
                Entry(
                    EventType.RECALLED,
                    row["id"],
                    {"label": row["provider"]},
                    (("referral_referral", row["id"]),),
                )
                for row in rows
            ],
        )
        return len(rows)


def deliver(*, by: By, referral: UUID) -> Tried:
    """One try to send a batch that a person let go. Called by the job; safe to call twice, and by many at once."""
    return deliver_one(by, referral)


def enqueue_due(*, by: By) -> int:
    """Give what is due to the workers, and mark tries whose sender has died as unknown; how many of both."""
    with acting(by) as now:
        require(now, "referral.send")
        dead = find_dead_tries(now)
        due = queries.due_to_send(now.at)
        for referral in due:
            sending.enqueue(_operation(by), referral)
        return dead + len(due)


def settle(*, by: By, referral: UUID, was_sent: bool, why: str) -> None:
    """A person found out whether an unknown batch was sent. ConflictError when it is not unknown."""
    _said(why)
    with acting(by) as now:
        require(now, "referral.settle")
        row = one_locked(now, referral)
        if row["state"] != S.UNKNOWN.value:
            raise ConflictError(f"{row['reference']} is {row['state']}: there is nothing to settle")
        settled(now, row, was_sent=was_sent, why=why)


def bounce(*, by: By, mails: Sequence[tuple[Sequence[str], str]]) -> list[str]:
    """Mails came back: for each the Message-IDs it may be about, the surest first, and what the server said.

    The reference of the letter that each is about, empty when it is none of this operation. A letter that is not known to have
    left, or has bounced before, stays as it is.
    """
    with acting(by) as now:
        require(now, "referral.answer")
        return [_bounce(now, matches, said) for matches, said in mails]


def _bounce(now: Now, matches: Sequence[str], said: str) -> str:
    asked = [one for one in matches if "\x00" not in one]
    now.cursor.execute("SELECT message_id, id FROM referral_referral WHERE message_id = ANY(%s)", [asked])
    ours = dict(now.cursor.fetchall())
    referral = next((ours[one] for one in asked if one in ours), None)
    if referral is None:
        return ""
    row = one_locked(now, referral)
    if row["state"] in {S.SENT.value, S.UNKNOWN.value}:
        bounced(now, row, said)
    return str(row["reference"])


def correct(*, by: By, referral: UUID, texts: Mapping[int, str], why: str) -> UUID:
    """Prepare a letter that corrects lines (number -> what is said) of a referral that was sent; its id. ``send`` lets it go."""
    with acting(by) as now:
        require(now, "referral.withdraw")
        return correct_lines(now, referral, texts, why)


def withdraw(*, by: By, referral: UUID, lines: Sequence[int] | None = None, why: str) -> UUID:
    """Take back lines (None: all) of a referral that was sent, and prepare the letter that says so; its id."""
    with acting(by) as now:
        require(now, "referral.withdraw")
        return withdraw_lines(now, referral, lines, why)


def answer(*, by: By, rows: Sequence[AnswerRow], source: str, provider: str = "") -> Answers:
    """Take a provider's answers. ``source``: digest of the file or mail. ``provider``: its slug, when it is known who answers.

    Each row is taken, repeated (nothing new), or refused and kept apart with the reason.
    """
    with acting(by) as now:
        require(now, "referral.answer")
        if not source.strip():
            raise UsageError("answers say where they come from")
        return take_answers(now, rows, source, provider)


def answer_lines(*, by: By, reference: str, lines: Mapping[int, Mapping[str, str]], why: str) -> Answers:
    """Answers that a person types in: number of the line -> cells of an answer file (``decision`` and others).

    ``why`` says how the answer came (a call, a web form); with the person it is the source.
    """
    _said(why)
    rows = [
        AnswerRow(at, {**cells, "reference": reference, "line": str(number)})
        for at, (number, cells) in enumerate(lines.items(), 1)
    ]
    source = "typed:" + hashlib.sha256(f"{by.person} {why}".encode(errors="surrogatepass")).hexdigest()
    return answer(by=by, rows=rows, source=source)


def _operation(by: By) -> UUID:
    if by.operation is None:
        raise UsageError("a referral belongs to an operation", where="--operation")
    return by.operation


def _said(why: str) -> None:
    if not why.strip() or "\x00" in why:
        raise UsageError("this needs a reason", where="--why")
