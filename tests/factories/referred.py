"""Items that are referred already, for tests of what comes after: the lifecycle's own steps, without letters."""

from __future__ import annotations

from uuid import UUID

from openiru.core.events import EventType
from openiru.core.lifecycle import Milestone, Step
from openiru.foundation.database.acting import By, acting
from openiru.foundation.ledger.record import record
from openiru.foundation.registry.queries import page
from openiru.foundation.registry.transitions import Move, transition
from openiru.ports.formats import Row
from openiru.stages.intake.commands import Source, import_rows

_WALK = (
    (Step.ASSESS, Milestone(0)),
    (Step.DECIDE, Milestone.ASSESSED | Milestone.DECIDED),
    (Step.PREPARE, Milestone(0)),
    (Step.REFER, Milestone.REFERRED),
)


def contributed(by: By, addresses: list[str]) -> dict[str, UUID]:
    """Items of the acting operation: address -> item id."""
    rows = [Row(number, address) for number, address in enumerate(addresses, start=2)]
    import_rows(by=by, source=Source(rows=rows, file_name="f.csv", file_digest="sha256:00", format="csv"))
    with acting(by):
        by_canonical = {row["canonical"]: row["id"] for row in page(limit=100_000)}
    return {address: by_canonical[address] for address in addresses}


def walk(by: By, items: list[UUID], *, until: Step = Step.REFER) -> None:
    """Take the steps from contributed to ``until`` without verdicts or letters (only for tests of later stages)."""
    with acting(by) as now:
        for step, gains in _WALK:
            notes = {"referred_at": now.at} if step is Step.REFER else {}
            moved, refused = transition(now, [Move(item, step, gains=gains, notes=notes) for item in items])
            assert not refused
            record(now, [one.entry(EventType.LINE_REFERRED, one.row) for one in moved.values()])
            if step is until:
                return
