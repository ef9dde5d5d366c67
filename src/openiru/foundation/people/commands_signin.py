"""Letting somebody in: a code with which a person enrols, and the organisation's sign-in that leads to them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from openiru.core.errors import ConflictError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import require
from openiru.foundation.people.sessions import digest_of

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
        made = [Invited(new_id(), one, new_code(), ends) for one in people]
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


def new_code() -> str:
    """Twenty signs in groups of five, without those that are read wrongly."""
    text = base64.b32encode(secrets.token_bytes(_BITS // 8 + 1)).decode()[: _BITS // 5]
    text = text.translate(str.maketrans("OI", "89"))
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
