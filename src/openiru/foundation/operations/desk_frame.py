"""Who sits at the desk: the person, the unit, the operation, and what the frame of every page shows of them.

One short transaction at the beginning of a request; the commands and queries of the page open their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from openiru.core.errors import NotFoundError
from openiru.core.vocabulary import Role
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.bulk import dicts
from openiru.foundation.operations.queries import own_by_slug
from openiru.foundation.people.permissions import MAY, require

#: Operations that the switcher offers; the page of all of them shows the rest.
SWITCHER: Final = 30
#: The log lags behind when a leaf has waited longer for its index, by the clock on the wall.
LAGS: Final = timedelta(seconds=60)


class Health(StrEnum):
    """How the ledger does, as far as one cheap query can say."""

    WELL = "well"
    LAGS = "lags"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The dot in the frame. ``at``: business time of the last checkpoint; ``rate``: of the business clock, 1 as on the wall."""

    health: Health
    size: int
    at: datetime | None
    rate: float


@dataclass(frozen=True, slots=True)
class Desk:
    """A request of somebody who is signed in. ``operation`` is the row of :func:`queries.own_by_slug`, or None outside any."""

    request: HttpRequest
    by: By
    at: datetime
    environment: str
    roles: frozenset[str]
    unit_code: str
    pseudonym: str
    name: str
    zone: str
    operation: Mapping[str, Any] | None
    operations: tuple[Mapping[str, Any], ...]
    ledger: Ledger | None

    @property
    def slug(self) -> str:
        """The short name of the operation; empty outside any."""
        return str(self.operation["slug"]) if self.operation else ""

    @property
    def here(self) -> UUID:
        """The id of the operation; NotFoundError outside any."""
        if self.operation is None:
            raise NotFoundError("this page belongs to an operation", hint="Choose one first.")
        return UUID(str(self.operation["id"]))

    def may(self, verb: str) -> bool:
        """Whether one of the person's roles may do ``verb``. For what is offered; commands ask again."""
        return bool(self.roles & {role.value for role in MAY[verb]})

    def has(self, *roles: Role) -> bool:
        """Whether the person has one of these roles."""
        return bool(self.roles & {role.value for role in roles})

    def url(self, name: str, **given: Any) -> str:
        """The address of a page of this operation, by the name of its route."""
        return reverse(name, kwargs={"operation": self.slug, **given})


def enter(request: HttpRequest, by: By, slug: str | None, verb: str, *, whole: bool = True) -> Desk:
    """Begin a page: the operation with this slug, the permission, the frame (``whole`` False: only what a fragment needs).

    Raises NotFoundError for an operation in which the unit takes no part: it is not told that there is one.
    """
    operation = _operation(by, slug) if slug is not None else None
    by = by.within(operation["id"]) if operation else by
    with acting(by) as now:
        if verb:
            require(now, verb)
        name, zone = _person(now)
        return Desk(
            request=request,
            by=by,
            at=now.at,
            environment=now.environment,
            roles=now.roles,
            unit_code=now.unit_code,
            pseudonym=now.pseudonym,
            name=name,
            zone=str(operation["zone"]) if operation else zone,
            operation=operation,
            operations=tuple(own_operations(now)) if whole else (),
            ledger=_ledger(now) if whole else None,
        )


def own_operations(now: Now, limit: int = SWITCHER) -> list[dict[str, Any]]:
    """Operations in which the acting unit takes part: open ones first, newest first."""
    now.cursor.execute(
        "SELECT o.id, o.slug, o.title, o.kind, o.zone, o.opens_at, o.closes_at, o.closed_at, p.role"
        " FROM operations_operation o JOIN operations_participant p ON p.operation_id = o.id AND p.unit_id = %s"
        " ORDER BY o.closed_at IS NOT NULL, o.opens_at DESC, o.slug LIMIT %s",
        [now.by.unit, limit],
    )
    return dicts(now.cursor)


def _operation(by: By, slug: str) -> dict[str, Any]:
    with acting(by):
        return own_by_slug(slug)


def _person(now: Now) -> tuple[str, str]:
    now.cursor.execute(
        "SELECT p.display_name, u.zone FROM people_person p JOIN people_unit u ON u.id = p.unit_id WHERE p.id = %s",
        [now.by.person],
    )
    name, zone = now.cursor.fetchone()
    return name, zone


def _ledger(now: Now) -> Ledger:
    now.cursor.execute("SELECT size, at, waits, iru.clock_rate() FROM iru.log_health()")
    size, at, waits, rate = now.cursor.fetchone()
    lags = waits is not None and waits > LAGS
    return Ledger(Health.LAGS if lags else Health.WELL if size else Health.EMPTY, size, at, rate)
