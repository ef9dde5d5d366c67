from __future__ import annotations

from dataclasses import MISSING, fields, replace

import pytest

from openiru.core.assessment.plain import draft_from_plain, draft_to_plain
from openiru.core.assessment.tests import (
    Availability,
    Draft,
    ExceptionAnswer,
    GroundClaim,
    reason_not_referred,
    validate,
)
from openiru.core.errors import InputError
from openiru.core.vocabulary import Ground, ProtectedPurpose, Verdict

DRAFT = Draft(
    availability=Availability.OPEN_LINK,
    claims=(
        GroundClaim(ground=Ground.INCITES, facts="calls for an attack", danger="names a place and a day"),
    ),
    exceptions=tuple(
        ExceptionAnswer(exception=each, applies=False, reason="no sign of it") for each in ProtectedPurpose
    ),
    group="",
    brand="Invented Outlet",
    proportionality="one post, not the account",
    provider_rule="Rules 4.2",
    reasons="an invented reason",
    confidence=80,
    verdict=Verdict.REFER,
)


def codes(draft: Draft) -> list[str]:
    return [problem.code for problem in validate(draft)]


def with_exception(applies: bool, reason: str = "a press report") -> tuple[ExceptionAnswer, ...]:  # noqa: FBT001 - a test helper
    changed = ExceptionAnswer(exception=ProtectedPurpose.JOURNALISM, applies=applies, reason=reason)
    return tuple(changed if a.exception is ProtectedPurpose.JOURNALISM else a for a in DRAFT.exceptions)


def test_a_complete_draft_has_no_problem() -> None:
    assert validate(DRAFT) == []


def test_nothing_is_prefilled() -> None:
    for kind in (Draft, GroundClaim, ExceptionAnswer):
        assert all(f.default is MISSING and f.default_factory is MISSING for f in fields(kind))


CLAIM = DRAFT.claims[0]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (replace(DRAFT, claims=()), "ground-missing"),
        (replace(DRAFT, claims=(CLAIM, CLAIM)), "ground-twice"),
        (replace(DRAFT, claims=(replace(CLAIM, facts="  "),)), "facts-missing"),
        (replace(DRAFT, claims=(replace(CLAIM, danger=None),)), "danger-missing"),
        (replace(DRAFT, claims=(replace(CLAIM, ground=Ground.INSTRUCTS),)), "danger-misplaced"),
        (replace(DRAFT, exceptions=DRAFT.exceptions[1:]), "exception-unanswered"),
        (replace(DRAFT, exceptions=()), "exception-unanswered"),
        (replace(DRAFT, exceptions=(*DRAFT.exceptions, DRAFT.exceptions[0])), "exception-twice"),
        (replace(DRAFT, exceptions=with_exception(applies=True)), "exception-applies"),
        (replace(DRAFT, exceptions=with_exception(applies=False, reason="")), "exception-reason-missing"),
        (replace(DRAFT, availability=None), "availability-missing"),
        (replace(DRAFT, availability=Availability.HUMAN_ADMISSION), "not-public"),
        (replace(DRAFT, availability=Availability.PRIVATE), "not-public"),
        (replace(DRAFT, proportionality=""), "proportionality-missing"),
        (replace(DRAFT, provider_rule=""), "rule-missing"),
        (replace(DRAFT, reasons="\n"), "reasons-missing"),
        (replace(DRAFT, confidence=None), "confidence-missing"),
        (replace(DRAFT, confidence=101), "confidence-range"),
        (replace(DRAFT, verdict=None), "verdict-missing"),
        (replace(DRAFT, reasons="x" * 5_001), "too-long"),
        (replace(DRAFT, group="a\x00b"), "nul"),
    ],
)
def test_each_gap_has_its_code(changed: Draft, code: str) -> None:
    assert code in codes(changed)


def test_an_item_behind_automatic_admission_is_public() -> None:
    assert codes(replace(DRAFT, availability=Availability.AUTOMATIC_ADMISSION)) == []


def test_an_item_handed_on_needs_reasons_but_no_exceptions() -> None:
    handed_on = replace(DRAFT, verdict=Verdict.NEEDS_LANGUAGE, claims=(), exceptions=(), availability=None)
    assert codes(handed_on) == []
    assert codes(replace(handed_on, reasons="")) == ["reasons-missing"]


def test_a_negative_verdict_may_rest_on_an_exception_and_says_which() -> None:
    press = replace(DRAFT, verdict=Verdict.DO_NOT_REFER, claims=(), exceptions=with_exception(applies=True))
    assert codes(press) == []
    assert reason_not_referred(press) == "journalism"
    assert reason_not_referred(replace(press, exceptions=DRAFT.exceptions)) == "no_ground"
    private = replace(press, exceptions=DRAFT.exceptions, availability=Availability.PRIVATE)
    assert reason_not_referred(private) == "not_public"
    assert reason_not_referred(replace(press, verdict=Verdict.OUTSIDE_MANDATE)) == "outside_mandate"
    with pytest.raises(ValueError, match="not a negative"):
        reason_not_referred(DRAFT)


def test_a_draft_survives_the_way_through_json() -> None:
    assert draft_from_plain(draft_to_plain(DRAFT)) == DRAFT


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "remove"},
        {"confidence": True},
        {"confidence": "80"},
        {"exceptions": "none"},
        {"exceptions": [{"exception": "art", "applies": "no", "reason": "x"}]},
        {"exceptions": [{"exception": None, "applies": False, "reason": "x"}]},
        {"claims": [{"ground": "2(7)(b)", "facts": "x"}]},
        {"claims": ["2(7)(b)"]},
        {"reasons": None},
        {"extra": 1},
    ],
)
def test_a_wrong_field_is_refused_with_its_place(change: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        draft_from_plain(draft_to_plain(DRAFT) | change)
    assert caught.value.where


def test_a_missing_field_is_not_filled_in() -> None:
    plain = draft_to_plain(DRAFT)
    del plain["exceptions"]
    with pytest.raises(InputError, match="fields missing: exceptions"):
        draft_from_plain(plain)
