"""acting(by): the one choke point through which every transaction is opened.

It starts a transaction, tells the database who acts for which unit in which operation, and brings back the business
time. The database checks that the person is an active member of the unit and that the unit takes part in the operation, then
seals the answer with a secret that only the owner can read: a forged setting fails (see migrations/0001).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections, transaction

from openiru.core.errors import NotFoundError, PermissionDeniedError, SettingError
from openiru.settings import CONFIG

#: The service person of every instance: acts in jobs, decides nothing. Fixed id, so that leaves name it the same everywhere.
SERVICE_PERSON = UUID("01900000-0000-7000-8000-000000000001")
SERVICE_UNIT = UUID("01900000-0000-7000-8000-000000000002")


@dataclass(frozen=True, slots=True)
class By:
    """On whose behalf something is done. ``operation`` None: outside any operation (directory, set-up)."""

    person: UUID
    unit: UUID
    operation: UUID | None = None
    using: str = "default"
    token: bytes = b""  # SHA-256 of the access token; not needed in demo and exercise

    def within(self, operation: UUID) -> By:
        """The same person in an operation."""
        return replace(self, operation=operation)


SERVICE = By(person=SERVICE_PERSON, unit=SERVICE_UNIT, using="worker")


@dataclass(frozen=True, slots=True)
class Now:
    """What a command knows once it acts: who, and the business time."""

    by: By
    at: datetime
    cursor: Any
    pseudonym: str
    environment: str
    roles: frozenset[str]
    unit_code: str


_current: ContextVar[Now | None] = ContextVar("openiru_acting", default=None)


@contextmanager
def acting(by: By) -> Iterator[Now]:
    """Open the transaction in which ``by`` acts. Nested use by the same person joins the outer one.

    Raises PermissionDeniedError when the database does not accept the person, unit, operation or token, and SettingError when
    it belongs to another environment than the settings name: what live forbids (--as, played names) hangs on the setting.
    """
    outer = _current.get()
    if outer is not None and outer.by == by:
        yield outer
        return
    if outer is not None and outer.by.using == by.using:
        raise PermissionDeniedError(
            "one transaction cannot act for two people", saved="The outer act goes on."
        )
    with transaction.atomic(using=by.using, durable=False), connections[by.using].cursor() as cursor:
        now = _begin(cursor, by)
        mark = _current.set(now)
        try:
            yield now
        finally:
            _current.reset(mark)


def _begin(cursor: Any, by: By) -> Now:
    try:
        cursor.execute(
            "SELECT at, pseudonym, environment, roles, unit_code FROM iru.begin(%s, %s, %s, %s)",
            [by.person, by.unit, by.operation, by.token],
        )
    except Exception as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.errors.InsufficientPrivilege):
            message = str(cause.diag.message_primary)
            raise PermissionDeniedError(message, hint="Ask the administrator of the unit.") from error
        if isinstance(cause, psycopg.errors.NoDataFound):
            raise NotFoundError(str(cause.diag.message_primary)) from error
        raise
    at, pseudonym, environment, roles, unit_code = cursor.fetchone()
    if environment != CONFIG.environment.value:  # else a live instance would be at the mercy of one variable
        raise SettingError(
            f"this database holds {environment} data, the setting says {CONFIG.environment.value}",
            where="OPENIRU_ENVIRONMENT",
            hint=f"Set OPENIRU_ENVIRONMENT to {environment}, or use another database or data directory.",
        )
    return Now(by, at, cursor, pseudonym, environment, frozenset(roles), unit_code)


def current() -> Now:
    """The act that is going on; an error when a command forgot to open one."""
    now = _current.get()
    if now is None:
        raise PermissionDeniedError("nobody acts: open acting(by) first")
    return now
