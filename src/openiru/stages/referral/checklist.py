"""The rules of sending, one by one, as they stand for one batch now: what a person sees before the batch is let go.

Right before a letter leaves, the same rules are asked again under lock (delivering.py); this list promises nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openiru.core.intake.extent import Route, route_of
from openiru.core.vocabulary import Extent, Instrument
from openiru.foundation.database.acting import Now
from openiru.stages.referral import letters
from openiru.stages.referral.delivering import state_problem
from openiru.stages.referral.fitness import Request, marking, reinstated, third_country, wide
from openiru.stages.referral.known import Known, know
from openiru.stages.referral.planning import fault_of
from openiru.stages.referral.rows import live_lines

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``lines``: the lines that stand against it, each with why; ``about``: how many lines it concerns."""

    code: str
    holds: bool
    about: int
    lines: tuple[tuple[int, str], ...] = ()
    said: str = ""


def rules(now: Now, rows: Sequence[Mapping[str, Any]]) -> dict[UUID, list[Rule]]:
    """The rules for letters (rows of referral_referral), by id, in the order of a person's questions. One set of questions for all."""
    lines: dict[UUID, list[Line]] = {row["id"]: [] for row in rows}
    for line in live_lines(now, [row["id"] for row in rows if row["kind"] == "referral"]):
        lines[line["referral_id"]].append(line)
    known = know(now, sorted({line["item_id"] for each in lines.values() for line in each}))
    return {row["id"]: _rules(known, row, lines[row["id"]]) for row in rows}


def _rules(known: Known, row: Mapping[str, Any], lines: Sequence[Line]) -> list[Rule]:
    letter = Rule(
        "letter", letters.digest(row["letter"]) == row["letter_digest"], 1, said=row["letter_digest"]
    )
    fault = fault_of(row["channel"])
    channel = Rule("channel", not fault, 1, said=fault or row["channel"])
    if row["kind"] != "referral":
        return [letter, channel]
    found = [_rule(code, lines, problem) for code, problem in _about(known, row["sending_unit_id"])]
    items = {line["item_id"] for line in lines}
    broad = sum(route_of(Extent(known.items[item]["extent"])) is Route.WIDE for item in items)
    abroad = sum(third_country(known, item, row["sending_unit_id"]) for item in items)
    return [
        Rule("lines", bool(lines), len(lines)),
        *found,
        _rule("wide", lines, lambda line: wide(known, line["item_id"], sending=True), about=broad),
        Rule("abroad", holds=True, about=abroad),
        letter,
        channel,
    ]


def _about(known: Known, sender: UUID) -> Iterator[tuple[str, Callable[[Line], str]]]:
    request = Request(sender, Instrument.REFERRAL)

    def people(line: Line) -> str:
        return "" if known.pair(line["item_id"]) else "two refer verdicts of two people do not stand any more"

    def held(line: Line) -> str:
        found = known.blocked.get(line["item_id"])
        return found.reason if found else ""

    def before(line: Line) -> str:
        found = reinstated(known, line["item_id"], request)
        return found.reason if found else ""

    def marked(line: Line) -> str:
        found = marking(known, line["item_id"], request)
        return found.reason if found else ""

    yield "people", people
    yield "unchanged", state_problem
    yield "held", held
    yield "reinstated", before
    yield "marking", marked


def _rule(code: str, lines: Sequence[Line], problem: Callable[[Line], str], *, about: int = -1) -> Rule:
    against = tuple((line["number"], said) for line in lines if (said := problem(line)))
    return Rule(code, not against, len(lines) if about < 0 else about, against)
