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


def units(*, after: str = "", limit: int | None = None) -> list[dict[str, Any]]:
    """Every unit, by code; ``after``: the code at which a page ended, ``limit``: the most rows (None: all)."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM people_unit WHERE code > %s ORDER BY code LIMIT %s", [after, limit])
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


def people(*, after: UUID | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """The people of the acting unit, in the order in which they joined; ``after``: the id at which a page ended."""
    cursor = current().cursor
    cursor.execute(
        "SELECT * FROM people_person WHERE %s::uuid IS NULL OR id > %s::uuid ORDER BY id LIMIT %s",
        [after, after, limit],
    )
    return dicts(cursor)


def person(person_id: UUID) -> dict[str, Any]:
    """One person of the acting unit by id."""
    found = known_people([person_id])
    return found[0]


def known_people(person_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """These people of the acting unit, ended ones too; NotFoundError when one is none of them."""
    cursor = current().cursor
    cursor.execute("SELECT * FROM people_person WHERE id = ANY(%s) ORDER BY id", [list(person_ids)])
    found = dicts(cursor)
    if len(found) != len(set(person_ids)):
        raise NotFoundError("no such person in this unit")
    return found


def known_tokens(token_ids: Sequence[UUID], person_id: UUID | None = None) -> None:
    """NotFoundError unless all of these tokens are of the acting unit, or of this person of it."""
    cursor = current().cursor
    cursor.execute(
        "SELECT count(*) FROM people_token WHERE id = ANY(%s) AND (%s::uuid IS NULL OR person_id = %s::uuid)",
        [list(token_ids), person_id, person_id],
    )
    if cursor.fetchone()[0] != len(set(token_ids)):
        raise NotFoundError("there is no such token, or it is not yours to see")


def tokens(
    person_ids: Sequence[UUID] = (), *, after: UUID | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Tokens of the acting unit, oldest first, with whose they are and whether they work; none named: all. Never the digest."""
    now = current()
    now.cursor.execute(
        "SELECT t.id, t.person_id, p.handle, t.label, t.kind, t.issued_at, t.expires_at, t.revoked_at,"
        " t.revoked_at IS NULL AND iru.lasts(t.kind, t.expires_at)"
        " AND (p.active_to IS NULL OR p.active_to > %s) AS works"
        " FROM people_token t JOIN people_person p ON p.unit_id = t.unit_id AND p.id = t.person_id"
        " WHERE (t.person_id = ANY(%s) OR %s) AND (%s::uuid IS NULL OR t.id > %s::uuid) ORDER BY t.id LIMIT %s",
        [now.at, list(person_ids), not person_ids, after, after, limit],
    )
    return dicts(now.cursor)


def has_token() -> bool:
    """Whether anybody of the acting unit was ever given a token for a program."""
    cursor = current().cursor
    cursor.execute("SELECT EXISTS (SELECT FROM people_token WHERE kind = 'access')")
    return bool(cursor.fetchone()[0])
