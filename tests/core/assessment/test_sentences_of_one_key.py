"""What one key says is a whole assessment, and never a referral."""

from __future__ import annotations

import pytest

from openiru.core.assessment.said import SENTENCES, draft_of
from openiru.core.assessment.tests import reason_not_referred, validate
from openiru.core.assessment.two_persons import NEGATIVE
from openiru.core.vocabulary import ProtectedPurpose, Verdict


@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_can_be_saved_as_it_stands(name: str) -> None:
    assert validate(draft_of(SENTENCES[name], confidence=80)) == []


def test_no_sentence_refers() -> None:
    assert Verdict.REFER not in {one.verdict for one in SENTENCES.values()}


def test_every_protected_purpose_has_a_sentence_and_is_the_reason_told() -> None:
    assert {one.purpose for one in SENTENCES.values()} >= set(ProtectedPurpose)
    for name, one in SENTENCES.items():
        if one.verdict in NEGATIVE:
            assert reason_not_referred(draft_of(one, confidence=50)) == name


def test_how_sure_one_is_is_never_filled_in() -> None:
    assert draft_of(SENTENCES["no_ground"], confidence=17).confidence == 17
