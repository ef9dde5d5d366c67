"""A random sample that anybody can draw again: by the order of SHA-256 over the seed and the id.

The seed is the overseer's own: nobody who decides knows it beforehand. The same seed, number and population give the same sample on
every machine, in whatever order the population is read; a larger number keeps the smaller sample.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass

from openiru.core.assessment.agreement import Agreement, krippendorff
from openiru.core.errors import UsageError

MOST = 500
LONGEST_SEED = 200


def draw(population: Iterable[str], number: int, seed: str) -> list[str]:
    """``number`` ids of ``population`` (all, when it is smaller), in the order of the draw.

    UsageError for an empty or overlong seed, and for a number that is not within 1 to :data:`MOST`.
    """
    if not 1 <= number <= MOST:
        raise UsageError(f"a sample has 1 to {MOST} decisions", where="number")
    if not seed.strip() or len(seed) > LONGEST_SEED:
        raise UsageError(
            "a sample needs a seed of one's own",
            where="seed",
            hint="Any words: nobody else should guess them.",
        )
    return heapq.nsmallest(number, set(population), key=lambda one: _place(seed, one))


def _place(seed: str, one: str) -> bytes:
    return hashlib.sha256(f"{len(seed.encode())}:{seed}{one}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Looked:
    """One decision of a sample: the verdicts that stand, and whether it was turned round since."""

    verdicts: tuple[str, ...]
    reversed: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """How often assessors agreed, and how often a decision was turned round, among ``items``."""

    items: int
    agreement: Agreement
    reversed: int


def rates(sample: Iterable[Looked]) -> Rates:
    """Agreement and reversals of a sample."""
    looked = list(sample)
    return Rates(
        len(looked), krippendorff([one.verdicts for one in looked]), sum(one.reversed for one in looked)
    )
