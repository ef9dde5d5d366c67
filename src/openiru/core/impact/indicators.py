"""Every figure a report can show: what is counted, in which unit, with which verb, by which rule.

Counting rules of the trade's sources differ (pieces, URLs, accounts; assessed, referred, flagged, removed), which
is why each figure carries all of this with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openiru.core.impact.verbs import Verb


@dataclass(frozen=True, slots=True)
class Indicator:
    """``id`` is stable. ``within`` is the indicator whose count can never be smaller than this one."""

    id: str
    name: str
    unit: str
    verb: Verb
    definition: str
    within: str = ""


_V = Verb

ALL: Final[tuple[Indicator, ...]] = (
    Indicator("contributed", "Contributions", "contributions", _V.CONTRIBUTED,
              "Rows that units handed in and that were taken and not undone; an item that had gone out before the last"
              " of them was taken back keeps one."),
    Indicator("distinct", "Distinct items", "items", _V.CONTRIBUTED,
              "Different places on the net (one key each) behind the contributions.", "contributed"),
    Indicator("duplicates_prevented", "Duplicates prevented", "contributions", _V.CONTRIBUTED,
              "Contributions less distinct items: referrals that would have been sent twice.", "contributed"),
    Indicator("held", "Held", "items", _V.CONTRIBUTED,
              "Items on which a deconfliction hold stands at the as-of.", "distinct"),
    Indicator("already_gone", "Already gone", "items", _V.CONTRIBUTED,
              "Items gone before they were referred: no effect of the referral, in no rate.", "distinct"),
    Indicator("assessed", "Assessed", "items", _V.ASSESSED,
              "Items assessed by law: decided, not referred, or in dispute between assessors.", "distinct"),
    Indicator("not_referred", "Not referred", "items", _V.ASSESSED,
              "Items assessed and found not to be referred; reasons are counted apart.", "assessed"),
    Indicator("decided", "Decided", "items", _V.DECIDED,
              "Items that two people decided to refer, on the same basis.", "assessed"),
    Indicator("prepared", "Prepared", "items", _V.DECIDED,
              "Items that stand on a line of a batch.", "decided"),
    Indicator("transcribed", "Transcribed", "items", _V.DECIDED,
              "Items written to disk only; never counted as referred.", "decided"),
    Indicator("referred", "Referred", "items", _V.REFERRED,
              "Items whose batch left the house by a channel that reaches the provider.", "decided"),
    Indicator("withdrawn", "Withdrawn", "items", _V.REFERRED,
              "Items whose referral we took back.", "referred"),
    Indicator("answered", "Answered", "items", _V.ANSWERED,
              "Referred items of which the provider said what it did.", "referred"),
    Indicator("acted", "Acted on", "items", _V.ACTED,
              "Answered items on which the provider says it acted; not verified by us.", "answered"),
    Indicator("refused", "Refused", "items", _V.ANSWERED,
              "Answered items on which the provider says it did not act.", "answered"),
    Indicator("silent", "Silent", "items", _V.REFERRED,
              "Referred items without an answer at the as-of.", "referred"),
    Indicator("gone", "Verified gone", "items", _V.GONE,
              "Referred items found gone by positive evidence, confirmed by a second look.", "referred"),
    Indicator("restricted", "Restricted", "items", _V.REFERRED,
              "Referred items that can be seen from some places only.", "referred"),
    Indicator("inconclusive", "Inconclusive", "items", _V.REFERRED,
              "Referred items of which the last look could not tell.", "referred"),
    Indicator("reinstated", "Reinstated", "items", _V.ANSWERED,
              "Items lawfully back; never referred again by themselves.", "referred"),
    Indicator("works", "Works", "works", _V.REFERRED,
              "Different contents, by digest, behind referred items whose content is known.", "referred"),
    Indicator("platforms", "Platforms", "platforms", _V.REFERRED, "Platforms with a referred item."),
    Indicator("providers", "Providers", "providers", _V.REFERRED, "Providers that were sent a referral."),
    Indicator("units", "Units", "units", _V.CONTRIBUTED, "Units that contributed."),
    Indicator("languages", "Languages", "languages", _V.REFERRED, "Languages of referred items, as stated."),
    Indicator("kinds", "Kinds", "kinds", _V.REFERRED, "Kinds of referred items."),
    Indicator("groups", "Groups", "groups", _V.REFERRED, "Groups and outlets of referred items."),
)  # fmt: skip

BY_ID: Final[dict[str, Indicator]] = {indicator.id: indicator for indicator in ALL}

#: The stages of the funnel, in order.
FUNNEL: Final = ("distinct", "assessed", "decided", "referred", "answered", "gone")

#: The columns of every table by platform, provider, unit, language, kind or group.
STAGES: Final = (
    "distinct",
    "assessed",
    "not_referred",
    "decided",
    "referred",
    "answered",
    "acted",
    "refused",
    "gone",
)

#: The tables of a report, in order.
DIMENSIONS: Final = ("platform", "provider", "unit", "language", "kind", "group")


def contradictions(counts: dict[str, int]) -> list[str]:
    """Where ``counts`` (indicator id → count) break the rules between figures; empty when they hold."""
    found = [f"{name} is not an indicator" for name in counts if name not in BY_ID]
    for name, value in counts.items():
        if value < 0:
            found.append(f"{name} is negative")
        within = BY_ID[name].within if name in BY_ID else ""
        if within in counts and value > counts[within]:
            found.append(f"{name} ({value}) is more than {within} ({counts[within]})")
    sums = (
        ("duplicates_prevented", "distinct", "contributed"),
        ("answered", "silent", "referred"),
    )
    for one, other, total in sums:
        if {one, other, total} <= counts.keys() and counts[one] + counts[other] != counts[total]:
            found.append(f"{one} and {other} do not make up {total}")
    if {"decided", "not_referred", "assessed"} <= counts.keys() and (
        counts["decided"] + counts["not_referred"] > counts["assessed"]
    ):
        found.append("decided and not_referred are more than assessed")
    return found
