"""Writes of the people room: units, people, tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from openiru.core.errors import ConflictError, UsageError
from openiru.core.events import EventType
from openiru.core.vocabulary import LegalProfile, Role
from openiru.core.zones import zone_named
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.database.ids import new_id, new_ids
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.permissions import check_roles, require

TOKEN_DAYS = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """What is known of a unit when it joins."""

    code: str
    name: str
    country: str
    legal_profile: LegalProfile
    legal_ground: str
    zone: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerson:
    """Somebody of a unit. The handle is what colleagues call the account; it stays in the unit."""

    handle: str
    display_name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was made. ``token`` is kept nowhere; ``replaced_ends_at``: when the one in whose place it stands ends."""

    id: UUID
    token: str = field(repr=False)
    person: UUID
    label: str
    expires_at: datetime
    replaced_ends_at: datetime | None = None


def add_units(*, by: By, units: Sequence[NewUnit]) -> dict[str, UUID]:
    """Add units that are not there yet; code -> id of every unit named. UsageError for a zone that is none: then no unit is added."""
    with acting(by) as now:
        require(now, "unit.add")
        for unit in units:
            zone_named(unit.zone, where=unit.code)
        if len({unit.code for unit in units}) != len(units):
            raise UsageError("two units with one code", hint="Name each unit once.")
        now.cursor.execute("SELECT code, id FROM people_unit WHERE code = ANY(%s)", [[u.code for u in units]])
        found: dict[str, UUID] = dict(now.cursor.fetchall())
        rows = [
            {
                "id": new,
                "code": unit.code,
                "name": unit.name,
                "country": unit.country,
                "legal_profile": unit.legal_profile.value,
                "legal_ground": unit.legal_ground,
                "zone": unit.zone,
                "contact": unit.contact,
                "added_at": now.at,
            }
            for unit, new in zip(units, new_ids(len(units)), strict=True)
            if unit.code not in found
        ]
        insert(now.cursor, "people_unit", rows)
        record(
            now,
            [
                Entry(
                    EventType.UNIT_ADDED,
                    UUID(str(r["id"])),
                    {"code": r["code"]},
                    (("people_unit", UUID(str(r["id"]))),),
                )
                for r in rows
            ],
        )
        return found | {str(r["code"]): UUID(str(r["id"])) for r in rows}


def add_people(*, by: By, people: Sequence[NewPerson]) -> dict[str, UUID]:
    """Add people to the acting unit; handle -> id. Handles that are there already are left as they are.

    Raises ConflictError for the handle of somebody whose membership has ended: an old act keeps its actor.
    """
    with acting(by) as now:
        require(now, "person.add")
        for one in people:
            check_roles(one.roles)
        found = _there(now, [p.handle for p in people])
        new = [p for p in people if p.handle not in found]
        ids = new_ids(len(new))
        insert(
            now.cursor,
            "people_person",
            [
                {
                    "unit_id": by.unit,
                    "id": person_id,
                    "handle": person.handle,
                    "display_name": person.display_name,
                    "pseudonym": f"p-{secrets.token_hex(5)}",
                    "roles": [role.value for role in person.roles],
                    "active_from": now.at,
                    "active_to": None,
                }
                for person, person_id in zip(new, ids, strict=True)
            ],
        )
        record(
            now,
            [
                Entry(
                    EventType.PERSON_ADDED,
                    person_id,
                    {"unit": str(by.unit), "roles": [role.value for role in person.roles]},
                    (("people_person", person_id),),
                )
                for person, person_id in zip(new, ids, strict=True)
            ],
        )
        return found | {person.handle: person_id for person, person_id in zip(new, ids, strict=True)}


def _there(now: Now, handles: Sequence[str]) -> dict[str, UUID]:
    if len(set(handles)) != len(handles):
        raise UsageError("two people with one handle", hint="Give each person a handle of their own.")
    now.cursor.execute(
        "SELECT handle, id, active_to FROM people_person WHERE handle = ANY(%s)", [list(handles)]
    )
    there = now.cursor.fetchall()
    if ended := sorted(handle for handle, _, end in there if end is not None):
        raise ConflictError(
            f"{ended[0]} was a member of this unit, and is no more", hint="Give another handle."
        )
    return {handle: person_id for handle, person_id, _ in there}


def issue_token(*, by: By, person: UUID, label: str) -> str:
    """A token for a program of this person. It is shown once; the database keeps its SHA-256."""
    return new_token(by=by, person=person, label=label).token


def new_token(*, by: By, person: UUID, label: str) -> Issued:
    """As :func:`issue_token`, with what is known of it. ConflictError for somebody who is no active member of the unit."""
    with acting(by) as now:
        require(now, "token.issue")
        now.cursor.execute("SELECT active_to FROM people_person WHERE id = %s", [person])
        if now.cursor.fetchone() != (None,):
            raise ConflictError("this person is not an active member of this unit")
        return _issue(now, person, label)


def rotate_token(*, by: By, token: UUID, overlap: timedelta) -> Issued:
    """A new token in the place of one that works, for the same person under the same label; the old one ends after ``overlap``.

    It ends no later than it would have. ConflictError for one that has ended or that the unit does not have.
    """
    with acting(by) as now:
        require(now, "token.issue")
        now.cursor.execute(
            "SELECT t.person_id, t.label, t.expires_at FROM people_token t JOIN people_person p"
            " ON p.unit_id = t.unit_id AND p.id = t.person_id WHERE t.id = %s AND t.kind = 'access' AND t.revoked_at IS NULL"
            " AND t.expires_at > %s AND p.active_to IS NULL FOR UPDATE OF t",
            [token, now.at],
        )
        row = now.cursor.fetchone()
        if row is None:
            raise ConflictError(
                "this token does not work any more", where=str(token), hint="Issue another one instead."
            )
        person, label, expires = row
        made = _issue(now, person, label)
        ends = min(expires, now.at + overlap)
        now.cursor.execute("UPDATE people_token SET expires_at = %s WHERE id = %s", [ends, token])
        payload = {"unit": str(by.unit), "by": str(made.id), "expires_at": ends.isoformat()}
        record(now, [Entry(EventType.TOKEN_ROTATED, token, payload, (("people_token", token),))])
        return replace(made, replaced_ends_at=ends)


def _issue(now: Now, person: UUID, label: str) -> Issued:
    made = Issued(
        new_id(), "oiru_" + secrets.token_urlsafe(32), person, label, now.at + timedelta(days=TOKEN_DAYS)
    )
    row = {
        "unit_id": now.by.unit,
        "id": made.id,
        "person_id": person,
        "digest": hashlib.sha256(made.token.encode()).digest(),
        "label": label,
        "issued_at": now.at,
        "expires_at": made.expires_at,
        "revoked_at": None,
    }
    insert(now.cursor, "people_token", [row])
    payload = {"unit": str(now.by.unit)}
    record(now, [Entry(EventType.TOKEN_ISSUED, made.id, payload, (("people_token", made.id),))])
    return made
