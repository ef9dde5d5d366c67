"""Reads of the people room."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connections

from openiru.core.errors import NotFoundError
from openiru.foundation.database.acting import By, current
from openiru.foundation.database.bulk import dicts


def by_token(token: str, *, using: str = "default") -> By:
    """The person who holds a token; NotFoundError when it is unknown, revoked or expired."""
    digest = hashlib.sha256(token.encode()).digest()
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT person, unit FROM iru.whose(%s)", [digest])
        row = cursor.fetchone()
    if row is None:
        raise NotFoundError(
            "this token is unknown, revoked or expired", hint="openiru login takes a new one."
        )
    return By(person=row[0], unit=row[1], using=using, token=digest)


def by_handle(name: str, *, using: str = "default") -> By:
    """``UNIT/handle`` as a person, in demo and exercise only."""
    code, _, handle = name.partition("/")
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT person, unit FROM iru.by_handle(%s, %s)", [code, handle])
        row = cursor.fetchone()
    if row is None:
        raise NotFoundError(
            f"nobody acts as {name} here", hint="Write UNIT/handle. --as exists only in demo and exercise."
        )
    return By(person=row[0], unit=row[1], using=using)


def units() -> list[dict[str, Any]]:
    """Every unit, by code."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM people_unit ORDER BY code")
    return dicts(cursor)


def unit(unit_id: UUID) -> dict[str, Any]:
    """One unit by id."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM people_unit WHERE id = %s", [unit_id])
    found = dicts(cursor)
    if not found:
        raise NotFoundError("no such unit")
    return found[0]


def unit_by_code(code: str) -> dict[str, Any]:
    """One unit by its code."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM people_unit WHERE code = %s", [code])
    found = dicts(cursor)
    if not found:
        raise NotFoundError(f"there is no unit {code}", hint="openiru unit add makes one.")
    return found[0]


def people() -> list[dict[str, Any]]:
    """The people of the acting unit, in the order in which they joined."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM people_person ORDER BY active_from, id")
    return dicts(cursor)


def person(person_id: UUID) -> dict[str, Any]:
    """One person of the acting unit by id."""
    found = [one for one in people() if one["id"] == person_id]
    if not found:
        raise NotFoundError("no such person in this unit")
    return found[0]


def tokens(person_ids: Sequence[UUID] = ()) -> list[dict[str, Any]]:
    """Tokens of the acting unit, oldest first, with whose they are and whether they work; none named: all. Never the digest."""
    now = current()
    now.cursor.execute(
        "SELECT t.id, t.person_id, p.handle, t.label, t.issued_at, t.expires_at, t.revoked_at,"
        " t.revoked_at IS NULL AND t.expires_at > %s AND (p.active_to IS NULL OR p.active_to > %s) AS works"
        " FROM people_token t JOIN people_person p ON p.unit_id = t.unit_id AND p.id = t.person_id"
        " WHERE t.person_id = ANY(%s) OR %s ORDER BY t.issued_at, t.id",
        [now.at, now.at, list(person_ids), not person_ids],
    )
    return dicts(now.cursor)


def has_token() -> bool:
    """Whether anybody of the acting unit was ever given a token."""
    cursor = current().cursor
    cursor.execute("SELECT EXISTS (SELECT FROM people_token)")
    return bool(cursor.fetchone()[0])
