"""Writes about people who are there: their roles, the end of their membership, the end of their tokens.

Each is an event in the ledger. Nobody changes their own roles, and a unit that had an administrator keeps one: otherwise nobody
could let anybody in any more, the machine itself included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from openiru.core.errors import ConflictError, PermissionDeniedError, UsageError
from openiru.core.events import EventType
from openiru.core.vocabulary import Role
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import update
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import check_roles, may, require


@dataclass(frozen=True, slots=True)
class RolesChanged:
    """What became of one person's roles; ``before`` equal to ``after``: they had them already, and nothing was written."""

    person: UUID
    before: tuple[str, ...]
    after: tuple[str, ...]


def set_roles(*, by: By, people: Sequence[tuple[UUID, Sequence[Role]]]) -> list[RolesChanged]:
    """Give active members of the acting unit exactly these roles, from their next act on.

    Raises ConflictError for somebody who is no active member, and when the unit would be left without an administrator;
    PermissionDeniedError for one's own roles; UsageError for no role at all or the machine's. Then nothing was changed.
    """
    wanted = {person: tuple(dict.fromkeys(role.value for role in roles)) for person, roles in people}
    if len(wanted) != len(people):
        raise UsageError("one person is named twice")
    for _, roles in people:
        check_roles(roles)
    with acting(by) as now:
        require(now, "person.roles")
        if by.person in wanted:
            raise PermissionDeniedError(
                "nobody changes their own roles", hint="Another administrator of the unit can."
            )
        before = _active(now, list(wanted))
        done = [RolesChanged(one, before[one], after) for one, after in wanted.items()]
        changed = [one for one in done if set(one.before) != set(one.after)]
        rows = [{"id": one.person, "roles": list(one.after)} for one in changed]
        update(now.cursor, "people_person", rows, key=["id"])
        _keep_an_administrator(now, [one.before for one in changed])
        record(now, [_told(now, one) for one in changed])
        return [one if one in changed else RolesChanged(one.person, one.before, one.before) for one in done]


def _told(now: Now, one: RolesChanged) -> Entry:
    payload: dict[str, Any] = {
        "unit": str(now.by.unit),
        "before": sorted(one.before),
        "roles": sorted(one.after),
    }
    return Entry(EventType.ROLES_CHANGED, one.person, payload, (("people_person", one.person),))


def _active(now: Now, people: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Active members -> their roles, locked with all administrators, so that two of them cannot end each other at once."""
    now.cursor.execute(
        "SELECT id, roles FROM people_person WHERE active_to IS NULL AND (id = ANY(%s) OR %s = ANY(roles))"
        " ORDER BY id FOR UPDATE",
        [list(people), Role.ADMINISTRATOR.value],
    )
    found = {person: tuple(roles) for person, roles in now.cursor.fetchall()}
    if missing := [one for one in people if one not in found]:
        raise ConflictError(
            "this person is not an active member of this unit", where=str(missing[0]), saved="Nothing."
        )
    return {one: found[one] for one in people}


def _keep_an_administrator(now: Now, before: Sequence[Sequence[str]]) -> None:
    if not any(Role.ADMINISTRATOR.value in roles for roles in before):
        return
    now.cursor.execute(
        "SELECT EXISTS (SELECT FROM people_person WHERE active_to IS NULL AND %s = ANY(roles))",
        [Role.ADMINISTRATOR.value],
    )
    if not now.cursor.fetchone()[0]:
        raise ConflictError(
            "the unit would be left without an administrator",
            saved="Nothing was changed.",
            hint="Make another administrator first.",
        )


def revoke_people(*, by: By, people: Sequence[UUID]) -> list[UUID]:
    """End memberships now, and the tokens with them; ids of the tokens that ended. What they did stays theirs; they act no more.

    Raises ConflictError as :func:`set_roles` does.
    """
    with acting(by) as now:
        require(now, "person.revoke")
        before = _active(now, people)
        ids = list(before)
        now.cursor.execute("UPDATE people_person SET active_to = %s WHERE id = ANY(%s)", [now.at, ids])
        _keep_an_administrator(now, list(before.values()))
        unit = {"unit": str(by.unit)}
        record(
            now,
            [Entry(EventType.PERSON_REVOKED, one, unit, (("people_person", one),)) for one in ids],
        )
        return _end_tokens(now, "person_id", ids)


def revoke_person(*, by: By, person: UUID) -> None:
    """End one membership, as :func:`revoke_people`."""
    revoke_people(by=by, people=[person])


def withdraw_tokens(*, by: By, tokens: Sequence[UUID]) -> list[UUID]:
    """End tokens of the acting unit now; those that had ended already are not in the answer. One's own need no permission.

    Raises ConflictError when one of them is none of the unit's; then nothing was changed.
    """
    with acting(by) as now:
        now.cursor.execute("SELECT id, person_id FROM people_token WHERE id = ANY(%s)", [list(tokens)])
        found: dict[UUID, UUID] = dict(now.cursor.fetchall())
        # Another's token is, for somebody who may not withdraw it, as unknown as one that does not exist.
        mine = may(now, "token.withdraw")
        if missing := [one for one in tokens if one not in found or not (mine or found[one] == by.person)]:
            if not mine:
                require(now, "token.withdraw")
            raise ConflictError("this unit has no such token", where=str(missing[0]), saved="Nothing.")
        return _end_tokens(now, "id", tokens)


def _end_tokens(now: Now, column: str, ids: Sequence[UUID]) -> list[UUID]:
    now.cursor.execute(
        f"UPDATE people_token SET revoked_at = %s WHERE {column} = ANY(%s) AND revoked_at IS NULL RETURNING id",
        [now.at, list(ids)],
    )
    ended = sorted(row[0] for row in now.cursor.fetchall())
    unit = {"unit": str(now.by.unit)}
    record(now, [Entry(EventType.TOKEN_REVOKED, one, unit, (("people_token", one),)) for one in ended])
    return ended
