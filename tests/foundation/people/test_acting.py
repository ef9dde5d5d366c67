"""acting(by) opens every transaction, and the database believes nobody who did not come through it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection, transaction
from tests.people import START, action_day

from openiru.core.errors import PermissionDeniedError
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.people.commands_changes import revoke_person
from openiru.foundation.people.queries import by_handle, units


@pytest.mark.usefixtures("database")
def test_a_day_opens_with_its_cast_and_a_standing_clock() -> None:
    world = action_day()
    with acting(world.by("RS/ana")) as now:
        assert now.at == START
        assert now.environment == "demo"
        assert now.unit_code == "RS"
        assert {unit["code"] for unit in units()} >= {"AG", "RS", "HR", "MK"}
    assert by_handle("RS/ana") == world.outside("RS/ana")


@pytest.mark.usefixtures("database")
def test_without_acting_there_are_no_rows() -> None:
    action_day()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_unit")
        assert cursor.fetchone() == (0,)


@pytest.mark.usefixtures("database")
def test_a_setting_forged_by_hand_does_not_carry_the_seal() -> None:
    world = action_day()
    with transaction.atomic(), connection.cursor() as cursor:
        for name, value in (("person", world.outside("RS/ana").person), ("unit", world.units["RS"])):
            cursor.execute("SELECT set_config(%s, %s, true)", [f"iru.{name}", str(value)])
        cursor.execute("SELECT count(*) FROM people_person")
        assert cursor.fetchone() == (0,)
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT set_config('iru.unit', %s, true)", [str(world.units["HR"])])
        now.cursor.execute("SELECT count(*) FROM people_person")
        assert now.cursor.fetchone() == (0,)


@pytest.mark.usefixtures("database")
def test_a_person_of_another_unit_a_revoked_one_and_the_service_are_refused_as_web() -> None:
    world = action_day()
    ana = world.by("RS/ana")
    with pytest.raises(PermissionDeniedError), acting(replace(ana, unit=world.units["HR"])):
        pass
    with pytest.raises(PermissionDeniedError), acting(replace(SERVICE, using="default")):
        pass
    revoke_person(by=replace(SERVICE, unit=world.units["RS"]), person=ana.person)
    with pytest.raises(PermissionDeniedError), acting(ana):
        pass
