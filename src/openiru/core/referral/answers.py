"""What a provider's answer to one line means, and whether it can be one at all.

Vocabulary: DSA Transparency Database (schema of 1 July 2025) and the words a referral needs beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from openiru.core.vocabulary import AnswerDecision

_D = AnswerDecision

#: A provider's clock may be this much ahead of ours.
CLOCK_TOLERANCE: Final = timedelta(minutes=5)
LONGEST_TEXT: Final = 5_000
#: Nothing was decided on line in this year or before it; what is kept must be a time that a database can hold.
_BEFORE_ALL: Final = 1969


class Effect(StrEnum):
    """What a decision says was done about the item. ``neither``: the provider has not decided."""

    ACTED = "acted"
    REFUSED = "refused"
    NEITHER = "neither"
    REINSTATED = "reinstated"


#: Decision → effect, every one written out.
EFFECTS: Final[dict[AnswerDecision, Effect]] = {
    **dict.fromkeys(
        (
            _D.CONTENT_REMOVED,
            _D.CONTENT_DISABLED,
            _D.CONTENT_DEMOTED,
            _D.CONTENT_AGE_RESTRICTED,
            _D.CONTENT_INTERACTION_RESTRICTED,
            _D.CONTENT_LABELLED,
            _D.VISIBILITY_OTHER,
            _D.SERVICE_PARTIAL_SUSPENSION,
            _D.SERVICE_TOTAL_SUSPENSION,
            _D.SERVICE_PARTIAL_TERMINATION,
            _D.SERVICE_TOTAL_TERMINATION,
            _D.ACCOUNT_SUSPENDED,
            _D.ACCOUNT_TERMINATED,
        ),
        Effect.ACTED,
    ),
    _D.NO_ACTION: Effect.REFUSED,
    _D.DISPUTED: Effect.REFUSED,
    _D.NOT_FOUND: Effect.NEITHER,
    _D.WRONG_ADDRESSEE: Effect.NEITHER,
    _D.NEEDS_TIME: Effect.NEITHER,
    _D.REINSTATED: Effect.REINSTATED,
}

#: Short words that providers write, folded → decision. Only what has one meaning.
WORDS: Final[dict[str, AnswerDecision]] = {
    "removed": _D.CONTENT_REMOVED,
    "deleted": _D.CONTENT_REMOVED,
    "disabled": _D.CONTENT_DISABLED,
    "demoted": _D.CONTENT_DEMOTED,
    "age restricted": _D.CONTENT_AGE_RESTRICTED,
    "labelled": _D.CONTENT_LABELLED,
    "account suspended": _D.ACCOUNT_SUSPENDED,
    "account terminated": _D.ACCOUNT_TERMINATED,
    "no action": _D.NO_ACTION,
    "not found": _D.NOT_FOUND,
    "wrong addressee": _D.WRONG_ADDRESSEE,
    "needs time": _D.NEEDS_TIME,
    "disputed": _D.DISPUTED,
    "reinstated": _D.REINSTATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A provider's answer to one line. ``decided_at`` is aware or None; texts are as written."""

    reference: str
    line: int
    decision: AnswerDecision
    ground: str = ""
    ground_reference: str = ""
    explanation: str = ""
    decided_at: datetime | None = None
    puid: str = ""


class Reading(StrEnum):
    """What becomes of an answer line."""

    NEW = "new"
    SAME = "same"
    NEW_VERSION = "new_version"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Read:
    """How an answer line was read: taken (``answer``), or why not (``code`` and ``message``)."""

    reading: Reading
    code: str = ""
    message: str = ""
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was sent under one reference: line → (key, address), and when. Nothing else can be answered."""

    reference: str
    provider: str
    sent_at: datetime
    lines: Mapping[int, tuple[str, str]]


def effect(decision: AnswerDecision) -> Effect:
    """What ``decision`` means for the figures."""
    return EFFECTS[decision]


def read_answer(
    row: Mapping[str, str],
    *,
    sent: Mapping[str, Sent],
    provider: str,
    known: Mapping[tuple[str, int], Answer],
    now: datetime,
) -> Read:
    """Read one row of an answer file against what was sent to ``provider``.

    ``row`` has the columns of an answer file; ``sent`` is by reference; ``known`` is the last answer by
    (reference, line). The same answer again is SAME (ignored, with a note); another one is NEW_VERSION,
    and the earlier stays on record. A row is refused, never guessed: unknown reference, another provider's
    referral, a line never sent, an
    address that does not belong to the line, a word nobody knows, a date in the future.
    """
    cells = {name: (value or "").strip() for name, value in row.items()}
    batch = sent.get(cells.get("reference", ""))
    if batch is None or batch.provider != provider:
        return _refused("reference-unknown", "No referral to this provider has that reference.")
    line = _line_number(cells.get("line", ""))
    if line is None or line not in batch.lines:
        return _refused("line-never-sent", "That line was never sent under this reference.")
    named = cells.get("url_or_key", "")
    if named and named not in batch.lines[line]:
        return _refused("address-differs", "The address is not the one that was sent on this line.")
    answer = _answer(cells, batch, line, now)
    if isinstance(answer, Read):
        return answer
    before = known.get((batch.reference, line))
    if before == answer:
        return Read(Reading.SAME, "answer-repeated", "The same answer was already on record.", answer)
    return Read(Reading.NEW if before is None else Reading.NEW_VERSION, answer=answer)


def _answer(cells: Mapping[str, str], batch: Sent, line: int, now: datetime) -> Answer | Read:
    decision = decision_of(cells.get("decision", ""))
    if decision is None:
        return _refused("decision-unknown", "The decision is not a word of the vocabulary.")
    decided = _time(cells.get("decided_at", ""))
    if isinstance(decided, str):
        return _refused("time-unreadable", decided)
    if decided is not None and decided > now + CLOCK_TOLERANCE:
        return _refused("decided-in-future", "The decision is dated in the future.")
    texts = [cells.get(name, "") for name in ("ground", "ground_reference", "explanation", "puid")]
    if any(len(text) > LONGEST_TEXT or "\x00" in text for text in texts):
        return _refused("text-unfit", f"A text is over {LONGEST_TEXT:,} characters or holds a NUL.")
    ground, ground_reference, explanation, puid = texts
    return Answer(
        reference=batch.reference,
        line=line,
        decision=decision,
        ground=ground,
        ground_reference=ground_reference,
        explanation=explanation,
        decided_at=decided,
        puid=puid,
    )


def decision_of(written: str) -> AnswerDecision | None:
    """The decision that a cell means: a value of the vocabulary in any case, or a word with one meaning."""
    folded = " ".join(written.split())
    try:
        return AnswerDecision(folded.upper().replace(" ", "_"))
    except ValueError:
        return WORDS.get(folded.casefold().replace("_", " ").replace("-", " "))


def _line_number(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None  # noqa: PLR2004 - nine digits are enough


def _time(written: str) -> datetime | str | None:
    if not written:
        return None
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return "The time of the decision is not an ISO 8601 time."
    if read.tzinfo is None:
        return "The time of the decision has no zone."
    return read if read.year > _BEFORE_ALL else "The time of the decision lies before all computers."


def _refused(code: str, message: str) -> Read:
    return Read(Reading.REFUSED, code, message)
