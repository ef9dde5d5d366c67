"""What one key says: assessments that a person gives by choosing a sentence instead of writing it.

For verdicts other than *refer* only. Each choice answers every question of the form with words of its own, which the page shows
before and after the key is pressed; nothing is filled in that the sentence does not say. How sure they are the person says themself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openiru.core.assessment.tests import Availability, Draft, ExceptionAnswer
from openiru.core.vocabulary import ProtectedPurpose, Verdict


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verdict with its reason. ``purpose``: the protected purpose that applies, if that is the reason."""

    name: str
    verdict: Verdict
    reasons: str
    availability: Availability | None = None
    purpose: ProtectedPurpose | None = None


def _purpose(purpose: ProtectedPurpose, words: str) -> Sentence:
    return Sentence(purpose.value, Verdict.DO_NOT_REFER, words, Availability.OPEN_LINK, purpose)


P, V, A = ProtectedPurpose, Verdict, Availability

#: Name -> what it says, in the order of the keys.
SENTENCES: Final[dict[str, Sentence]] = {
    one.name: one
    for one in (
        Sentence("no_ground", V.DO_NOT_REFER, "None of the grounds of Art. 2(7) is met.", A.OPEN_LINK),
        _purpose(P.JOURNALISM, "It reports as journalism (Art. 1(3))."),
        _purpose(P.RESEARCH, "It serves research (Art. 1(3))."),
        _purpose(P.ART, "It is art (Art. 1(3))."),
        _purpose(P.COUNTER_SPEECH, "It speaks against terrorism (Art. 1(3))."),
        _purpose(P.EDUCATION, "It serves education (Art. 1(3))."),
        _purpose(P.PUBLIC_DEBATE, "It is a part of public debate (Art. 1(3))."),
        Sentence(
            "not_public",
            V.DO_NOT_REFER,
            "It is not disseminated to the public (Art. 2(3)): somebody decides who gets in.",
            A.HUMAN_ADMISSION,
        ),
        Sentence("outside_mandate", V.OUTSIDE_MANDATE, "It is outside the mandate of this operation."),
        Sentence("needs_expert", V.NEEDS_EXPERT, "An expert is needed to judge it."),
    )
}


def draft_of(sentence: Sentence, *, confidence: int) -> Draft:
    """The whole assessment that the sentence says; ``confidence`` is 0 to 100."""
    answers = tuple(_answer(each, sentence) for each in P) if sentence.verdict is V.DO_NOT_REFER else ()
    return Draft(
        availability=sentence.availability,
        claims=(),
        exceptions=answers,
        group="",
        brand="",
        proportionality="",
        provider_rule="",
        reasons=sentence.reasons,
        confidence=confidence,
        verdict=sentence.verdict,
    )


def _answer(purpose: ProtectedPurpose, sentence: Sentence) -> ExceptionAnswer:
    if purpose is sentence.purpose:
        return ExceptionAnswer(exception=purpose, applies=True, reason=sentence.reasons)
    why = "Another purpose applies." if sentence.purpose else f"Not what decides it: {sentence.reasons}"
    return ExceptionAnswer(exception=purpose, applies=False, reason=why)
