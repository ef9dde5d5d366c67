"""Roles change, memberships end, tokens are withdrawn: from the next act on, told to the ledger, by whoever may."""

from __future__ import annotations

import json
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import connections
from tests.people import World, action_day

from openiru.core.errors import ConflictError, NotFoundError, PermissionDeniedError, UsageError
from openiru.core.vocabulary import Role
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.foundation.people.commands import NewPerson, add_people, issue_token
from openiru.foundation.people.commands_changes import revoke_people, set_roles, withdraw_tokens
from openiru.foundation.people.queries import by_token, person, tokens

pytestmark = pytest.mark.usefixtures("database")
R = Role


def service(world: World, unit: str) -> By:
    return replace(SERVICE, unit=world.units[unit])


def told(kind: str) -> list[dict[str, object]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT o.payload FROM ledger_leaf l JOIN ledger_opening o ON o.id = l.id WHERE l.type = %s ORDER BY l.seq",
            [kind],
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


def issued(world: World, name: str, label: str = "test") -> tuple[str, UUID]:
    """A token, and its id."""
    by = world.outside(name)
    token = issue_token(by=service(world, name.partition("/")[0]), person=by.person, label=label)
    with acting(by):
        return token, tokens([by.person])[-1]["id"]


def test_roles_hold_from_the_next_act_on_and_the_ledger_says_which_they_were() -> None:
    world = action_day()
    admin, officer = world.outside("AG/admin"), world.outside("AG/officer")
    (done,) = set_roles(by=admin, people=[(officer.person, [R.COORDINATOR, R.OVERSEER])])
    assert set(done.before) == {"issuing_officer", "provider_liaison"}
    with acting(officer) as now:
        assert now.roles == {"coordinator", "overseer"}
    (leaf,) = told("people.roles_changed")
    assert leaf["before"] == ["issuing_officer", "provider_liaison"]
    assert leaf["roles"] == ["coordinator", "overseer"]
    set_roles(by=admin, people=[(officer.person, [R.OVERSEER, R.COORDINATOR])])
    assert len(told("people.roles_changed")) == 1  # the same roles: nothing happened


def test_who_may_not_change_roles_and_which_roles_nobody_has() -> None:
    world = action_day()
    admin, officer = world.outside("AG/admin"), world.outside("AG/officer")
    for by, who, roles, error in (
        (world.outside("AG/coordinator"), officer, [R.ANALYST], PermissionDeniedError),
        (admin, admin, [R.ADMINISTRATOR, R.ANALYST], PermissionDeniedError),
        (admin, officer, [], UsageError),
        (admin, officer, [R.SERVICE], UsageError),
        (admin, world.outside("RS/ana"), [R.ANALYST], ConflictError),  # of another unit: not there
    ):
        with pytest.raises(error):
            set_roles(by=by, people=[(who.person, roles)])
    new = NewPerson(handle="machine", display_name="", roles=(R.SERVICE,))
    with pytest.raises(UsageError):
        add_people(by=admin, people=[new])
    with acting(officer):
        assert set(person(officer.person)["roles"]) == {"issuing_officer", "provider_liaison"}
    assert told("people.roles_changed") == []


def test_a_unit_keeps_an_administrator() -> None:
    world = action_day()
    admin = world.outside("AG/admin")
    with pytest.raises(ConflictError, match="without an administrator"):
        revoke_people(by=admin, people=[admin.person])
    with pytest.raises(ConflictError, match="without an administrator"):
        set_roles(by=service(world, "AG"), people=[(admin.person, [R.ANALYST])])
    deputy = world.outside("AG/deputy")
    set_roles(by=admin, people=[(deputy.person, [R.ADMINISTRATOR])])
    revoke_people(by=admin, people=[admin.person])
    with pytest.raises(PermissionDeniedError), acting(admin):
        pass
    with acting(deputy) as now:
        assert now.roles == {"administrator"}


def test_whose_membership_ends_acts_no_more_and_neither_do_their_tokens() -> None:
    world = action_day()
    ana = world.outside("RS/ana")
    token, token_id = issued(world, "RS/ana")
    holder = by_token(token)
    with acting(holder):
        pass
    assert revoke_people(by=service(world, "RS"), people=[ana.person]) == [token_id]
    for by in (ana, holder):
        with pytest.raises(PermissionDeniedError, match="not an active member"), acting(by):
            pass
    with pytest.raises(NotFoundError):
        by_token(token)
    assert len(told("people.person_revoked")) == len(told("people.token_revoked")) == 1
    with pytest.raises(ConflictError):
        revoke_people(by=service(world, "RS"), people=[ana.person])
    with pytest.raises(ConflictError):
        issue_token(by=service(world, "RS"), person=ana.person, label="again")
    with pytest.raises(ConflictError):  # nobody steps into her acts by her handle
        add_people(
            by=service(world, "RS"), people=[NewPerson(handle="ana", display_name="", roles=(R.ANALYST,))]
        )


def test_a_token_that_was_withdrawn_is_refused_and_the_others_work() -> None:
    world = action_day()
    first, first_id = issued(world, "RS/ana", "one")
    second, second_id = issued(world, "RS/ana", "two")
    assert withdraw_tokens(by=service(world, "RS"), tokens=[first_id]) == [first_id]
    with pytest.raises(NotFoundError, match="revoked"):
        by_token(first)
    assert by_token(second).person == world.outside("RS/ana").person
    assert withdraw_tokens(by=service(world, "RS"), tokens=[first_id]) == []
    with acting(world.outside("RS/ana")) as now:
        found = {one["id"]: one for one in tokens()}
        assert (found[first_id]["revoked_at"], found[first_id]["works"]) == (now.at, False)
        assert (found[second_id]["revoked_at"], found[second_id]["works"]) == (None, True)
        assert all("digest" not in one for one in found.values())


def test_everybody_withdraws_their_own_token_an_administrator_any_of_the_unit() -> None:
    world = action_day()
    _, anas = issued(world, "RS/ana")
    _, officers = issued(world, "AG/officer")
    with pytest.raises(PermissionDeniedError):
        withdraw_tokens(by=world.outside("RS/boro"), tokens=[anas])
    with pytest.raises(ConflictError):
        withdraw_tokens(by=world.outside("AG/admin"), tokens=[anas])
    assert withdraw_tokens(by=world.outside("RS/ana"), tokens=[anas]) == [anas]
    assert withdraw_tokens(by=world.outside("AG/admin"), tokens=[officers]) == [officers]


def test_the_ledger_holds_every_row_after_all_of_it(database: str) -> None:
    from openiru.dsn import role_names
    from openiru.foundation.database.prepare import admin_connection
    from openiru.settings import CONFIG

    world = action_day()
    issued(world, "RS/ana")
    set_roles(by=world.outside("AG/admin"), people=[(world.outside("AG/officer").person, [R.ANALYST])])
    revoke_people(by=service(world, "RS"), people=[world.outside("RS/ana").person])
    sequence()
    with admin_connection(CONFIG, "postgres") as admin:
        admin.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO "{role_names(CONFIG)["owner"]}"')
    assert verify().problems == []
