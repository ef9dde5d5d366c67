from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.referral.answers import (
    EFFECTS,
    Answer,
    Effect,
    Read,
    Reading,
    Sent,
    decision_of,
    effect,
    read_answer,
)
from openiru.core.vocabulary import AnswerDecision

NOW = datetime(2030, 5, 3, tzinfo=UTC)
SENT = Sent(
    reference="R-1",
    provider="P1",
    sent_at=datetime(2030, 5, 1, tzinfo=UTC),
    lines={
        1: ("site:example.org/a", "https://example.org/a"),
        2: ("site:example.org/b", "https://example.org/b"),
    },
)
ROW = {
    "reference": "R-1",
    "line": "1",
    "url_or_key": "https://example.org/a",
    "decision": "removed",
    "decided_at": "2030-05-02T10:00:00+02:00",
    "puid": "abc-1",
}


def read(*, provider: str = "P1", known: dict[tuple[str, int], Answer] | None = None, **changes: str) -> Read:
    return read_answer(ROW | changes, sent={"R-1": SENT}, provider=provider, known=known or {}, now=NOW)


def test_a_good_row_is_taken() -> None:
    taken = read()
    assert taken.reading is Reading.NEW
    assert taken.answer is not None
    assert taken.answer.decision is AnswerDecision.CONTENT_REMOVED
    assert taken.answer.decided_at == datetime(2030, 5, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("refused", "code"),
    [
        (read(reference="R-9"), "reference-unknown"),
        (read(provider="P2"), "reference-unknown"),
        (read(line="3"), "line-never-sent"),
        (read(decided_at="0001-01-01T00:00:00+14:00"), "time-unreadable"),
        (read(line="٣"), "line-never-sent"),
        (read(line="9" * 5000), "line-never-sent"),
        (read(line=""), "line-never-sent"),
        (read(url_or_key="https://example.org/b"), "address-differs"),
        (read(decision="perhaps"), "decision-unknown"),
        (read(decision=""), "decision-unknown"),
        (read(decided_at="2030-05-04T00:00:00Z"), "decided-in-future"),
        (read(decided_at="2030-05-02T10:00:00"), "time-unreadable"),
        (read(decided_at="soon"), "time-unreadable"),
        (read(explanation="x" * 5_001), "text-unfit"),
        (read(ground="a\x00"), "text-unfit"),
    ],
)
def test_what_cannot_be_an_answer_is_refused_with_its_code(refused: Read, code: str) -> None:
    assert (refused.reading, refused.code, refused.answer) == (Reading.REFUSED, code, None)
    assert refused.message


def test_the_same_answer_twice_is_noted_and_another_one_is_a_new_version() -> None:
    first = read().answer
    assert first is not None
    known = {("R-1", 1): first}
    assert read(known=known).reading is Reading.SAME
    assert read(known=known, decision="NO_ACTION").reading is Reading.NEW_VERSION


def test_a_line_may_be_named_by_its_key_or_by_nothing() -> None:
    assert read(url_or_key="site:example.org/a").reading is Reading.NEW
    assert read(url_or_key="").reading is Reading.NEW


def test_every_decision_has_one_effect() -> None:
    assert set(EFFECTS) == set(AnswerDecision)
    assert effect(AnswerDecision.NO_ACTION) is Effect.REFUSED
    assert effect(AnswerDecision.NOT_FOUND) is Effect.NEITHER
    assert effect(AnswerDecision.REINSTATED) is Effect.REINSTATED
    assert effect(AnswerDecision.ACCOUNT_SUSPENDED) is Effect.ACTED


@pytest.mark.parametrize("decision", AnswerDecision)
def test_the_vocabulary_reads_itself_in_any_case(decision: AnswerDecision) -> None:
    assert decision_of(decision.value.lower()) is decision


@given(st.dictionaries(st.sampled_from(sorted(ROW)), st.text(max_size=20)))
def test_no_row_breaks_the_reader(changes: dict[str, str]) -> None:
    verdict = read_answer(ROW | changes, sent={"R-1": SENT}, provider="P1", known={}, now=NOW)
    assert (verdict.answer is None) == (verdict.reading is Reading.REFUSED)
