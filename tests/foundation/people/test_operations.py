"""Operations: opened by whoever leads them, joined once by each unit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.people import START, action_day

from openiru.core.vocabulary import OperationKind, ParticipantRole
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.commands import NewOperation, NewParticipant, open_operation
from openiru.foundation.operations.queries import participants


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
