"""What differs between two reports: figures by id, before and after. The figures of a correction are compared with those it corrects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openiru.core.impact.indicators import BY_ID
from openiru.core.impact.rates import Rate
from openiru.core.impact.report import Figure, Report

RATE = "removal_rate"
_RATE_SAYS = "Of the items referred long enough ago and not gone before: those verified gone. The band is what could not be told."


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that is not what it was; empty text: it did not stand there."""

    id: str
    before: str
    after: str


def value_of(figure: Figure) -> str:
    """The value as plain text that two reports can be compared by: ``26000``, or ``12/30`` for a share."""
    value = figure.value
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Rate) else str(value)


def definition_of(name: str) -> str:
    """What a figure counts, in a sentence."""
    return _RATE_SAYS if name == RATE else BY_ID[name].definition


def values(report: Report) -> dict[str, str]:
    """Figure id → its value as text, in the order of the report."""
    return {figure.id: value_of(figure) for figure in report.figures}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Every figure that differs, in the order of ``after``, then those that are no longer there."""
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        Change(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    )
