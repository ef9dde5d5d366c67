"""Nobody writes a verdict in a colleague's name, not even with the program's own login."""

from __future__ import annotations

import pytest
from django.db import DatabaseError
from tests.factories.referred import contributed
from tests.people import action_day

from openiru.foundation.database.acting import acting
from openiru.foundation.database.ids import new_id


@pytest.mark.usefixtures("database")
def test_a_verdict_bears_the_person_who_acts() -> None:
    world = action_day()
    item = contributed(world.by("RS/ana"), ["https://t.me/openiru_demo_a/1"])["https://t.me/openiru_demo_a/1"]
    insert = (
        "INSERT INTO assessment_assessment (unit_id, id, operation_id, item_id, person_id, slot, basis_digest, verdict,"
        " facts, confidence, assessed_at) VALUES (%s, %s, %s, %s, %s, 'A', 'sha256:00', 'refer', '{}', 90, %s)"
    )
    ana, boro = world.by("RS/ana"), world.by("RS/boro")

    def write(person: object) -> None:
        with acting(ana) as now:
            now.cursor.execute(insert, [ana.unit, new_id(), ana.operation, item, person, now.at])

    write(ana.person)
    with pytest.raises(DatabaseError, match="row-level security"):
        write(boro.person)
