"""What is typed on the provider's page becomes rows of an answer file, or is said to be wrong; long letters come page by page."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import InputError
from openiru.core.referral.answers import decision_of
from openiru.stages.referral.portal.forms import (
    VERDICTS,
    answer_rows,
    decision_words,
    judged,
    packed,
    typed_rows,
    unpacked,
)
from openiru.stages.referral.portal.pages import LINES, page_of
from openiru.stages.referral.portal.queries import Opened, Shown

pytestmark = pytest.mark.usefixtures("template")  # Django is set up with it: words are translated
ANSWER: dict[str, Any] = {"decision": "NO_ACTION", "explanation": "", "version": 1}


def letter(count: int, *, answered: int = 0, withdrawn: int = 0, state: str = "sent") -> Opened:
    """Lines 1 to ``count``, every second under another rule; the first are answered, the last withdrawn."""
    lines = [
        Shown(
            number,
            {
                "rule": "ab"[number % 2],
                "grounds": ["2(7)(a)"],
                "kind": "post",
                "url": f"https://pages.test/{number}",
            },
            number > count - withdrawn,
            ANSWER if number <= answered else None,
        )
        for number in range(1, count + 1)
    ]
    return Opened({"reference": "XX-2026-000001", "state": state}, lines)


def test_a_long_letter_comes_page_by_page_each_line_once_and_by_rule() -> None:
    opened = letter(2 * LINES + 1)
    pages = [page_of(opened, {"page": str(number)}, {}) for number in (1, 2, 3)]
    shown = [row.line.number for page in pages for row in page.rows]
    assert sorted(shown) == list(range(1, 2 * LINES + 2))
    assert [row.rule for page in pages for row in page.rows] == sorted(
        row.rule for page in pages for row in page.rows
    )
    assert [(page.first, page.last, page.before, page.after) for page in pages] == [
        (1, 100, 0, 2),
        (101, 200, 1, 3),
        (201, 201, 2, 0),
    ]


@pytest.mark.parametrize("asked", ["", "0", "-1", "x", "99", "9" * 40, "١"])
def test_a_page_that_is_not_there_is_the_nearest_one(asked: str) -> None:
    assert page_of(letter(3), {"page": asked}, {}).rows


def test_only_what_waits_or_is_to_be_changed_has_a_form() -> None:
    opened = letter(4, answered=2, withdrawn=1)
    assert [row.line.number for row in page_of(opened, {}, {}).rows if row.asks] == [3]
    assert sorted(row.line.number for row in page_of(opened, {"change": "2"}, {}).rows if row.asks) == [2, 3]
    assert page_of(letter(4, state="unknown"), {}, {}).asks == 0
    assert [line.number for line in opened.waiting] == [3]


def test_every_choice_is_a_decision_of_the_vocabulary_and_says_it_in_words() -> None:
    for verdict in VERDICTS:
        assert decision_of(verdict.decision.value) is verdict.decision
        assert decision_words(verdict.decision.value) == verdict.label
    assert decision_words("DECISION_ACCOUNT_SUSPENDED") == "Account suspended"


@given(st.dictionaries(st.text(max_size=12), st.text(max_size=20), max_size=8))
def test_whatever_is_posted_is_read_or_said_to_be_wrong(post: dict[str, str]) -> None:
    typed = typed_rows({f"v-{name}": text for name, text in post.items()} | post)
    good = {number: one for number, one in typed.items() if not one.problem}
    assert len(answer_rows(good)) == len(good)


def test_words_are_asked_for_where_they_are_needed() -> None:
    said = {verdict.key: judged(verdict.key, "") for verdict in VERDICTS}
    assert {key for key, one in said.items() if one and one.problem} == {"restricted", "refused", "disputed"}
    assert judged("", "") is None
    assert judged("", "words")


def test_rows_of_a_file_come_back_as_they_were_shown() -> None:
    rows = answer_rows(typed_rows({"v-1": "refused", "t-1": '</textarea>"\u202e=1'}))
    assert [row.cells for row in unpacked(packed(rows))] == [row.cells for row in rows]
    with pytest.raises(InputError):
        unpacked("[1, {]")
