"""Writes of the provider's page: somebody came in, answered lines of their letter, wrote about it. ``by`` is the guest of a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final
from uuid import UUID

from openiru.core.errors import InputError, UsageError
from openiru.core.events import EventType
from openiru.core.referral.answer_files import AnswerRow
from openiru.core.referral.answers import Answer
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.stages.referral.answering import Answers, take_answers, try_answers
from openiru.stages.referral.portal.queries import own

#: Rows that a page takes at once: five times the longest letter.
MOST_ROWS: Final = 5_000
LONGEST_WORDS: Final = 5_000
LONGEST_NAME: Final = 200


class Said(StrEnum):
    """What a provider says beside answers."""

    ENTERED = "entered"
    ACKNOWLEDGED = "acknowledged"
    QUESTION = "question"
    DISPUTE = "dispute"


def answer(*, by: By, rows: Sequence[AnswerRow]) -> Answers:
    """Take answers to the guest's letter, as those of a mail are taken; rows of any other letter are refused and kept apart."""
    with acting(by) as now:
        ours, provider = _own(now, rows)
        return take_answers(now, ours, f"portal:{by.person}", provider)


def preview(*, by: By, rows: Sequence[AnswerRow]) -> tuple[Answers, list[Answer]]:
    """What :func:`answer` would say, and the answers that it would write. Writes nothing."""
    with acting(by) as now:
        ours, provider = _own(now, rows)
        return try_answers(now, ours, provider)


def _own(now: Now, rows: Sequence[AnswerRow]) -> tuple[list[AnswerRow], str]:
    """The rows as rows of the guest's letter, and its provider."""
    require(now, "referral.portal")
    if len(rows) > MOST_ROWS:
        raise InputError(f"this page takes {MOST_ROWS:,} rows at once", hint="Send the file in parts.")
    head = own(now.cursor)
    return [_of(row, head["reference"]) for row in rows], head["provider"]


def _of(row: AnswerRow, reference: str) -> AnswerRow:
    named = row.cells.get("reference", "").strip()
    if not named:
        return replace(row, cells={**row.cells, "reference": reference})
    if named != reference and not row.problem:
        return replace(row, problem=f"This page takes answers to {reference} only.")
    return row


def write(*, by: By, kind: Said, text: str = "", name: str = "", contact: str = "") -> UUID:
    """Keep what somebody says of the guest's letter, and under which name; the id of it."""
    if kind in {Said.QUESTION, Said.DISPUTE} and not text.strip():
        raise UsageError("the message is empty", where="text", hint="Write what the unit should know.")
    if (
        len(text) > LONGEST_WORDS
        or max(len(name), len(contact)) > LONGEST_NAME
        or "\x00" in text + name + contact
    ):
        raise UsageError(
            f"a message has at most {LONGEST_WORDS:,} characters, a name {LONGEST_NAME}", where="text"
        )
    with acting(by) as now:
        require(now, "referral.portal")
        head, new = own(now.cursor), new_id()
        row = {
            "id": new,
            "operation_id": by.operation,
            "referral_id": head["id"],
            "link_id": by.person,
            "kind": kind.value,
            "text": text.strip(),
            "name": name.strip(),
            "contact": contact.strip(),
            "at": now.at,
        }
        insert(now.cursor, "referral_message", [row])
        payload = {"label": f"{head['provider']}|{kind.value}", "referral": str(head["id"])}
        record(now, [Entry(EventType.PROVIDER_WROTE, new, payload, (("referral_message", new),))])
        return new
