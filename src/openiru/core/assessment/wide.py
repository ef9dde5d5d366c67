"""The route for more than one piece of content: an account, a channel, a site, an app.

In April 2019 more than 550 wrong addresses were referred in one week, among them collections of millions of
items. So a wide referral needs proof that the whole is terrorist content (the official brand, or a random
sample that anybody can draw again), a reason why single items do not suffice, a second *unit*, and an
overseer who knows before it is sent. Playlists, collections, searches, roots and sensitive hosts have no
route.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openiru.core.assessment.tests import Problem
from openiru.core.vocabulary import Extent

WIDE: Final = frozenset({Extent.ACCOUNT, Extent.CHANNEL, Extent.SITE, Extent.APP})
#: Fewest sampled items, unless the whole population is smaller and was looked at entirely.
FEWEST: Final = 30
#: Least share of the sample that must have been found terrorist content.
LEAST_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """The account or site is the official one of an outlet: which, and the source that says so."""

    outlet: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A random sample of the items inside: printed seed, number inside, drawn, found terrorist."""

    seed: str
    population: int
    drawn: int
    terrorist: int

    @property
    def share(self) -> float:
        """Share found terrorist, 0 to 1; 0 for an empty sample."""
        return self.terrorist / self.drawn if self.drawn else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WideProposal:
    """A proposal to refer more than one piece of content. No field has a default."""

    extent: Extent
    proof: Brand | Sample | None
    why_not_items: str
    person: str
    unit: str
    second_person: str
    second_unit: str
    overseer_told_at: datetime | None


def validate_wide(proposal: WideProposal, *, send_at: datetime) -> list[Problem]:
    """Everything that stands against sending ``proposal`` at ``send_at``; empty when it may go."""
    return [*_extent(proposal), *_proof(proposal.proof), *_people(proposal), *_overseer(proposal, send_at)]


def _extent(proposal: WideProposal) -> Iterator[Problem]:
    if proposal.extent not in WIDE:
        yield Problem(
            "extent-no-route",
            "extent",
            f"There is no route for {proposal.extent}: only account, channel, site and app have one.",
        )
    if not proposal.why_not_items.strip():
        yield Problem("why-missing", "why_not_items", "Say why single items do not suffice.")


def _proof(proof: Brand | Sample | None) -> Iterator[Problem]:
    if proof is None:
        yield Problem("proof-missing", "proof", "Show the official brand, or draw a random sample.")
    elif isinstance(proof, Brand):
        if not proof.outlet.strip() or not proof.source.strip():
            yield Problem("brand-unsourced", "proof", "Name the outlet and who calls it official.")
    else:
        yield from _sample(proof)


def _sample(sample: Sample) -> Iterator[Problem]:
    if not sample.seed.strip():
        yield Problem("seed-missing", "proof", "Print the seed, so that others can draw the sample again.")
    if not 0 <= sample.terrorist <= sample.drawn <= sample.population:
        yield Problem("sample-impossible", "proof", "Found ≤ drawn ≤ items inside does not hold.")
        return
    if sample.drawn < min(FEWEST, sample.population) or not sample.drawn:
        yield Problem("sample-small", "proof", f"Draw at least {FEWEST} items, or all when there are fewer.")
    elif sample.share < LEAST_SHARE:
        yield Problem(
            "share-low",
            "proof",
            f"{sample.terrorist} of {sample.drawn} are terrorist content: refer those items, not the whole.",
        )


def _people(proposal: WideProposal) -> Iterator[Problem]:
    if not proposal.second_person or proposal.second_person == proposal.person:
        yield Problem("second-person", "second_person", "A second person must agree.")
    if not proposal.second_unit or proposal.second_unit == proposal.unit:
        yield Problem("second-unit", "second_unit", "The second person must belong to another unit.")


def _overseer(proposal: WideProposal, send_at: datetime) -> Iterator[Problem]:
    if proposal.overseer_told_at is None or proposal.overseer_told_at >= send_at:
        yield Problem("overseer-not-told", "overseer_told_at", "The overseer is told before it is sent.")


def draw_sample(keys: Iterable[str], *, seed: str, size: int) -> list[str]:
    """``size`` of the distinct ``keys`` at random, the same for anybody who has the printed ``seed``.

    Keys are ordered by HMAC-SHA-256(seed, key) and the first ones taken: no order of the input matters.
    """
    distinct = set(keys)
    return sorted(distinct, key=lambda key: (hmac.digest(seed.encode(), key.encode(), hashlib.sha256), key))[
        :size
    ]
