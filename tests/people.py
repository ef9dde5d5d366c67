"""The known cast: three units, an agency, and the people in them. Everybody and everything is invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from openiru.core.vocabulary import LegalProfile, OperationKind, ParticipantRole, Role
from openiru.foundation.database.acting import SERVICE, By
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.operations.commands import (
    NewMandate,
    NewOperation,
    NewParticipant,
    confirm_mandate,
    open_operation,
    propose_mandate,
)
from openiru.foundation.people.commands import NewPerson, NewUnit, add_people, add_units

START = datetime(2020, 10, 6, 7, 0, tzinfo=UTC)
R = Role
CAST: dict[str, dict[str, tuple[Role, ...]]] = {
    "AG": {  # the agency that coordinates
        "coordinator": (R.COORDINATOR,),
        "deputy": (R.COORDINATOR, R.ISSUING_OFFICER),
        "officer": (R.ISSUING_OFFICER, R.PROVIDER_LIAISON),
        "overseer": (R.OVERSEER,),
        "admin": (R.ADMINISTRATOR,),
    },
    "RS": {"ana": (R.ANALYST,), "boro": (R.SECOND_ASSESSOR,), "deda": (R.DECONFLICTION_OFFICER,)},
    "HR": {"hana": (R.ANALYST,), "ivo": (R.SECOND_ASSESSOR,), "dora": (R.DECONFLICTION_OFFICER,)},
    "MK": {"mila": (R.ANALYST,), "niko": (R.SECOND_ASSESSOR,), "duma": (R.DECONFLICTION_OFFICER,)},
}
PROFILES = {
    "AG": LegalProfile.AGENCY,
    "RS": LegalProfile.THIRD_COUNTRY_UNIT,
    "HR": LegalProfile.EU_COMPETENT_AUTHORITY,
    "MK": LegalProfile.THIRD_COUNTRY_UNIT,
}


@dataclass(frozen=True, slots=True)
class World:
    """A day with its cast: ``world.by("RS/ana")`` acts in the operation."""

    operation: UUID
    slug: str
    units: dict[str, UUID]
    people: dict[str, By]

    def by(self, name: str) -> By:
        """Somebody of the cast, in the operation."""
        return self.people[name].within(self.operation)

    def outside(self, name: str) -> By:
        """Somebody of the cast, in no operation."""
        return self.people[name]


def cast() -> tuple[dict[str, UUID], dict[str, By]]:
    """Make the units and the people; unit codes -> ids, ``UNIT/handle`` -> By. The clock stands at START."""
    set_clock(by=SERVICE, business=START, rate=Decimal(0))
    units = add_units(
        by=SERVICE,
        units=[
            NewUnit(
                code=code,
                name=f"Unit {code} (invented)",
                country=code if code != "AG" else "EU",
                legal_profile=PROFILES[code],
                legal_ground=f"Art. 1 of the invented act of {code}",
                zone="Europe/Belgrade",
                contact=f"duty desk {code}, +000 {code}",
            )
            for code in CAST
        ],
    )
    people: dict[str, By] = {}
    for code, members in CAST.items():
        ids = add_people(
            by=By(person=SERVICE.person, unit=units[code], using="worker"),
            people=[
                NewPerson(handle=h, display_name=f"{h.title()} (invented)", roles=r)
                for h, r in members.items()
            ],
        )
        people |= {f"{code}/{handle}": By(person=person, unit=units[code]) for handle, person in ids.items()}
    return units, people


def action_day(slug: str = "day", rate: int = 0) -> World:
    """The cast, a confirmed mandate and an open operation of all units; the clock stands at START unless rated."""
    units, people = cast()
    if rate:
        set_clock(by=people["AG/coordinator"], business=START, rate=Decimal(rate))
    propose_mandate(
        by=people["AG/coordinator"],
        mandate=NewMandate(
            slug="tco",
            act="Regulation (EU) 2021/784",
            article="Art. 2(7)",
            authority="Agency AG (invented)",
            kinds=("terrorist",),
        ),
    )
    confirm_mandate(by=people["AG/deputy"], slug="tco")
    operation = open_operation(
        by=people["AG/coordinator"],
        operation=NewOperation(
            slug=slug,
            title="A day of tests (invented)",
            kind=OperationKind.ACTION_DAY,
            mandate="tco",
            zone="Europe/Belgrade",
            opens_at=START,
            closes_at=START + timedelta(days=4),
            participants=tuple(
                NewParticipant(role=ParticipantRole.SUPPORTING, unit=units[code])
                for code in CAST
                if code != "AG"
            ),
        ),
    )
    return World(operation=operation, slug=slug, units=units, people=people)


def another_operation(
    world: World,
    *codes: str,
    kind: OperationKind = OperationKind.ROUTINE,
    zone: str = "UTC",
    days: int = 1,
) -> UUID:
    """A second operation under the same mandate, in which these units support the agency."""
    return open_operation(
        by=world.outside("AG/coordinator"),
        operation=NewOperation(
            slug="other",
            title="Another day (invented)",
            kind=kind,
            mandate="tco",
            zone=zone,
            opens_at=START,
            closes_at=START + timedelta(days=days),
            participants=tuple(
                NewParticipant(role=ParticipantRole.SUPPORTING, unit=world.units[code]) for code in codes
            ),
        ),
    )
