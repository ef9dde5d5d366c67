from __future__ import annotations

import csv
import io
import json
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import UsageError
from openiru.core.referral.attachments import (
    CSV_COLUMNS,
    answer_form,
    csv_attachment,
    guard,
    json_attachment,
    unguard,
)
from openiru.core.referral.catalogue import TEXTS, texts
from openiru.core.referral.letter import ANSWER_COLUMNS, LetterFacts, Line, Sender
from openiru.core.referral.plain_letter import WIDTH, clean, plain_letter
from openiru.core.vocabulary import Environment, Ground, Kind, LegalProfile, ProtectedPurpose

LINE = Line(
    line=1,
    key="site:example.org/a",
    url="https://example.org/a?b=1",
    defanged="hxxps://example[.]org/a?b=1",
    kind=Kind.VIDEO,
    place="00:01:10 to 00:01:45",
    quote="измишљене речи",
    translation="invented words",
    rule="Community rules 4.2",
    grounds=(Ground.INCITES, Ground.THREATENS),
    national_law="Penal Code s. 1 (invented)",
    exceptions=tuple(ProtectedPurpose),
    captured_at=datetime(2030, 5, 1, 10, tzinfo=UTC),
    capture_digest="sha256:" + "a" * 64,
    group="Invented Group",
    brand="",
)
FACTS = LetterFacts(
    reference="R-2030-7",
    operation="Invented day",
    provider="Provider Example",
    sender=Sender(
        unit="Unit One",
        authority="Authority of Exampleland",
        profile=LegalProfile.MEMBER_STATE_UNIT,
        own_ground="Police Act s. 5 (invented).",
        contact="desk@unit-one.example",
        hours="Mon to Fri 8 to 18 CET",
    ),
    contributors=("Unit Two", "Unit Three"),
    lines=(LINE, replace(LINE, line=2, captured_at=None, capture_digest=None)),
    written_at=datetime(2030, 5, 2, 9, tzinfo=UTC),
    urgent=False,
    environment=Environment.DEMO,
)


def flat(facts: LetterFacts) -> str:
    return " ".join(plain_letter(facts).split())


@pytest.mark.parametrize(
    "said",
    [
        "for your voluntary consideration, not an order",
        "Police Act s. 5 (invented).",
        "R-2030-7",
        "Unit One, Authority of Exampleland",
        "found by: Unit Two, Unit Three",
        "hxxps://example[.]org/a?b=1",
        "00:01:10 to 00:01:45",
        "измишљене речи",
        "invented words",
        "Community rules 4.2",
        "Art. 2(7)(a)",
        "none applies: education, journalism, art, research",
        "2030-05-01 10:00:00 UTC",
        "not captured",
        "You may tell the user",
        "can complain to you",
        ", ".join(ANSWER_COLUMNS),
        "INVENTED DATA",
        "draw your attention to 2 lines",
    ],
)
def test_the_letter_says_what_a_provider_needs(said: str) -> None:
    assert said in flat(FACTS)


def test_the_letter_has_short_lines_no_carriage_return_and_no_live_address() -> None:
    letter = plain_letter(FACTS)
    assert max(map(len, letter.split("\n"))) <= WIDTH
    assert "\r" not in letter
    assert LINE.url not in letter
    assert "https://example.org" not in letter


def test_a_live_letter_bears_no_notice_and_an_exercise_does() -> None:
    assert "INVENTED" not in flat(replace(FACTS, environment=Environment.LIVE))
    assert flat(replace(FACTS, environment=Environment.EXERCISE)).count("EXERCISE") == 2


@pytest.mark.parametrize("profile", LegalProfile)
def test_each_legal_profile_has_its_own_sentence(profile: LegalProfile) -> None:
    said = flat(replace(FACTS, sender=replace(FACTS.sender, profile=profile)))
    assert texts("en").own_ground[profile] in said


def test_urgency_is_said_only_when_it_is_so() -> None:
    assert "imminent" not in flat(FACTS)
    assert "imminent" in flat(replace(FACTS, urgent=True))


def test_every_language_has_every_sentence() -> None:
    for language in TEXTS.values():
        assert set(language.own_ground) == set(LegalProfile)
        assert set(language.grounds) == set(Ground)
        assert set(language.exceptions) == set(ProtectedPurpose)
        assert set(language.environment) == set(Environment)
        assert all(getattr(language, f.name) for f in fields(language))
    with pytest.raises(UsageError):
        texts("xx")


def with_line(**changes: object) -> LetterFacts:
    return replace(FACTS, lines=(replace(LINE, **changes),))  # type: ignore[arg-type]  # one value a field


@pytest.mark.parametrize(
    "bad",
    [
        replace(FACTS, lines=()),
        replace(FACTS, sender=replace(FACTS.sender, contact=" ")),
        with_line(line=2),
        with_line(grounds=()),
        with_line(exceptions=(ProtectedPurpose.ART,)),
        with_line(defanged=LINE.url),
        with_line(captured_at=None),
    ],
)
def test_a_letter_that_says_too_little_is_not_written(bad: LetterFacts) -> None:
    for write in (plain_letter, json_attachment, csv_attachment, answer_form):
        with pytest.raises(UsageError):
            write(bad)


def test_no_field_is_for_a_persons_name() -> None:
    names = {f.name for kind in (LetterFacts, Line, Sender) for f in fields(kind)}
    assert not names & {"person", "name", "analyst", "officer", "assessor", "signature"}


def test_the_json_attachment_has_the_live_address_and_the_legal_nature() -> None:
    document = json.loads(json_attachment(FACTS))
    assert document["format"] == "openiru-referral/1"
    assert "not an order" in document["legal_nature"]
    assert document["environment"] == "demo"
    assert document["lines"][0]["url"] == LINE.url
    assert document["lines"][0]["grounds"] == ["2(7)(a)", "2(7)(e)"]
    assert document["lines"][1]["capture_digest"] is None
    assert json_attachment(FACTS) == json_attachment(FACTS)


def test_the_csv_attachment_disarms_formulas() -> None:
    armed = with_line(quote='=HYPERLINK("x")', place="@a", translation=" +1", brand="\t=1")
    rows = list(csv.DictReader(io.StringIO(csv_attachment(armed), newline="")))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert rows[0]["url"] == LINE.url
    cells = [cell for row in rows for cell in row.values()]
    assert not any(cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t")) for cell in cells)


def test_the_answer_form_has_one_row_a_line() -> None:
    rows = list(csv.DictReader(io.StringIO(answer_form(FACTS), newline="")))
    assert [(row["reference"], row["line"], row["decision"]) for row in rows] == [
        ("R-2030-7", "1", ""),
        ("R-2030-7", "2", ""),
    ]


@given(st.text())
def test_a_guarded_cell_comes_back_whole(cell: str) -> None:
    assert unguard(guard(cell)) == cell or cell.startswith("'")
    assert not guard(cell).lstrip(" ").startswith(("=", "+", "-", "@"))


@given(st.text())
def test_hostile_text_becomes_one_harmless_line(text: str) -> None:
    cleaned = clean(text)
    assert "\n" not in cleaned
    assert "\u202e" not in cleaned
    assert "\x1b" not in cleaned
    cleaned.encode()


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_words_keep_the_letter_in_shape(quote: str, place: str) -> None:
    letter = plain_letter(with_line(quote=quote, place=place))
    assert all(len(line) <= WIDTH for line in letter.split("\n"))
    assert "\r" not in letter
