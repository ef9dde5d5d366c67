"""Providers' answers, row by row: taken, repeated, or refused with the reason and kept apart. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, Step
from openiru.core.referral.answer_files import AnswerRow
from openiru.core.referral.answers import Answer, Effect, Read, Reading, Sent, effect, read_answer
from openiru.core.vocabulary import AnswerDecision, DeliveryState
from openiru.engines.text import visible
from openiru.foundation.database.acting import Now
from openiru.foundation.database.bulk import dicts, insert
from openiru.foundation.database.ids import new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.registry.transitions import Move, Moved, transition

M = Milestone
D = AnswerDecision
#: Said, but nothing decided: the item still waits for an answer.
UNDECIDED = frozenset({D.NEEDS_TIME, D.WRONG_ADDRESSEE})
_KEPT = 500


@dataclass(frozen=True, slots=True)
class AnswerRead:
    """What became of one row. ``code`` and ``message`` say why when it was refused or repeated."""

    number: int
    reference: str
    line: str
    reading: Reading
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of a batch of rows, in their order."""

    rows: tuple[AnswerRead, ...]

    @property
    def counts(self) -> dict[str, int]:
        """rows, taken (new and new versions), repeated, refused."""
        taken = sum(row.reading in {Reading.NEW, Reading.NEW_VERSION} for row in self.rows)
        refused = sum(row.reading is Reading.REFUSED for row in self.rows)
        return {
            "rows": len(self.rows),
            "taken": taken,
            "repeated": len(self.rows) - taken - refused,
            "refused": refused,
        }

    @property
    def nothing_known(self) -> bool:
        """Whether no row names a referral of this operation: it may be another's."""
        return all(row.code == "reference-unknown" for row in self.rows)

    def as_dict(self) -> dict[str, Any]:
        """The shape of ``openiru referral answer --json``."""
        refused = [
            {
                "row": row.number,
                "reference": row.reference,
                "line": row.line,
                "code": row.code,
                "reason": row.message,
            }
            for row in self.rows
            if row.reading is Reading.REFUSED
        ]
        return {**self.counts, "refused_rows": refused}


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that was sent."""

    id: UUID
    item: UUID
    referral: UUID
    provider: str


@dataclass(slots=True)
class _Book:
    """What was sent under the references that are named, and what is on record of it."""

    sent: dict[str, Sent]
    states: dict[str, str]
    lines: dict[tuple[str, int], _Line]
    known: dict[tuple[str, int], Answer]
    versions: dict[tuple[str, int], int]


def take_answers(now: Now, rows: Sequence[AnswerRow], source: str, provider: str) -> Answers:
    """Judge every row, write what is new, move the items. The same rows again change nothing."""
    book, read, new = _judge_all(now, rows, provider)
    _write(now, book, new, source)
    _write_strays(now, [(row, judged) for row, judged in read if judged.reading is Reading.REFUSED], source)
    return Answers(tuple(_told(row, judged) for row, judged in read))


def try_answers(now: Now, rows: Sequence[AnswerRow], provider: str) -> tuple[Answers, list[Answer]]:
    """What :func:`take_answers` would say of these rows, and the answers that would be written. Writes nothing."""
    _, read, new = _judge_all(now, rows, provider)
    return Answers(tuple(_told(row, judged) for row, judged in read)), [answer for _, answer in new]


def _judge_all(
    now: Now, rows: Sequence[AnswerRow], provider: str
) -> tuple[_Book, list[tuple[AnswerRow, Read]], list[tuple[int, Answer]]]:
    """The book with what is new in it, every row judged, and the new answers with their versions."""
    book = _book(now, sorted({row.cells.get("reference", "").strip() for row in rows}))
    read: list[tuple[AnswerRow, Read]] = []
    new: list[tuple[int, Answer]] = []
    for row in rows:
        judged = _judge(row, book, provider, now)
        read.append((row, judged))
        if judged.answer is not None and judged.reading in {Reading.NEW, Reading.NEW_VERSION}:
            key = (judged.answer.reference, judged.answer.line)
            book.known[key] = judged.answer
            book.versions[key] = book.versions.get(key, 0) + 1
            new.append((book.versions[key], judged.answer))
    return book, read, new


def _told(row: AnswerRow, judged: Read) -> AnswerRead:
    reference, line = (visible(row.cells.get(name, "")) for name in ("reference", "line"))
    return AnswerRead(row.number, reference, line, judged.reading, judged.code, judged.message)


def _judge(row: AnswerRow, book: _Book, provider: str, now: Now) -> Read:
    if row.problem:
        return Read(Reading.REFUSED, "row-unreadable", row.problem)
    reference = row.cells.get("reference", "").strip()
    state = book.states.get(reference)
    if state is not None and state != DeliveryState.SENT.value:
        hint = " A person must settle it first." if state == DeliveryState.UNKNOWN.value else ""
        return Read(Reading.REFUSED, "referral-never-sent", f"That referral is {state}.{hint}")
    batch = book.sent.get(reference)
    asked = provider or (batch.provider if batch else "")
    return read_answer(row.cells, sent=book.sent, provider=asked, known=book.known, now=now.at)


def _book(now: Now, references: Sequence[str]) -> _Book:
    now.cursor.execute(
        "SELECT r.id, r.reference, r.state, r.sent_at, p.slug FROM referral_referral r"
        " JOIN directory_provider p ON p.id = r.provider_id"
        " WHERE r.reference = ANY(%s) AND r.kind = 'referral' ORDER BY r.id FOR UPDATE OF r",
        [[one for one in references if "\x00" not in one]],
    )
    found = dicts(now.cursor)
    now.cursor.execute(
        "SELECT r.reference, p.slug, l.id, l.number, l.item_id, l.referral_id, i.key, i.canonical FROM referral_line l"
        " JOIN referral_referral r ON r.id = l.referral_id JOIN directory_provider p ON p.id = r.provider_id"
        " JOIN registry_item i ON i.id = l.item_id WHERE l.referral_id = ANY(%s) ORDER BY l.referral_id, l.number",
        [[row["id"] for row in found]],
    )
    lines = dicts(now.cursor)
    on: dict[str, dict[int, tuple[str, str]]] = {row["reference"]: {} for row in found}
    for line in lines:
        on[line["reference"]][line["number"]] = (line["key"], line["canonical"])
    sent = {
        row["reference"]: Sent(
            reference=row["reference"],
            provider=row["slug"],
            sent_at=row["sent_at"],
            lines=on[row["reference"]],
        )
        for row in found
        if row["state"] == DeliveryState.SENT.value
    }
    by_line = {
        (line["reference"], line["number"]): _Line(
            line["id"], line["item_id"], line["referral_id"], line["slug"]
        )
        for line in lines
    }
    known, versions = _on_record(now, by_line)
    return _Book(sent, {row["reference"]: row["state"] for row in found}, by_line, known, versions)


def _on_record(
    now: Now, lines: Mapping[tuple[str, int], _Line]
) -> tuple[dict[tuple[str, int], Answer], dict[tuple[str, int], int]]:
    now.cursor.execute(
        "SELECT DISTINCT ON (line_id) * FROM referral_answer WHERE line_id = ANY(%s) ORDER BY line_id, version DESC",
        [[line.id for line in lines.values()]],
    )
    last = {row["line_id"]: row for row in dicts(now.cursor)}
    known, versions = {}, {}
    for (reference, number), line in lines.items():
        if row := last.get(line.id):
            versions[reference, number] = row["version"]
            known[reference, number] = Answer(
                reference=reference,
                line=number,
                decision=D(row["decision"]),
                **{
                    name: row[name]
                    for name in ("ground", "ground_reference", "explanation", "decided_at", "puid")
                },
            )
    return known, versions


def _write(now: Now, book: _Book, new: Sequence[tuple[int, Answer]], source: str) -> None:
    if not new:
        return
    ids = new_ids(len(new))
    rows = [
        {
            "id": answer_id,
            "operation_id": now.by.operation,
            "line_id": book.lines[answer.reference, answer.line].id,
            "version": version,
            "decision": answer.decision.value,
            "ground": answer.ground,
            "ground_reference": answer.ground_reference,
            "explanation": answer.explanation,
            "puid": answer.puid,
            "decided_at": answer.decided_at,
            "received_at": now.at,
            "source": source,
        }
        for answer_id, (version, answer) in zip(ids, new, strict=True)
    ]
    insert(now.cursor, "referral_answer", rows)
    last = {(answer.reference, answer.line): answer for _, answer in new}
    moved = _move(now, {book.lines[key].item: answer.decision for key, answer in last.items()})
    record(
        now,
        [
            _entry(answer_id, version, answer, book.lines[answer.reference, answer.line], moved, last)
            for answer_id, (version, answer) in zip(ids, new, strict=True)
        ],
    )


def _entry(
    answer_id: UUID,
    version: int,
    answer: Answer,
    line: _Line,
    moved: Mapping[UUID, Moved],
    last: Mapping[tuple[str, int], Answer],
) -> Entry:
    """The leaf of one answer; the last one of a line tells of the item's move as well."""
    event = EventType.REINSTATED if answer.decision is D.REINSTATED else EventType.ANSWERED
    about: dict[str, Any] = {
        "label": f"{line.provider}|{answer.decision.value}",
        "version": version,
        "line": str(line.id),
    }
    rows = (("referral_answer", answer_id),)
    if last[answer.reference, answer.line] is answer:
        return moved[line.item].entry(event, answer_id, rows, **about)
    return Entry(event, answer_id, {"item": str(line.item), **about}, rows, item=line.item)


