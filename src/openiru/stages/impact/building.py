"""From what was counted to a report: figures, tables, rates, losses, statement. No database, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from openiru.core.impact import tally
from openiru.core.impact.indicators import DIMENSIONS, STAGES
from openiru.core.impact.numbers import number_format
from openiru.core.impact.rates import FEWEST
from openiru.core.impact.report import (
    AsOf,
    Breakdown,
    Report,
    Row,
    Table,
    WentWrong,
    figures,
    removal_figure,
    sorted_rows,
)
from openiru.core.impact.statement import public_statement
from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import Environment
from openiru.engines.survival import time_to_removal
from openiru.stages.impact.queries import Counted

CLOCK: Final = "referral sent"
#: What stands for an empty name.
NOT_STATED: Final = "not stated"
_NOTES: Final = {
    "unit": "An item counts for every unit that contributed it: the rows may add up to more than the items.",
    "provider": "By the provider that a platform had at the as-of.",
    "language": "As the first contribution that named one stated it.",
    "group": "As the first contribution that named one stated it.",
}
#: Mark → (what went wrong, how it was caught), for one and for many.
_TROUBLES: Final = {
    "stray_answer": ("Answers that named nothing that was sent to that provider", "kept apart and never applied"),
    "bounce": ("Lines of letters that came back", "they count as referred no more"),
    "delivery_unknown": ("Letters of which nobody knew whether they had left", "left to a person, never sent again by machine"),
    "override": ("Holds passed over for an imminent threat", "the holder was told at once"),
}  # fmt: skip


def build(
    counted: Counted,
    *,
    operations: Sequence[Mapping[str, Any]],
    environment: Environment,
    at: AsOf,
    language: str,
) -> Report:
    """The report; IntegrityError when its figures contradict each other."""
    removal = tally.removal_of(counted.codes)
    shown = figures(_counts(counted), at)
    rate = removal_figure(removal, at)
    report = Report(
        title=_title(operations),
        operations=tuple(str(one["slug"]) for one in operations),
        environment=environment,
        as_of=at,
        figures=shown if rate is None else (*shown, rate),
        tables=tuple(_table(name, counted.tables.get(name, {})) for name in DIMENSIONS),
        breakdowns=_breakdowns(counted),
        losses=tally.losses(
            counted.codes, {reason or "no reason stated": n for reason, n in counted.reasons.items()}
        ),
        removal=removal,
        removal_by_provider=tuple(
            (name or NOT_STATED, tally.removal_of(codes, fewest=FEWEST))
            for name, codes in sorted(counted.tables.get("provider", {}).items())
            if any(code & tally.MATURE for code in codes)
        ),
        time_to_removal=time_to_removal(
            [low for low, _, _ in counted.spells],
            [high for _, high, _ in counted.spells],
            counts=[items for _, _, items in counted.spells],
            clock=CLOCK,
        ),
        went_wrong=tuple(
            WentWrong(f"{what} ({counted.troubles[mark]})", caught)
            for mark, (what, caught) in _TROUBLES.items()
            if counted.troubles.get(mark)
        ),
    )
    return replace(report, statement=public_statement(report, number_format(language)))


def _counts(counted: Counted) -> dict[str, int]:
    counts = tally.count(counted.codes)
    counts["contributed"] = counted.contributed
    counts["duplicates_prevented"] = counted.contributed - counts["distinct"]
    counts["works"] = counted.works
    for name in ("platform", "provider", "language", "kind", "group"):
        counts[f"{name}s"] = _named(counted.tables.get(name, {}), Milestone.REFERRED)
    counts["units"] = _named(counted.tables.get("unit", {}), Milestone.SEEN)
    return counts


def _named(table: Mapping[str, Counter[int]], bit: Milestone) -> int:
    """How many names of a table stand for an item that has ``bit``; what is not stated is no name."""
    return sum(1 for name, codes in table.items() if name and any(code & bit for code in codes))


def _table(dimension: str, table: Mapping[str, Counter[int]]) -> Table:
    rows = [Row(name or NOT_STATED, tally.count(codes, STAGES)) for name, codes in table.items()]
    return Table(dimension, sorted_rows(rows), _NOTES.get(dimension, ""))


def _breakdowns(counted: Counted) -> tuple[Breakdown, ...]:
    answers = {
        name.removeprefix("DECISION_").replace("_", " ").lower(): n for name, n in counted.answers.items()
    }
    reasons = {(name or "no reason stated").replace("_", " "): n for name, n in counted.reasons.items()}
    found = (
        ("Why items were not referred", "not_referred", reasons),
        ("Last answers of the providers", "answered", answers),
    )
    return tuple(
        Breakdown(title, figure, tuple(sorted(rows.items(), key=lambda row: (-row[1], row[0]))))
        for title, figure, rows in found
        if rows
    )


def _title(operations: Sequence[Mapping[str, Any]]) -> str:
    if len(operations) == 1:
        return str(operations[0]["title"])
    return f"{len(operations)} operations together" if operations else "No operations"
