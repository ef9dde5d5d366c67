"""Small true deeds for tests of assessment: drafts with nothing special about them, and somebody who gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from tests.people import World
from tests.stages.intake.helpers import bring

from openiru.core.assessment.tests import Availability, ExceptionAnswer, GroundClaim
from openiru.core.assessment.tests import Draft as Facts
from openiru.core.vocabulary import Ground, ProtectedPurpose, Verdict
from openiru.foundation.database.acting import By, acting
from openiru.foundation.registry.queries import items as items_by_id
from openiru.foundation.registry.queries import page
from openiru.stages.assessment.commands import Assessed, Draft, assess
from openiru.stages.assessment.queries import basis_for

KEY = "telegram:post:openiru_demo_a/1"
ADDRESS = "https://t.me/openiru_demo_a/1"
NOISE = ("https://t.me/openiru_demo_noise/7", "https://pages.test/noise")
REFER = Facts(
    availability=Availability.OPEN_LINK,
    claims=(GroundClaim(ground=Ground.INSTRUCTS, facts="invented facts", danger=None),),
    exceptions=tuple(
        ExceptionAnswer(exception=each, applies=False, reason="invented reason") for each in ProtectedPurpose
    ),
    group="",
    brand="",
    proportionality="one post, invented",
    provider_rule="clause 1 of invented terms",
    reasons="invented reasons",
    confidence=80,
    verdict=Verdict.REFER,
)


def facts(verdict: Verdict, *, applies: ProtectedPurpose | None = None) -> Facts:
    """A whole assessment with this verdict."""
    if verdict is Verdict.REFER:
        return REFER
    return replace(
        REFER,
        verdict=verdict,
        claims=(),
        exceptions=tuple(replace(each, applies=each.exception is applies) for each in REFER.exceptions),
    )


def day(world: World) -> UUID:
    """RS brings the post, HR and MK bring it and noise; the post."""
    bring(world.by("RS/ana"), ADDRESS)
    bring(world.by("HR/hana"), ADDRESS, NOISE[0])
    bring(world.by("MK/mila"), NOISE[1])
    with acting(world.by("RS/ana")):
        return UUID(str(next(row["id"] for row in page() if row["key"] == KEY)))


def drafts(by: By, items: Sequence[UUID], given: Facts) -> list[Draft]:
    """The same said of each item, on what is shown now."""
    with acting(by):
        shown = basis_for(items)
    return [Draft(item=item, basis=shown[item].digest, facts=given, seen=shown[item]) for item in items]


def say(by: By, item: UUID, verdict: Verdict, *, applies: ProtectedPurpose | None = None) -> Assessed:
    """One person says one thing of one item."""
    (done,) = assess(by=by, drafts=drafts(by, [item], facts(verdict, applies=applies)))
    return done


def state(by: By, item: UUID) -> str:
    """Where the item stands."""
    with acting(by):
        return str(items_by_id([item])[item]["state"])
