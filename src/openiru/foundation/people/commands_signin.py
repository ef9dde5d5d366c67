"""Letting somebody in: a code with which a person enrols, and the organisation's sign-in that leads to them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from openiru.core.errors import ConflictError, PermissionDeniedError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.people.queries import unit
from openiru.foundation.people.sessions import account_of, digest_of

CODE_HOURS: Final = 72
#: Bytes of a code: 100 bits, twenty signs of base 32.
_BITS, _GROUP = 100, 5


@dataclass(frozen=True, slots=True)
class Invited:
    """A code that was made. It is shown once; the database keeps its SHA-256."""

    id: UUID
    person: UUID
    code: str = field(repr=False)
    expires_at: datetime


def invite(*, by: By, people: list[UUID]) -> list[Invited]:
    """A code for each of these active members of the acting unit: with it they enrol once, within 72 hours.

    An earlier code stays good until it runs out. ConflictError for somebody who is no active member; then there is no code.
    """
    with acting(by) as now:
        require(now, "person.add")
        now.cursor.execute(
            "SELECT id FROM people_person WHERE id = ANY(%s) AND active_to IS NULL", [list(people)]
        )
        there = {row[0] for row in now.cursor.fetchall()}
        if missing := [one for one in people if one not in there]:
            raise ConflictError("this person is not an active member of this unit", where=str(missing[0]))
        ends = now.at + timedelta(hours=CODE_HOURS)
        made = [Invited(new_id(), one, _new_code(), ends) for one in people]
        insert(
            now.cursor,
            "people_invitation",
            [
                {
                    "unit_id": by.unit,
                    "id": one.id,
                    "person_id": one.person,
                    "digest": digest_of(one.code),
                    "issued_at": now.at,
                    "expires_at": ends,
                    "used_at": None,
                }
                for one in made
            ],
        )
        payload = {"unit": str(by.unit)}
        record(now, [Entry(EventType.PERSON_INVITED, one.person, payload) for one in made])
        return made


def link_organisation(*, by: By, person: UUID, provider: str, subject: str) -> None:
    """Let the sign-in of an organisation lead to a member of the acting unit: by its issuer and its own name for the person.

    ``provider`` is the organisation's id in OPENIRU_ORGANISATIONS_FILE, which stands for one issuer. ConflictError for somebody
    who is no active member, and for a pair that leads to somebody already. The service cannot: it has no key to that door.
    """
    if by.using != "default":
        raise PermissionDeniedError(
            "the machine links nobody", hint="The administrator of the unit enrols first and then does it."
        )
    with acting(by) as now:
        require(now, "person.add")
        now.cursor.execute(
            "SELECT p.handle FROM people_person p WHERE p.id = %s AND p.active_to IS NULL", [person]
        )
        row = now.cursor.fetchone()
        if row is None:
            raise ConflictError("this person is not an active member of this unit", where=str(person))
        account = account_of(by.unit, person, f"{unit(by.unit)['code']}/{row[0]}")
        now.cursor.execute(
            "INSERT INTO socialaccount_socialaccount (provider, uid, user_id, extra_data, last_login, date_joined)"
            " VALUES (%s, %s, %s, '{}', %s, %s) ON CONFLICT DO NOTHING",
            [provider, subject, account.pk, now.at, now.at],
        )
        if now.cursor.rowcount != 1:
            raise ConflictError("this pair leads to somebody already", where=provider, saved="Nothing.")
        payload = {"unit": str(by.unit), "organisation": provider}
        record(now, [Entry(EventType.ORGANISATION_LINKED, person, payload)])


def _new_code() -> str:
    """Twenty signs in groups of five, without those that are read wrongly."""
    text = base64.b32encode(secrets.token_bytes(_BITS // 8 + 1)).decode()[: _BITS // 5]
    text = text.translate(str.maketrans("OI", "89"))
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
