"""How the nine providers decide: by seeded rules, each with a temper of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from examples.loopback.clock import stamp
from examples.loopback.world import Answer, AnswerLine, Deed, World
from examples.texts import number

HOURS: Final[Mapping[str, float]] = {  # business hours from receipt to the answer
    "prompt": 0.75,
    "partly": 10,
    "refusing": 20,
    "silent": 12,
    "silent_keeps": 12,
    "wrong": 6,
    "slow": 60,
    "reinstating": 5,
    "greylisting": 3,
}
REMOVED: Final = "DECISION_VISIBILITY_CONTENT_REMOVED"
DISABLED: Final = "DECISION_VISIBILITY_CONTENT_DISABLED"
REFUSALS: Final = (
    ("NO_ACTION", "Invented answer: reviewed by a person, no breach of our rules found."),
    ("NO_ACTION", "Invented answer: the text reports on the matter and takes no side."),
    ("DISPUTED", "Invented answer: we read the quoted words otherwise, please see our rule 4."),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a referral as the machine-readable attachment states it."""

    line: str
    key: str
    url: str


@dataclass(frozen=True, slots=True)
class Case:
    """One letter that a provider received."""

    provider: str
    reference: str
    received_at: datetime
    lines: tuple[Line, ...]
    message_id: str = ""
    sender: str = ""


def take_up(world: World, case: Case) -> None:
    """Plans everything that the provider will do about a letter."""
    provider = world.catalogue.providers[case.provider]
    behaviour: str = provider["behaviour"]
    lines, deeds = _decide(world, case, provider)
    for moment, deed in deeds:
        world.plan(moment, deed)
    due = case.received_at + timedelta(hours=HOURS[behaviour])
    for no, form in enumerate(provider["answers"], start=1):
        if no == 1 or form == "mail":
            world.plan(due, Deed(answer=_answer(case, no, form, lines)))
    if extra := AFTERWARDS.get(behaviour):
        extra(world, case, due, lines)


def _decide(
    world: World, case: Case, provider: Mapping[str, Any]
) -> tuple[list[AnswerLine], list[tuple[datetime, Deed]]]:
    answers: list[AnswerLine] = []
    deeds: list[tuple[datetime, Deed]] = []
    hours = HOURS[provider["behaviour"]]
    for line in case.lines:
        share = 0.25 + 0.75 * (number("when", world.seed, line.url) % 1000) / 1000
        moment = case.received_at + timedelta(hours=hours * share)
        answer, token = _decide_line(world, case, line, provider)
        answers.append(replace(answer, decided_at=stamp(moment)))
        if token:
            deeds.append((moment, Deed(remove=(token,))))
    return answers, deeds


def _decide_line(world: World, case: Case, line: Line, provider: Mapping[str, Any]) -> tuple[AnswerLine, str]:
    """The decision on one line, and the token of the place that is taken down (or nothing)."""
    place = world.catalogue.find(line.url)
    start = AnswerLine(case.reference, line.line, line.key or line.url, "NO_ACTION")
    if place is None:
        return replace(
            start, decision="NOT_FOUND", explanation="Invented answer: nothing at this address."
        ), ""
    if world.catalogue.platforms[place.platform].provider != case.provider:
        return replace(start, decision="WRONG_ADDRESSEE", explanation="Invented answer: not our service."), ""
    if not world.alive(place):
        return replace(start, decision="NOT_FOUND", explanation="Invented answer: was gone before."), ""
    if number("refuse", world.seed, place.token) % 1000 < float(provider["refuses"]) * 1000:
        decision, why = REFUSALS[number("why", place.token) % len(REFUSALS)]
        return replace(start, decision=decision, explanation=why), ""
    done = replace(
        start,
        decision=DISABLED if number("how", place.token) % 7 == 0 else REMOVED,
        ground="DECISION_GROUND_INCOMPATIBLE_CONTENT",
        ground_reference="Invented rule 12 of the invented terms",
        explanation="Invented answer: taken down after review.",
        puid=f"oi-demo-{number('puid', case.reference, line.line):08x}",
    )
    return done, place.token


def _answer(case: Case, no: int, form: str, lines: list[AnswerLine], reference: str = "") -> Answer:
    named = reference or case.reference
    kept = tuple(replace(line, reference=named) for line in lines)
    return Answer(case.provider, case.reference, no, form, kept, case.message_id, case.sender)


def _wrong(world: World, case: Case, due: datetime, lines: list[AnswerLine]) -> None:
    """A line never sent, the same answer twice with one change, and a wrong reference."""
    never = AnswerLine(
        case.reference,
        str(len(lines) + 9000),
        "https://vidhall.example/v/oi-demo-never-sent",
        REMOVED,
        explanation="Invented answer for an item that was never sent.",
        decided_at=stamp(due),
    )
    again = (
        [replace(lines[0], decision="NO_ACTION", explanation="Invented second thoughts.")] if lines else []
    )
    world.plan(due + timedelta(hours=1), Deed(answer=_answer(case, 2, "csv", [*lines, never])))
    world.plan(due + timedelta(hours=2), Deed(answer=_answer(case, 3, "csv", [*again, *lines[1:]])))
    strange = f"{case.reference}-NOT-YOURS"
    world.plan(due + timedelta(hours=3), Deed(answer=_answer(case, 4, "json", lines[:3], strange)))


def _reinstate(world: World, case: Case, due: datetime, lines: list[AnswerLine]) -> None:
    """Two days later one item is put back after its author complained."""
    acted = [line for line in lines if line.decision in {REMOVED, DISABLED}]
    if not acted:
        return
    chosen = min(acted, key=lambda line: number("complaint", world.seed, line.url_or_key))
    url = next(line.url for line in case.lines if line.line == chosen.line)
    place = world.catalogue.find(url)
    moment = due + timedelta(hours=48)
    back = replace(
        chosen,
        decision="REINSTATED",
        explanation="Invented answer: reinstated after a complaint by the author.",
        decided_at=stamp(moment),
    )
    token = (place.token,) if place else ()
    world.plan(moment, Deed(reinstate=token, answer=_answer(case, 2, "csv", [back])))


AFTERWARDS: Final[Mapping[str, Callable[[World, Case, datetime, list[AnswerLine]], None]]] = {
    "wrong": _wrong,
    "reinstating": _reinstate,
}
