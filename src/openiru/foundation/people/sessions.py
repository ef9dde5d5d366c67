"""The session of a browser: a token of its own kind, made when somebody has shown what their account asks for.

The database checks its digest with every act, as it does with a program's token. No secret stands behind the digest: the cookie
names the server's record of the session, and that record names the digest.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from openiru.core.errors import PermissionDeniedError
from openiru.core.events import EventType
from openiru.foundation.database.acting import By, Now, acting, current
from openiru.foundation.database.bulk import dicts
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger.record import Entry, record
from openiru.foundation.people.commands_changes import withdraw_tokens
from openiru.signing import AT_ONCE, HOURS

if TYPE_CHECKING:
    from openiru.foundation.people.models import Account

LONGEST_LABEL: Final = 120


class Opened(NamedTuple):
    """A session that began. ``before``: when the session before it did, if there was one."""

    by: By
    id: UUID
    before: datetime | None


def open_session(account: Account, *, label: str, alone: bool = False) -> Opened:
    """Begin a session for somebody who has just signed in; the oldest ends when there are too many, all others when ``alone``.

    Raises PermissionDeniedError for somebody who is no active member any more.
    """
    digest, session = hashlib.sha256(secrets.token_bytes(32)).digest(), new_id()
    lasting = timedelta(hours=HOURS)
    with transaction.atomic():
        person, unit = _opened([account.pk, session, digest, label[:LONGEST_LABEL], lasting])
        by = By(person=person, unit=unit, token=digest)
        with acting(by) as now:
            payload = {"unit": str(unit)}
            record(now, [Entry(EventType.SIGNED_IN, session, payload, (("people_token", session),))])
            return Opened(by, session, _make_room(now, session, 1 if alone else AT_ONCE))


def _opened(values: list[Any]) -> tuple[UUID, UUID]:
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT person, unit FROM iru.open_session(%s, %s, %s, %s, %s)", values)
        except Exception as error:
            cause = error.__cause__
            if isinstance(cause, psycopg.errors.InsufficientPrivilege):
                raise PermissionDeniedError(
                    "signing in is not possible with this account", hint="Ask the administrator of the unit."
                ) from error
            raise
        found: tuple[UUID, UUID] = cursor.fetchone()
        return found


def _make_room(now: Now, session: UUID, at_once: int) -> datetime | None:
    """End the oldest of too many sessions; when the one before this began."""
    now.cursor.execute(
        "SELECT id, issued_at, revoked_at IS NULL AND iru.lasts(kind, expires_at) AS works FROM people_token"
        " WHERE person_id = %s AND kind = 'session' AND id <> %s ORDER BY id DESC",
        [now.by.person, session],
    )
    others = dicts(now.cursor)
    if old := [one["id"] for one in others if one["works"]][at_once - 1 :]:
        withdraw_tokens(by=now.by, tokens=old)
    return others[0]["issued_at"] if others else None


def session_of(digest: bytes) -> tuple[By, UUID] | None:
    """Who acts in a session, and its id; None when it has ended, or its person is no member any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person, unit, id FROM iru.whose_session(%s)", [digest])
        row = cursor.fetchone()
    return None if row is None else (By(person=row[0], unit=row[1], token=digest), row[2])


def own_sessions() -> list[dict[str, Any]]:
    """The sessions of the acting person that go on, newest first: id, label, when it began and when it ends at the latest."""
    now = current()
    now.cursor.execute(
        "SELECT id, label, issued_at, expires_at FROM people_token WHERE person_id = %s AND kind = 'session'"
        " AND revoked_at IS NULL AND iru.lasts(kind, expires_at) ORDER BY id DESC",
        [now.by.person],
    )
    return dicts(now.cursor)


def redeem(code: str) -> Account | None:
    """The account of the person whose code this is, made if there is none; None for a code that does not work (any more).

    The code is used up. Whoever is given a new one has lost what they signed in with: the password goes here, passkeys and
    code apps by the caller, the sessions when the next begins.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT person, unit, name FROM iru.redeem(%s)", [digest_of(code)])
        row = cursor.fetchone()
        if row is None:
            return None
        account = account_of(row[1], row[0], row[2])
        account.set_unusable_password()
        account.save(update_fields=["password"])
        return account


def account_of(unit: UUID, person: UUID, login: str, *, demo: bool = False) -> Account:
    """The account of a person, made if there is none: with no password, and called ``login``."""
    account, _ = _accounts().get_or_create(
        unit_id=unit, person_id=person, defaults={"login": login, "demo": demo, "password": "!"}
    )
    made: Account = account
    return made


def _accounts() -> Any:
    return get_user_model()._default_manager  # noqa: SLF001 - Django's documented model API


def digest_of(code: str) -> bytes:
    """What the database keeps of a code: written without blanks and dashes, in capitals."""
    plain = "".join(sign for sign in code.upper() if sign.isalnum())
    return hashlib.sha256(b"enrol|" + plain.encode()).digest()


def demo_cast() -> list[dict[str, Any]]:
    """Whom a demonstration can be seen as: unit, handle, name, roles. Empty in every other instance."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM iru.demo_cast()")
        return dicts(cursor)


def demo_account(person: UUID) -> Account:
    """The account of one of the cast, made at first use. PermissionDeniedError outside a demo instance."""
    found = next((one for one in demo_cast() if one["person"] == person), None)
    if found is None:
        raise PermissionDeniedError("nobody can be chosen here without signing in")
    login = f"{found['unit_code']}/{found['handle']}"
    return account_of(found["unit"], person, login, demo=True)
