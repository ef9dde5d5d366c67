"""What the renderers for people share: a report cut into rows of ready words."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import Final

from openiru.core.impact.indicators import BY_ID, FUNNEL
from openiru.core.impact.numbers import NumberFormat
from openiru.core.impact.rates import Rate, Removal
from openiru.core.impact.report import Breakdown, Figure, Report, TimeToRemoval
from openiru.core.vocabulary import Environment

#: What stands on every page of a report that is not live.
NOTICE: Final[dict[Environment, str]] = {
    Environment.LIVE: "",
    Environment.EXERCISE: "Exercise: invented data",
    Environment.DEMO: "Invented data",
}
_UNSAFE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS: Final = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Stage:
    """One bar of the funnel: name, count, count as written, reasons for losses in words."""

    name: str
    count: int
    shown: str
    losses: str


def clean(words: str) -> str:
    """``words`` on one line without characters that steer a terminal or turn the direction of writing."""
    spaced = " ".join(words.split())
    return "".join(c if c in _JOINERS or unicodedata.category(c) not in _UNSAFE else "\ufffd" for c in spaced)


def as_of(report: Report, fmt: NumberFormat) -> str:
    """The line that stands under everything: size of the ledger and time of its checkpoint."""
    return f"as of ledger size {fmt.whole(report.as_of.size)}, {report.as_of.time:%Y-%m-%d %H:%M:%S %Z}"


def funnel(report: Report, fmt: NumberFormat) -> list[Stage]:
    """The stages of the funnel that the report has figures for, with the losses before each."""
    present = {figure.id for figure in report.figures}
    return [
        Stage(BY_ID[name].name, report.count(name), fmt.whole(report.count(name)), _losses(report, name, fmt))
        for name in FUNNEL
        if name in present
    ]


def _losses(report: Report, stage: str, fmt: NumberFormat) -> str:
    found = sorted(
        (loss for loss in report.losses if loss.stage == stage and loss.count),
        key=lambda loss: (-loss.count, loss.reason),
    )
    return " · ".join(f"{clean(loss.reason).replace('_', ' ')} {fmt.whole(loss.count)}" for loss in found)


def figure_row(figure: Figure, fmt: NumberFormat) -> tuple[str, str, str, str, str]:
    """(name, value, unit, verb, qualifier) of a figure."""
    name = BY_ID[figure.id].name if figure.id in BY_ID else figure.id.replace("_", " ").capitalize()
    verb = "verified gone" if figure.verb.name == "GONE" else figure.verb.name.lower()
    qualifier = figure.qualifier.value.replace("_", " ")
    if isinstance(figure.value, Rate):
        return name, rate(figure.value, fmt), f"of {figure.of or figure.unit}", verb, qualifier
    return name, fmt.whole(figure.value), figure.unit, verb, qualifier


def rate(value: Rate, fmt: NumberFormat) -> str:
    """``84.4 %`` and its band, when there is one."""
    if value.low == value.high:
        return fmt.share(value.low)
    return f"{fmt.share(value.low)} (band {fmt.share(value.low)} to {fmt.share(value.high)})"


def definition(figure: Figure) -> str:
    """What is counted, in a sentence."""
    if figure.id in BY_ID:
        return BY_ID[figure.id].definition
    return (
        "Verified gone of those referred a day or longer before the as-of and not gone before."
        if figure.of
        else ""
    )


def breakdown_rows(each: Breakdown, fmt: NumberFormat) -> list[tuple[str, str]]:
    """The rows of a breakdown as (words, count)."""
    return [(clean(words), fmt.whole(count)) for words, count in each.rows]


REMOVAL_HEAD: Final = (
    "Provider",
    "Items",
    "Verified gone",
    "Rate",
    "Wilson 95 %",
    "Inconclusive",
    "Restricted",
    "Already gone",
)


def removal_rows(report: Report, fmt: NumberFormat) -> list[tuple[str, ...]]:
    """M1 for all providers together and for each, under :data:`REMOVAL_HEAD`."""
    rows = [] if report.removal is None else [_removal("All providers", report.removal, fmt)]
    rows += [_removal(clean(name), each, fmt) for name, each in sorted(report.removal_by_provider)]
    return rows


def _removal(name: str, each: Removal, fmt: NumberFormat) -> tuple[str, ...]:
    shown = rate(each.rate, fmt) if each.rate is not None else each.note
    wilson = "" if each.wilson is None else " to ".join(fmt.share(bound) for bound in each.wilson)
    counts = (each.inconclusive, each.restricted, each.already_gone)
    return (name, fmt.whole(each.items), fmt.whole(each.gone), shown, wilson, *map(fmt.whole, counts))


def time_rows(times: TimeToRemoval, fmt: NumberFormat) -> list[tuple[str, str]]:
    """M2 as (name, value). Never a mean over removed items; what was not measured says so."""
    within = times.within_hour
    mean = times.restricted_mean
    rows = [
        ("Clock", clean(times.clock)),
        ("Items", fmt.whole(times.n)),
        ("Median", _median(times.median, fmt)),
        (
            "Gone within one hour",
            "not measured" if within is None else _band(within, fmt),
        ),
        (
            f"Mean time online within {fmt.decimals(times.horizon, 0)} h",
            f"{fmt.decimals(mean[0])} to {fmt.decimals(mean[1])} h",
        ),
    ]
    if times.weibull_median is not None:
        rows.append(("Median by a Weibull fit", f"{fmt.decimals(times.weibull_median)} h"))
    if not times.converged:
        rows.append(("Note", "the estimate had not settled when it was stopped"))
    return rows


def _band(band: tuple[float, float], fmt: NumberFormat) -> str:
    low, high = map(fmt.share, band)
    return low if low == high else f"{low} to {high}"


def _median(median: tuple[float, float] | None, fmt: NumberFormat) -> str:
    if median is None:
        return "no items"
    if math.isinf(median[1]):
        return f"over {fmt.decimals(median[0], 2)} h"
    return f"over {fmt.decimals(median[0], 2)} and at most {fmt.decimals(median[1], 2)} h"
