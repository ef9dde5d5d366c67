"""How a day ends: counted, held against what the scenario knows to be true, verified, and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.demo.recount import recount
from openiru.foundation.database.acting import SERVICE
from openiru.foundation.ledger.verify import verify
from openiru.foundation.operations.clock import set_clock


def end(day: Day) -> None:
    """Count, compare, verify. The clock runs on at its ordinary pace, for whoever goes on from here."""
    set_clock(by=SERVICE, business=day.now, rate=Decimal(1))
    day.log()
    if day.operation is None:
        return
    counted = recount(day.operation)
    day.figures["counts"] = counted.counts()
    day.figures["not_referred"] = dict(sorted(counted.reasons.items()))
    day.figures["differs"] = differences(day.scenario.expected, day.figures)
    found = verify()
    day.figures["ledger"] = {
        "leaves": found.leaves,
        "rows": found.rows,
        "checkpoints": found.checkpoints,
        "root": found.root,
        "holds": found.holds,
        "problems": [asdict(one) for one in found.problems[:20]],
    }


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


def tell(day: Day, order: Mapping[str, Any]) -> None:
    """The funnel, what was caught, the statement, and where to look next."""
    line, counts, intake = day.tell.line, day.figures["counts"], day.figures["intake"]
    most = intake["rows"]
    line()
    for name, count, words in _funnel(day.figures, len(day.units), intake, counts):
        day.tell.bar(name, count, most, words)
    line()
    line("Caught on purpose: " + " · ".join(one.what for one in day.caught))
    line()
    ledger = day.figures["ledger"]
    how = "every row is what the log says" if ledger["holds"] else f"{len(ledger['problems'])} problems"
    line(f"Ledger verified: {ledger['leaves']:,} leaves, {ledger['rows']:,} rows; {how}")
    if day.figures["differs"]:
        line("These figures are not what the scenario knows to be true: " + "; ".join(day.figures["differs"]))
    else:
        line(
            "The figures agree with what the scenario knows to be true, counted once more from the raw events."
        )
    line(f"Four days played in {day.figures['seconds']} s. All of it is invented data.")
    line()
    _next(day, order)


def _funnel(
    figures: Mapping[str, Any], units: int, intake: Mapping[str, Any], counts: Mapping[str, int]
) -> list[tuple[str, int, str]]:
    reasons = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in figures["not_referred"].items())
    answers = figures["answers"]
    return [
        (
            "contributions",
            intake["rows"],
            (
                f"{intake['files']} files, {intake['formats']} formats, {units} units · {intake['rows']:,} rows"
                f" ({len(intake['refused'])} refused, see above)"
            ),
        ),
        (
            "items",
            counts["distinct"],
            (
                f"{counts['distinct']:,} distinct · {counts['duplicates_prevented']:,} duplicates prevented"
                f" · {counts['held']:,} held for investigations"
            ),
        ),
        (
            "assessed",
            counts["assessed"],
            f"{counts['assessed']:,} by two people each · {counts['not_referred']:,} not referred ({reasons})",
        ),
        (
            "referred",
            counts["referred"],
            f"{counts['referred']:,} to {figures['referral']['providers']} providers",
        ),
        (
            "answered",
            counts["answered"],
            (
                f"{counts['answered']:,} · refused {counts['refused']:,} with reasons · silent {counts['silent']:,}"
                f" · {answers['refused']:,} rows that answer nothing we sent"
            ),
        ),
        (
            "verified gone",
            counts["gone"],
            f"{counts['gone']:,} seen gone twice · {counts['already_gone']:,} gone before",
        ),
    ]


def _next(day: Day, order: Mapping[str, Any]) -> None:
    """What to type next; for a database of its own with the setting that names it."""
    line, slug = day.tell.line, day.scenario.operation["code"]
    lead, oversees = day.scenario.who("lead"), day.scenario.who("oversees")
    unit = day.scenario.operation["files"][0]["unit"]
    if order["database"]:
        line("The instance was in use, so this day was played beside it. For the commands below, first:")
        line(f"  export OPENIRU_DATABASE_NAME={order['database']} OPENIRU_DATABASE_ROLES={order['roles']}")
    if not order["serve"]:
        line("Next: openiru up starts the server again.")
    line(f"Next: openiru report --operation {slug} --as {oversees}")
    line(f"      openiru item list --operation {slug} --as {lead}")
    line(
        f"      openiru operation create my-day --title “My day” --mandate {_mandate(day)} --unit {unit} --as {lead}"
    )
    line(f"      openiru intake import YOUR.csv --operation my-day --unit {unit} --dry-run")
    line("      docs/tutorial/your-first-action-day.md")


def _mandate(day: Day) -> str:
    return str(day.scenario.operation["mandate"]["slug"])


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
