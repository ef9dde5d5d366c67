"""The second day begins: two people assess each item, a third settles where they differ, and unwilling things are tried."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from openiru.core.assessment.tests import Availability, ExceptionAnswer, GroundClaim
from openiru.core.assessment.tests import Draft as Facts
from openiru.core.errors import OpenIruError
from openiru.core.lifecycle import State
from openiru.core.vocabulary import Ground, ProtectedPurpose, Verdict
from openiru.engines.addresses import canonicalise
from openiru.entrypoints.demo.days import Day
from openiru.foundation.database.acting import acting
from openiru.foundation.registry.queries import in_state
from openiru.stages.assessment.commands import Assessed, assess
from openiru.stages.assessment.deciding import Draft
from openiru.stages.assessment.queries import basis_for

BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class Planned:
    """An item of the day and what the scenario says of it."""

    item: UUID
    key: str
    basis: str
    plan: Mapping[str, Any]


def assess_all(day: Day) -> None:
    """Two verdicts each; third ones where the scenario has them; then what must not be possible is tried."""
    day.move(day.scenario.when("assessment"), day.scenario.until("assessment"))
    items = _planned(day)
    given = Counter[str]()
    for place in range(3):
        given.update(_round(day, items, place))
        if place == 0:
            _try_twice(day, items)
    day.log()
    day.say(
        f"{sum(given.values()) - given['refused']:,} verdicts on {len(items):,} items;"
        f" {given['disagreement']} disagreements settled by third persons"
    )
    _try_never(day)
    _try_coordinator(day, items)
    day.figures["assessment"] = {"items": len(items), "disagreements": given["disagreement"]}


def _planned(day: Day) -> list[Planned]:
    plan = {canonicalise(address).key: one for address, one in day.scenario.expected["plan"].items()}
    with acting(day.by(day.scenario.who("lead"))):
        rows = {row["key"]: row["id"] for row in in_state([State.SEEN])}
        wanted = {key: one for key, one in plan.items() if one["assessors"] and key in rows}
        shown = basis_for([rows[key] for key in wanted])
    return [Planned(rows[key], key, shown[rows[key]].digest, one) for key, one in wanted.items()]


def _who(day: Day, one: Planned, place: int) -> str:
    pair = day.scenario.pair(one.plan["contributors"][0])
    return pair[place] if place < len(pair) else day.scenario.who("settles")


def _round(day: Day, items: Sequence[Planned], place: int) -> Counter[str]:
    """The verdicts of one place, person by person."""
    desks: dict[str, list[Draft]] = defaultdict(list)
    for one in items:
        if place < len(one.plan["assessors"]):
            draft = Draft(item=one.item, basis=one.basis, facts=facts(day, one.plan, place))
            desks[_who(day, one, place)].append(draft)
    counts: Counter[str] = Counter()
    for name, drafts in desks.items():
        for at in range(0, len(drafts), BATCH):
            done = assess(by=day.by(name), drafts=drafts[at : at + BATCH])
            counts.update(_what(one) for one in done)
    return counts


def _what(one: Assessed) -> str:
    """What became of a draft. One that comes when a first "no" has settled the item already is refused, as it must be."""
    return one.outcome.value if one.outcome is not None else "refused"


def facts(day: Day, plan: Mapping[str, Any], place: int) -> Facts:
    """The structured assessment of a played person: every question answered, in invented words."""
    verdict = Verdict(plan["assessors"][place])
    excepted = (
        plan["exception"] or ProtectedPurpose.JOURNALISM.value if verdict is Verdict.DO_NOT_REFER else ""
    )
    word = day.scenario.word
    return Facts(
        availability=Availability.OPEN_LINK,
        claims=(_claim(day, plan["ground"]),) if verdict is Verdict.REFER else (),
        exceptions=tuple(
            ExceptionAnswer(
                exception=each,
                applies=each.value == excepted,
                reason=word("excepted") if each.value == excepted else word("not_excepted"),
            )
            for each in ProtectedPurpose
        ),
        group=plan["group"],
        brand=plan["brand"],
        proportionality=word("proportionality"),
        provider_rule=word("provider_rule"),
        reasons=word("reasons"),
        confidence=80,
        verdict=verdict,
    )


def _claim(day: Day, ground: str) -> GroundClaim:
    """A ground; whoever says "refer" where the scenario's truth is another names the most common one."""
    chosen = Ground(ground) if ground else Ground.SOLICITS_PARTICIPATION
    danger = day.scenario.word("danger") if chosen is Ground.INCITES else None
    return GroundClaim(ground=chosen, facts=day.scenario.word("facts"), danger=danger)


def _try_twice(day: Day, items: Sequence[Planned]) -> None:
    """One person tries to be two."""
    name = day.scenario.data["mischief"]["twice"]
    one = next(each for each in items if _who(day, each, 0) == name and each.plan["assessors"][0] == "refer")
    draft = Draft(item=one.item, basis=one.basis, facts=facts(day, one.plan, 0))
    (done,) = assess(by=day.by(name), drafts=[draft])
    if done.refused is not None:
        day.catch("one person trying to be two", done.refused.message)


def _try_never(day: Day) -> None:
    """Whole collections, hosts of authorities, channels nobody proposed: no verdict is taken on them."""
    by = day.by(day.scenario.data["mischief"]["twice"])
    with acting(by):
        rows = {row["key"]: row["id"] for row in in_state([State.SEEN])}
        shown = basis_for(list(rows.values()))
    plan = {"assessors": ["refer"], "exception": "", "ground": "", "group": "", "brand": ""}
    for trial in day.scenario.data["mischief"]["never"]:
        item = rows[canonicalise(trial["address"]).key]
        (done,) = assess(
            by=by, drafts=[Draft(item=item, basis=shown[item].digest, facts=facts(day, plan, 0))]
        )
        if done.refused is not None:
            day.catch(trial["what"], done.refused.message)


def _try_coordinator(day: Day, items: Sequence[Planned]) -> None:
    one = items[0]
    try:
        assess(
            by=day.by(day.scenario.who("lead")),
            drafts=[Draft(item=one.item, basis=one.basis, facts=facts(day, one.plan, 0))],
        )
    except OpenIruError as error:
        day.catch("the coordinator giving a verdict", error.message)
