"""The last screen: the funnel, what was caught, the statement, and where to look next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from openiru.core.impact.report import Report
from openiru.entrypoints.demo.days import Day

#: Parts of the day that took less are left out on the last screen.
SHOWN_S: Final = 0.5
Bars = list[tuple[str, int, str]]


def tell(day: Day, report: Report, order: Mapping[str, Any]) -> None:
    """Everything, in the order in which a newcomer asks."""
    line, figures = day.tell.line, day.figures
    line()
    for name, count, words in [*_brought(day), *_sent(day, report)]:
        day.tell.bar(name, count, figures["intake"]["rows"], words)
    line()
    line("Caught on purpose:")
    for one in day.caught:
        line(f"  {one.what}: {one.how}")
    line()
    line(f"Statement (figures as of ledger size {report.as_of.size:,}, {report.as_of.time:%d %b %H:%M %Z}):")
    for sentence in report.statement:
        line(f"  {sentence}")
    line()
    _checked(day)
    line()
    _left(day)
    _next(day, order)


def _brought(day: Day) -> Bars:
    counts, intake = day.figures["counts"], day.figures["intake"]
    reasons = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in day.figures["not_referred"].items())
    rows = (
        f"{intake['files']} files, {intake['formats']} formats, {len(day.units)} units"
        f" · {intake['rows']:,} rows ({len(intake['refused'])} refused, see above)"
    )
    items = (
        f"{counts['distinct']:,} distinct · {counts['duplicates_prevented']:,} duplicates prevented"
        f" · {counts['held']:,} held for investigations"
    )
    assessed = f"{counts['assessed']:,} by law · {counts['not_referred']:,} not referred ({reasons})"
    return [
        ("contributions", intake["rows"], rows),
        ("items", counts["distinct"], items),
        ("assessed", counts["assessed"], assessed),
    ]


def _sent(day: Day, report: Report) -> Bars:
    counts, removal = day.figures["counts"], report.removal
    referred = f"{counts['referred']:,} to {counts['providers']} providers on {counts['platforms']} platforms"
    answered = (
        f"{counts['answered']:,} · refused {counts['refused']:,} with reasons · silent {counts['silent']:,}"
    )
    gone = f"{counts['gone']:,}"
    if removal is not None and removal.rate is not None:
        rate = removal.rate
        gone += (
            f" · {100 * rate.low:.1f} % (band {100 * rate.low:.1f}–{100 * rate.high:.1f} %,"
            f" {removal.inconclusive:,} could not be checked, {removal.restricted:,} restricted)"
        )
    return [
        ("referred", counts["referred"], referred),
        ("answered", counts["answered"], answered),
        ("verified gone", counts["gone"], gone),
    ]


def _checked(day: Day) -> None:
    line, ledger = day.tell.line, day.figures["ledger"]
    how = "every row is what the log says" if ledger["holds"] else f"{len(ledger['problems'])} problems"
    line(f"Ledger verified: {ledger['leaves']:,} leaves, {ledger['rows']:,} rows; {how}.")
    if day.figures["differs"]:
        line("These figures are not what they should be: " + "; ".join(day.figures["differs"]))
    else:
        line(
            "The figures agree with what is known to be true of the files and with a count over the raw events."
        )
    line(f"Four days played in {day.figures['seconds']} s. All of it is invented data.")
    parts = sorted(day.figures["phases"].items(), key=lambda part: -part[1])
    line("Of these seconds: " + " · ".join(f"{name} {took:g}" for name, took in parts if took >= SHOWN_S))


def _left(day: Day) -> None:
    """What is left to do, and a letter that can be read as its provider reads it."""
    left, line = day.figures.get("left"), day.tell.line
    if left is None:
        return
    letter, batch = left["unanswered"], left["prepared"]
    line(
        f"Left for you in the operation {left['operation']}: {left['open']} items without a verdict, {left['second']} with one,"
        f" {left['disagreements']} disagreements, the batch {batch['reference']} not sent,"
        f" the letter {letter['reference']} not answered."
    )
    line(f"That letter as its provider opens it, without an account: {letter['address']}")
    line(f"  code: {letter['code']} (the page is there while the desk is open)")
    line()


def _next(day: Day, order: Mapping[str, Any]) -> None:
    """What to type next; for a database of its own with the setting that names it."""
    line, slug = day.tell.line, day.scenario.operation["code"]
    lead, oversees = day.scenario.who("lead"), day.scenario.who("oversees")
    unit, mandate = day.scenario.operation["files"][0]["unit"], day.scenario.operation["mandate"]["slug"]
    if order["database"]:
        line("The instance was in use, so this day was played beside it. For the commands below, first:")
        line(f"  export OPENIRU_DATABASE_NAME={order['database']} OPENIRU_DATABASE_ROLES={order['roles']}")
    if order["desk"] == "":
        line("The desk is opened by: openiru up")
    if not order["serve"]:
        line("The server was stopped if it was started for this: openiru up starts it again.")
    line(f"Next: openiru report --operation {slug} --as {oversees}")
    line(f"      openiru item list --operation {slug} --as {lead}")
    line("      openiru ledger verify")
    line(
        f'      openiru operation create my-day --title "My day" --mandate {mandate} --unit {unit} --as {lead}'
    )
    line(f"      openiru intake import YOUR.csv --operation my-day --unit {unit} --dry-run")
    line("      docs/tutorial/your-first-action-day.md")
