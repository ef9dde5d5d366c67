"""How a day ends: reported, counted once more, held against what the scenario knows to be true, verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from openiru.core.impact.report import Report
from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.demo.recount import Recount, recount
from openiru.foundation.database.acting import SERVICE
from openiru.foundation.ledger.verify import verify
from openiru.foundation.operations.clock import set_clock
from openiru.stages.impact.commands import publish


def end(day: Day, operation: UUID) -> Report:
    """Publish, compare, verify. The clock runs on at its ordinary pace, for whoever goes on from here."""
    set_clock(by=SERVICE, business=None, rate=Decimal(1))
    counted = recount(operation)
    published = publish(by=day.by(day.scenario.who("oversees")))
    report = published.report
    day.log()
    day.figures["counts"] = {
        figure.id: figure.value for figure in report.figures if isinstance(figure.value, int)
    }
    day.figures["not_referred"] = dict(sorted(counted.reasons.items()))
    day.figures["removal"] = asdict(report.removal) if report.removal is not None else None
    day.figures["statement"] = list(report.statement)
    day.figures["as_of"] = {"size": report.as_of.size, "time": report.as_of.time.isoformat()}
    day.figures["differs"] = differences(day.scenario.expected, day.figures) + disagreements(report, counted)
    _verify(day)
    return report


def _verify(day: Day) -> None:
    found = verify()
    day.figures["ledger"] = {
        "leaves": found.leaves,
        "rows": found.rows,
        "checkpoints": found.checkpoints,
        "root": found.root,
        "holds": found.holds,
        "problems": [asdict(one) for one in found.problems[:20]],
    }


def disagreements(report: Report, counted: Recount) -> list[str]:
    """Where the report and the count over the raw events part; empty when they agree."""
    ours = counted.counts()
    return [
        f"{figure.id}: the report says {figure.value}, the raw events {ours[figure.id]}"
        for figure in report.figures
        if figure.id in ours and figure.value != ours[figure.id]
    ]


def differences(expected: Mapping[str, Any], figures: Mapping[str, Any]) -> list[str]:
    """Where the day and what is known to be true of its files part; empty when they agree."""
    counts, verdicts = figures["counts"], expected["counts"]["verdict"]
    held = sum(expected["counts"]["held"].values())
    reasons = Counter(
        one["exception"] or one["verdict"]
        for one in expected["plan"].values()
        if one["verdict"] in {"do_not_refer", "outside_mandate"} and not one["held"]
    )
    no = verdicts["do_not_refer"] + verdicts["outside_mandate"]
    pairs: dict[str, tuple[object, object]] = {
        "rows handed in": (figures["intake"]["rows"], expected["rows"]),
        "rows taken": (figures["intake"]["taken"], expected["taken"]),
        "items at the end of the first day": (figures["intake"]["new"], expected["distinct"]),
        "rows refused": (
            sorted((one["file"], one["row"]) for one in figures["intake"]["refused"]),
            sorted((one["file"], one["row"]) for one in expected["refused"]),
        ),
        "contributions": (counts["contributed"], expected["taken"]),
        "items after short links were followed": (
            counts["distinct"],
            expected["distinct"] - figures["shorteners"]["known"],
        ),
        "held": (counts["held"], held),
        "decided": (counts["decided"], verdicts["refer"] + held),
        "not referred": (counts["not_referred"], no),
        "reasons why not": (figures["not_referred"], dict(sorted(reasons.items()))),
        "assessed": (counts["assessed"], verdicts["refer"] + held + no),
        "held back": (figures["referral"]["held_back"], held),
        "referred": (counts["referred"], verdicts["refer"]),
    }
    return [f"{name}: {ours}, expected {theirs}" for name, (ours, theirs) in pairs.items() if ours != theirs]


def answer(day: Day) -> dict[str, Any]:
    """The whole day as one object."""
    return {
        "notice": "Invented data.",
        "title": day.scenario.operation["title"],
        "operation": day.scenario.operation["code"],
        "units": len(day.units),
        **day.figures,
        "caught": [asdict(one) for one in day.caught],
    }
