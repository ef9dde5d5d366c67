"""The way of items through an operation, step by step, with why some did not come further; out of the codes of core/impact/tally.py.

The same counts as the report's: a first verdict is in when an item was assessed, or when one verdict stands, or when it waits
for an expert or another language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from openiru.core.impact import tally
from openiru.core.impact.report import Loss

#: Steps in order. The figure of a step is an indicator, but for the first verdict, which only a funnel has.
STEPS: Final = ("contributed", "distinct", "first_verdict", "assessed", "referred", "answered", "gone")
#: Losses of the stage *assessed* that come after the first verdict.
_AFTER_FIRST: Final = frozenset({"one verdict is in", "needs an expert or another language"})
#: Step → the stages whose losses it shows.
_STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    "first_verdict": ("assessed",),
    "assessed": ("assessed",),
    "referred": ("decided", "referred"),
    "answered": ("answered",),
    "gone": ("gone",),
}
DUPLICATES: Final = "named by another contribution"


@dataclass(frozen=True, slots=True)
class Step:
    """One bar: how many came so far, and why others did not (most first)."""

    name: str
    count: int
    losses: tuple[Loss, ...]


def funnel(codes: tally.Codes, contributed: int, reasons: Mapping[str, int]) -> tuple[Step, ...]:
    """The steps of items by code. ``contributed``: contributions; ``reasons``: of those not referred, as assessors gave them."""
    counts = tally.count(codes) | {"contributed": contributed}
    counts["first_verdict"] = sum(n for code, n in codes.items() if first_verdict(code))
    lost = tally.losses(codes, reasons)
    return tuple(
        Step(name, counts[name], _losses(name, lost, contributed - counts["distinct"])) for name in STEPS
    )


def _losses(step: str, lost: tuple[Loss, ...], duplicates: int) -> tuple[Loss, ...]:
    if step == "distinct":
        return (Loss("distinct", DUPLICATES, duplicates),) if duplicates else ()
    found = [loss for loss in lost if loss.stage in _STAGES.get(step, ())]
    if step in ("first_verdict", "assessed"):
        found = [loss for loss in found if (loss.reason in _AFTER_FIRST) == (step == "assessed")]
    return tuple(sorted(found, key=lambda loss: (-loss.count, loss.reason)))


def first_verdict(code: int) -> bool:
    """Whether at least one verdict was given on an item with ``code`` and stands."""
    return tally.counted_in("assessed")(code) or tally.reason_of("assessed", code) in _AFTER_FIRST


def behind(figure: str, stage: str = "", reason: str = "") -> Callable[[int], bool]:
    """Whether an item with a code stands behind a number of the funnel or a table: a figure, or a loss of a stage.

    KeyError for a name that is none. Losses of the stage *decided* beyond disputes go by what assessors said: the caller narrows.
    """
    if stage == "decided":
        return _disputed if reason == "in dispute" else tally.counted_in("not_referred")
    if stage:
        return lambda code: tally.reason_of(stage, code) == reason
    if figure == "first_verdict":
        return first_verdict
    return tally.counted_in("distinct" if figure in ("contributed", "duplicates_prevented") else figure)


def _disputed(code: int) -> bool:
    return tally.counted_in("assessed")(code) and not any(
        tally.counted_in(name)(code) for name in ("decided", "not_referred")
    )
