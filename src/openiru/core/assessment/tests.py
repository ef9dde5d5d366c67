"""The legal tests of one assessment, as data, and what is wrong with a draft of it.

Source: Regulation (EU) 2021/784, Art. 1(3) (protected purposes), Art. 2(3) and recital 14 (dissemination to
the public), Art. 2(7) (the five grounds; (a) needs advocacy *and* the danger it causes).

No field has a default: what a person did not write was not said. Nothing here ever fills in a fact, a
ground or an exception.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from openiru.core.vocabulary import Ground, ProtectedPurpose, Verdict

#: Longest free text of one field, in characters.
LONGEST_TEXT: Final = 5_000


class Availability(StrEnum):
    """How a stranger gets to the content. Only the first two are dissemination to the public."""

    OPEN_LINK = "open_link"
    AUTOMATIC_ADMISSION = "automatic_admission"
    HUMAN_ADMISSION = "human_admission"
    PRIVATE = "private"


PUBLIC: Final = frozenset({Availability.OPEN_LINK, Availability.AUTOMATIC_ADMISSION})

#: Verdicts that settle something and so need the whole check; the others hand the item on.
SETTLING: Final = frozenset({Verdict.REFER, Verdict.DO_NOT_REFER})


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundClaim:
    """One ground of Art. 2(7) that the assessor claims, with the facts in the content that bear it.

    For Art. 2(7)(a) ``facts`` are those of the advocacy and ``danger`` those that show that an offence may
    be committed because of it. For the other grounds ``danger`` is ``None``.
    """

    ground: Ground
    facts: str
    danger: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionAnswer:
    """The answer to one protected purpose of Art. 1(3): does it apply, and why."""

    exception: ProtectedPurpose
    applies: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One assessor's structured assessment of one item. ``confidence`` is 0 to 100."""

    availability: Availability | None
    claims: tuple[GroundClaim, ...]
    exceptions: tuple[ExceptionAnswer, ...]
    group: str
    brand: str
    proportionality: str
    provider_rule: str
    reasons: str
    confidence: int | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a draft cannot be saved. ``code`` is stable; ``field`` names the part of the form."""

    code: str
    field: str
    message: str


def validate(draft: Draft) -> list[Problem]:
    """Everything that is wrong with ``draft``, in the order of the form; empty when it may be saved."""
    return [
        *_availability(draft),
        *_claims(draft),
        *_exceptions(draft),
        *_extent_and_rule(draft),
        *_words(draft),
    ]


def _availability(draft: Draft) -> Iterator[Problem]:
    if draft.verdict not in SETTLING:
        return
    if draft.availability is None:
        yield Problem("availability-missing", "availability", "Say how a stranger gets to the content.")
    elif draft.verdict is Verdict.REFER and draft.availability not in PUBLIC:
        yield Problem(
            "not-public",
            "availability",
            "Only what is disseminated to the public can be referred: an open link, or admission without a "
            "human decision (Art. 2(3), recital 14).",
        )


def _claims(draft: Draft) -> Iterator[Problem]:
    if draft.verdict is Verdict.REFER and not draft.claims:
        yield Problem("ground-missing", "claims", "A referral needs at least one ground of Art. 2(7).")
    for ground, times in Counter(claim.ground for claim in draft.claims).items():
        if times > 1:
            yield Problem("ground-twice", "claims", f"Ground {ground} is claimed twice.")
    for claim in draft.claims:
        yield from _claim(claim)


def _claim(claim: GroundClaim) -> Iterator[Problem]:
    if not claim.facts.strip():
        yield Problem("facts-missing", "claims", f"Ground {claim.ground} is claimed without facts.")
    incites = claim.ground is Ground.INCITES
    if incites and not (claim.danger or "").strip():
        yield Problem(
            "danger-missing",
            "claims",
            "Incitement has two parts: it advocates an offence, and so causes a danger that one is "
            "committed. Give the facts of the danger.",
        )
    if not incites and claim.danger is not None:
        yield Problem(
            "danger-misplaced", "claims", f"The danger is a part of Art. 2(7)(a), not of {claim.ground}."
        )


def _exceptions(draft: Draft) -> Iterator[Problem]:
    times = Counter(answer.exception for answer in draft.exceptions)
    for exception in ProtectedPurpose:
        if times[exception] > 1:
            yield Problem("exception-twice", "exceptions", f"{_plain(exception)} is answered twice.")
        elif not times[exception] and draft.verdict in SETTLING:
            yield Problem(
                "exception-unanswered",
                "exceptions",
                f"Does the purpose of {_plain(exception)} apply? (Art. 1(3))",
            )
    for answer in draft.exceptions:
        if not answer.reason.strip():
            yield Problem(
                "exception-reason-missing",
                "exceptions",
                f"Say why {_plain(answer.exception)} {'applies' if answer.applies else 'does not apply'}.",
            )
        if answer.applies and draft.verdict is Verdict.REFER:
            yield Problem(
                "exception-applies",
                "exceptions",
                f"{_plain(answer.exception).capitalize()} applies: the item is not terrorist content "
                "(Art. 1(3)).",
            )


def _extent_and_rule(draft: Draft) -> Iterator[Problem]:
    if draft.verdict is not Verdict.REFER:
        return
    if not draft.proportionality.strip():
        yield Problem("proportionality-missing", "proportionality", "Say why this extent, and not less.")
    if not draft.provider_rule.strip():
        yield Problem("rule-missing", "provider_rule", "Name the clause of the provider's own rules.")


def _words(draft: Draft) -> Iterator[Problem]:
    if draft.verdict is None:
        yield Problem("verdict-missing", "verdict", "Give a verdict.")
    if not draft.reasons.strip():
        yield Problem("reasons-missing", "reasons", "Give reasons in your own words.")
    if draft.confidence is None:
        yield Problem("confidence-missing", "confidence", "Say how sure you are, 0 to 100.")
    elif not 0 <= draft.confidence <= 100:  # noqa: PLR2004 - a percentage
        yield Problem("confidence-range", "confidence", "Confidence is a whole number from 0 to 100.")
    for field, text in _texts(draft):
        if len(text) > LONGEST_TEXT:
            yield Problem("too-long", field, f"At most {LONGEST_TEXT:,} characters; this has {len(text):,}.")
        if "\x00" in text:
            yield Problem("nul", field, "A NUL character stands in the text.")


def _texts(draft: Draft) -> Iterator[tuple[str, str]]:
    yield "group", draft.group
    yield "brand", draft.brand
    yield "proportionality", draft.proportionality
    yield "provider_rule", draft.provider_rule
    yield "reasons", draft.reasons
    for claim in draft.claims:
        yield "claims", claim.facts
        yield "claims", claim.danger or ""
    for answer in draft.exceptions:
        yield "exceptions", answer.reason


def _plain(exception: ProtectedPurpose) -> str:
    return exception.value.replace("_", " ")


def reason_not_referred(draft: Draft) -> str:
    """Why a negative verdict was given, as one word of the funnel.

    The protected purpose that applies, else ``not_public``, ``outside_mandate`` or ``no_ground``. Raises
    :class:`ValueError` for a verdict that is not negative.
    """
    if draft.verdict is Verdict.OUTSIDE_MANDATE:
        return Verdict.OUTSIDE_MANDATE.value
    if draft.verdict is not Verdict.DO_NOT_REFER:
        raise ValueError(f"{draft.verdict} is not a negative verdict")
    for answer in draft.exceptions:
        if answer.applies:
            return answer.exception.value
    if draft.availability is not None and draft.availability not in PUBLIC:
        return "not_public"
    return "no_ground"