def _move(now: Now, decisions: Mapping[UUID, AnswerDecision]) -> dict[UUID, Moved]:
    moves = [_step(item, decision) for item, decision in decisions.items()]
    moved, refused = transition(now, moves)
    # No such step any more (withdrawn, reinstated before): the answer stands on record and moves nothing.
    still, _ = transition(
        now, [Move(item, None, notes={"answer": decisions[item].value}) for item in refused]
    )
    return moved | still


def _step(item: UUID, decision: AnswerDecision) -> Move:
    notes = {"answer": decision.value}
    what = effect(decision)
    if what is Effect.REINSTATED:
        return Move(item, Step.REINSTATE, M.REINSTATED | M.ANSWERED, M.ACTED | M.GONE, notes)
    if what is Effect.ACTED:
        return Move(item, Step.ANSWER, M.ANSWERED | M.ACTED, M.REFUSED, notes)
    if what is Effect.REFUSED:
        return Move(item, Step.ANSWER, M.ANSWERED | M.REFUSED, M.ACTED, notes)
    if decision in UNDECIDED:
        return Move(item, None, loses=M.ACTED | M.REFUSED, notes=notes)
    return Move(item, Step.ANSWER, M.ANSWERED, M.ACTED | M.REFUSED, notes)


def _write_strays(now: Now, strays: Sequence[tuple[AnswerRow, Read]], source: str) -> None:
    """Keep what was refused, once: the same file again adds nothing."""
    now.cursor.execute(
        "SELECT reference, number, excerpt FROM referral_strayanswer WHERE source = %s", [source]
    )
    known = set(now.cursor.fetchall())
    rows = []
    for row, judged in strays:
        reference = visible(row.cells.get("reference", ""))
        excerpt = visible(" | ".join(f"{name}={text}" for name, text in row.cells.items()), _KEPT)
        if (reference, row.number, excerpt) not in known:
            known.add((reference, row.number, excerpt))
            reason = f"{judged.code}: {judged.message}"
            rows.append({"reference": reference, "number": row.number, "reason": reason, "excerpt": excerpt})
    made: list[dict[str, Any]] = [
        {"id": new, "operation_id": now.by.operation, **row, "received_at": now.at, "source": source}
        for row, new in zip(rows, new_ids(len(rows)), strict=True)
    ]
    insert(now.cursor, "referral_strayanswer", made)
    record(
        now,
        [
            Entry(
                EventType.ANSWER_REFUSED,
                one["id"],
                {"label": one["reason"].partition(":")[0], "source": source},
                (("referral_strayanswer", one["id"]),),
            )
            for one in made
        ],
    )
