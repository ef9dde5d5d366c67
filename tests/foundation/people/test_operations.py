"""Operations: opened by whoever leads them, joined once by each unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.people import START, action_day

from openiru.core.errors import UsageError
from openiru.core.vocabulary import LegalProfile, OperationKind, ParticipantRole
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.commands import NewOperation, NewParticipant, open_operation
from openiru.foundation.operations.queries import participants
from openiru.foundation.people.commands import NewUnit, add_units
from openiru.foundation.people.queries import units


@pytest.mark.usefixtures("database")
def test_a_lead_named_once_more_as_participant_takes_part_once() -> None:
    world = action_day()
    by = world.outside("AG/coordinator")
    supporting = NewParticipant(role=ParticipantRole.SUPPORTING, unit=world.units["AG"])
    court = NewParticipant(role=ParticipantRole.JUDICIAL, authority="Investigating judge (invented)")
    operation = open_operation(
        by=by,
        operation=NewOperation(
            slug="again",
            title="Again",
            kind=OperationKind.ROUTINE,
            mandate="tco",
            zone="Europe/Belgrade",
            opens_at=START,
            closes_at=START + timedelta(days=1),
            participants=(supporting, supporting, court),
        ),
    )
    with acting(by):
        found = [(row["code"], row["authority"], row["role"]) for row in participants(operation)]
    assert found == [("AG", "", "lead"), (None, court.authority, "judicial")]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("zone", ["Nowhere/Example", "Europe", "../../etc/passwd", "", "a" * 5_000])
def test_what_is_no_time_zone_is_kept_nowhere(zone: str) -> None:
    world = action_day()
    with pytest.raises(UsageError, match="is not a time zone") as refused:
        open_operation(
            by=world.outside("AG/coordinator"),
            operation=NewOperation(
                slug="again",
                title="Again",
                kind=OperationKind.ROUTINE,
                mandate="tco",
                zone=zone,
                opens_at=START,
                closes_at=START + timedelta(days=1),
                participants=(),
            ),
        )
    assert refused.value.where == "--zone"
    by = world.outside("AG/admin")
    good = NewUnit(
        code="XA",
        name="Unit A (invented)",
        country="AA",
        legal_profile=LegalProfile.THIRD_COUNTRY_UNIT,
        legal_ground="Art. 1 of an invented act",
        zone="UTC",
        contact="duty desk, +000",
    )
    bad = replace(good, code="XB", zone=zone)
    with pytest.raises(UsageError, match="is not a time zone") as refused:
        add_units(by=by, units=[good, bad])
    assert refused.value.where == "XB"
    with acting(by):
        assert not {"XA", "XB"} & {row["code"] for row in units()}
