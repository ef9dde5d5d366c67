"""Nobody is marked who could have read it, and a break is suggested in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openiru.core.assessment.exposure import MANY_SEVERE, Opened, exposure
from openiru.core.assessment.pace import GLANCE_S, MOST_WORDS, least_seconds, too_fast, words_in

AT = datetime(2026, 1, 5, 12, tzinfo=UTC)


def test_words_are_counted_in_every_script() -> None:
    assert words_in(["one two  three", "четири пет"]) == 5
    assert words_in(["كلمة واحدة"]) == 2
    assert words_in(["一二三四五"]) == 3
    assert words_in(["", "   "]) == 0


def test_an_address_alone_takes_a_glance_and_a_book_is_not_asked_for() -> None:
    assert least_seconds([]) == GLANCE_S
    assert least_seconds(["w " * 100_000]) == GLANCE_S + MOST_WORDS / 7.5


def test_seventy_five_words_take_ten_seconds_and_a_glance() -> None:
    text = " ".join(["word"] * 75)
    assert too_fast([text], seconds=10.9)
    assert not too_fast([text], seconds=11)


@given(st.lists(st.text(max_size=50), max_size=5), st.text(max_size=50))
def test_more_text_never_takes_less_time(texts: list[str], more: str) -> None:
    assert least_seconds([*texts, more]) >= least_seconds(texts)


def opened(minute: float, *, severe: bool = False, for_s: float = 60) -> Opened:
    at = AT + timedelta(minutes=minute)
    return Opened(at, at + timedelta(seconds=for_s), severe)


def at(minute: float) -> datetime:
    return AT + timedelta(minutes=minute)


def test_a_run_of_45_minutes_suggests_a_break() -> None:
    rows = [opened(m) for m in range(0, 44, 4)]
    assert exposure(rows, at=at(44)).rest == ""
    assert exposure(rows, at=at(45)).rest == "long"


def test_a_pause_ends_the_run_and_the_suggestion() -> None:
    rows = [opened(m) for m in range(0, 50, 5)]
    assert exposure(rows, at=at(50)).rest == "long"
    after = exposure(rows, at=at(70))
    assert (after.run, after.rest, after.opened) == (timedelta(0), "", 10)
    assert exposure([*rows, opened(70)], at=at(71)).run == timedelta(minutes=1)


def test_25_severe_items_suggest_a_break_however_fast() -> None:
    rows = [opened(n / 10, severe=True, for_s=5) for n in range(MANY_SEVERE)]
    assert exposure(rows[:-1], at=at(3)).rest == ""
    assert exposure(rows, at=at(3)).rest == "severe"


def test_a_page_that_was_left_open_counts_from_its_opening() -> None:
    assert exposure([Opened(AT, None, severe=False)], at=at(10)).run == timedelta(minutes=10)
    assert exposure([], at=AT).opened == 0
