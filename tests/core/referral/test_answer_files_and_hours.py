"""Answer files are read row by row whatever stands in them; hours are read as the directory writes them."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import InputError, SettingError, UsageError
from openiru.core.referral.answer_files import read_csv, read_json
from openiru.core.referral.attachments import guard
from openiru.core.referral.countries import EEA, is_third_country
from openiru.core.referral.hours import hours_of
from openiru.core.referral.letter import ANSWER_COLUMNS, Sender
from openiru.core.referral.notices import Notice, notice_letter
from openiru.core.vocabulary import Environment, LegalProfile

CELL = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=30)
CELLS = st.fixed_dictionaries(dict.fromkeys(ANSWER_COLUMNS, CELL))


@given(
    st.lists(CELLS.filter(lambda row: any(cell.strip() for cell in row.values())), max_size=5),
    st.sampled_from(",;\t"),
)
def test_every_cell_of_a_csv_comes_back_as_it_was(rows: list[dict[str, str]], separator: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(ANSWER_COLUMNS)
    writer.writerows([[guard(row[name]) for name in ANSWER_COLUMNS] for row in rows])
    assert [dict(found.cells) for found in read_csv(out.getvalue())] == rows


@given(st.lists(CELLS, max_size=5))
def test_every_cell_of_a_json_comes_back_as_it_was(rows: list[dict[str, str]]) -> None:
    for text in (json.dumps(rows), json.dumps({"answers": rows}), "\n".join(json.dumps(row) for row in rows)):
        if text and not (len(rows) == 1 and text[0] == "{" and "answers" in text):
            assert [dict(found.cells) for found in read_json(text)] == rows


@given(st.text(max_size=200))
def test_any_text_is_rows_or_a_clear_error(text: str) -> None:
    for read in (read_csv, read_json):
        found = []
        with suppress(InputError):
            found = read(text)
        assert all(row.number > 0 for row in found)


def test_one_bad_row_spoils_no_other() -> None:
    found = read_json(
        '[{"reference": "R-1", "line": 1, "decision": true}, 7, {"reference": "R-1", "line": 2}]'
    )
    assert [bool(row.problem) for row in found] == [True, True, False]
    assert found[2].cells == {"reference": "R-1", "line": "2"}
    with pytest.raises(InputError) as caught:
        read_csv("reference,line,decision\n" + "x" * 200_000 + ",1,removed\n")
    assert caught.value.where == "row 2"


def test_half_of_a_surrogate_pair_is_no_text_and_spoils_its_own_row_only() -> None:
    bad, good = read_json('[{"reference": "\\ud800", "line": 1}, {"reference": "\\ud83d\\ude00", "line": 1}]')
    assert "reference is neither text" in bad.problem
    assert bad.cells == {"line": "1"}
    assert (good.problem, good.cells["reference"]) == ("", "\U0001f600")


@pytest.mark.parametrize(
    ("text", "days", "opens"),
    [("Mo-Fr 09:00-17:00", {1, 2, 3, 4, 5}, time(9)), ("mo,We-Th,su 08:30-12:00", {1, 3, 4, 7}, time(8, 30))],
)
def test_hours_are_read(text: str, days: set[int], opens: time) -> None:
    hours = hours_of(text, "Europe/Zagreb")
    assert (set(hours.days), hours.opens, hours.always) == (days, opens, False)


@pytest.mark.parametrize("text", ["", " ", "always", "24/7"])
def test_no_hours_mean_day_and_night(text: str) -> None:
    assert hours_of(text, "UTC").always


@pytest.mark.parametrize(
    "text", ["soon", "Mo-Fr", "Fr-Mo 09:00-17:00", "Xx 09:00-17:00", "Mo 25:00-26:00", "9-17"]
)
def test_hours_that_cannot_be_read_are_said(text: str) -> None:
    with pytest.raises(SettingError):
        hours_of(text, "UTC")


def test_what_nobody_stated_counts_as_a_third_country() -> None:
    assert not any(is_third_country(code.lower()) for code in EEA)
    assert all(is_third_country(code) for code in ("US", "RS", "CH", "GB", "", "XX"))


SENDER = Sender(
    unit="Unit",
    authority="U",
    profile=LegalProfile.AGENCY,
    own_ground="",
    contact="desk@unit.example",
    hours="",
)


def notice(*lines: tuple[int, str], reason: str = "why") -> Notice:
    at = datetime(2030, 1, 1, tzinfo=UTC)
    return Notice(
        withdrawal=True,
        reference="U-2030-000001",
        provider="Host",
        sender=SENDER,
        written_at=at,
        sent_at=at,
        environment=Environment.EXERCISE,
        lines=lines,
        reason=reason,
    )


@given(CELL, CELL)
def test_a_withdrawal_is_narrow_plain_text_that_names_reference_and_lines(reason: str, text: str) -> None:
    letter = notice_letter(notice((1, text), (3, "x"), reason=f"why {reason}"))
    assert "U-2030-000001" in letter
    assert letter.startswith("EXERCISE")
    assert not {"\x1b", "\u202e", "\r", "\x00"} & set(letter)
    assert all(len(line) <= 78 for line in letter.splitlines())


def test_a_withdrawal_without_line_or_reason_is_none() -> None:
    for empty in (notice(), notice((1, ""), reason=" ")):
        with pytest.raises(UsageError):
            notice_letter(empty)
