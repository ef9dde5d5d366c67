"""What is left for whoever comes after: an operation of the next day in which nothing is finished.

It is opened when the played day has been reported and counted, so that no figure of that day knows of it. Everything in it is
done by the same commands: places handed in, some verdicts given, a batch prepared, another sent and not answered.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from openiru.core.errors import OutsideError
from openiru.core.lifecycle import State
from openiru.core.vocabulary import HoldKind, HoldScope, Verdict
from openiru.engines.addresses import canonicalise
from openiru.entrypoints.demo.assessing import facts
from openiru.entrypoints.demo.days import Day
from openiru.entrypoints.demo.founding import open_as
from openiru.entrypoints.demo.referring import work
from openiru.foundation.database.acting import acting
from openiru.foundation.registry.queries import in_state
from openiru.ports.formats import Row
from openiru.stages.assessment.commands import assess
from openiru.stages.assessment.deciding import Draft
from openiru.stages.assessment.queries import basis_for
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.intake.holds import NewHold, place_holds
from openiru.stages.referral import commands, links, queries


def leave(day: Day) -> None:
    """Open the operation, and stop in the middle of its work. ``day.figures["left"]`` says what waits for whom."""
    left = day.scenario.data.get("left")
    if left is None:
        return
    played, row = day.operation, day.scenario.operation
    day.operation = None
    day.operation = open_as(day, {**row, **left}, row["mandate"]["slug"])
    try:
        _contribute(day, left)
        waiting = _assess(day, left)
        _hold(day, left["hold"])
        letter = _refer(day, left)
    finally:
        day.operation = played
    day.log()
    day.figures["left"] = {"operation": left["code"], "title": left["title"], **waiting, **letter}


def _contribute(day: Day, left: Mapping[str, Any]) -> None:
    """Each unit hands its places in, as pasted."""
    of_unit: dict[str, list[Row]] = defaultdict(list)
    for one in left["items"]:
        for unit in one["units"]:
            rows = of_unit[unit]
            rows.append(Row(len(rows) + 1, one["address"], reason=left["reason"], language=one["language"]))
    for unit, rows in of_unit.items():
        text = "\n".join(row.address for row in rows)
        done = import_rows(
            by=day.by(day.scenario.who("contributes", unit)),
            source=Source(
                rows=iter(rows),
                file_name=f"left-{unit.lower()}.txt",
                file_digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
                format="text",
                encoding="utf-8",
                purpose="demonstration",
            ),
        )
        if done.counts["taken"] != len(rows):
            raise OutsideError(
                f"what is left for {unit} was not taken whole: {done.counts}", where="scenario.json"
            )


def _assess(day: Day, left: Mapping[str, Any]) -> dict[str, int]:
    """First verdicts, then second ones; how many items wait for which verdict."""
    with acting(day.by(day.scenario.who("lead"))):
        rows = {row["key"]: row["id"] for row in in_state([State.SEEN])}
        basis = {item: shown.digest for item, shown in basis_for(list(rows.values())).items()}
    for place in range(2):
        desks: dict[str, list[Draft]] = defaultdict(list)
        for one in left["items"]:
            if place < len(one["assessors"]):
                item = rows[canonicalise(one["address"]).key]
                draft = Draft(item=item, basis=basis[item], facts=facts(day, _plan(left, one), place))
                desks[day.scenario.pair(one["units"][0])[place]].append(draft)
        for name, drafts in desks.items():
            _give(day, name, drafts)
    given = Counter(tuple(one["assessors"]) for one in left["items"])
    return {
        "open": given[()],
        "second": given[(Verdict.REFER.value,)],
        "disagreements": given[(Verdict.REFER.value, Verdict.DO_NOT_REFER.value)],
    }


def _give(day: Day, name: str, drafts: Sequence[Draft]) -> None:
    for done in assess(by=day.by(name), drafts=drafts):
        if done.refused is not None:
            raise done.refused


def _plan(left: Mapping[str, Any], one: Mapping[str, Any]) -> dict[str, Any]:
    common = {name: left[name] for name in ("ground", "group", "brand")}
    return {**common, "exception": "", "assessors": one["assessors"]}


def _hold(day: Day, held: Mapping[str, str]) -> None:
    """A unit needs one of them left alone."""
    (done,) = place_holds(
        by=day.by(day.scenario.who("deconflicts", held["by"])),
        holds=[
            NewHold(
                kind=HoldKind.UNIT,
                scope=HoldScope.KEY,
                subject=held["address"],
                reason=held["reason"],
                expires_at=datetime.fromisoformat(held["until"]),
            )
        ],
    )
    if done.refused is not None:
        raise done.refused


def _refer(day: Day, left: Mapping[str, Any]) -> dict[str, Any]:
    """One batch is prepared and waits for a person; one is sent, and its provider says nothing."""
    by = day.by(day.scenario.who("issues"))
    (prepared,) = commands.prepare(by=by, provider=left["prepared"]).batches
    (sent,) = commands.prepare(by=by, provider=left["unanswered"]).batches
    commands.send(by=by, referrals=[sent.id], urgent=True)
    work(day)
    return {
        "prepared": {"reference": prepared.reference, "lines": prepared.lines},
        "unanswered": {"reference": sent.reference, "lines": sent.lines, **_link(day, sent.id)},
    }


def _link(day: Day, referral: UUID) -> dict[str, str]:
    """What stands in the letter: a visitor of the demonstration opens it as the provider would."""
    with acting(day.by(day.scenario.who("issues"))) as now:
        head = queries.reference_of(referral)
        row = links.working(now, referral)
    if row is None:
        raise OutsideError(f"the letter {head} has no link", where=head)
    given = links.given(row)
    return {"address": given.address, "code": given.code}
