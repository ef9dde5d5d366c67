"""Who acts at this shell: the person whose token was kept by ``openiru login``, or ``--as`` in demo and exercise."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from openiru.core.errors import NotFoundError, PermissionDeniedError, UsageError
from openiru.core.vocabulary import Environment

if TYPE_CHECKING:
    from openiru.foundation.database.acting import By, Now

LOGIN_HINT = (
    "openiru login keeps your token. In demo and exercise: --as UNIT/handle (openiru unit list shows units)."
)


def token_file() -> Path:
    """Where this user's token for this instance lies, mode 0600."""
    from openiru.settings import CONFIG

    name = f"{CONFIG.data_dir}|{CONFIG.database_name}|{CONFIG.database_url.rpartition('@')[2]}"
    mark = hashlib.sha256(name.encode()).hexdigest()[:12]
    return Path.home() / ".config" / "openiru" / f"token-{mark}"


def keep_token(token: str) -> Path:
    """Write the token for this user alone."""
    path = token_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return path


def kept_token() -> str:
    """The kept token, or nothing. Raises PermissionDeniedError when others can read it."""
    path = token_file()
    if not path.exists():
        return ""
    if path.stat().st_mode & 0o077:
        raise PermissionDeniedError(
            "others on this machine can read your token",
            where=str(path),
            hint="openiru logout, and ask for a new one.",
        )
    return path.read_text(encoding="ascii").strip()


def start() -> None:
    """Bring up Django with the house's settings."""
    from openiru.entrypoints.worker import set_up

    set_up()


def person(as_: str = "") -> By:
    """Who acts, outside any operation. Raises PermissionDeniedError for --as in a live instance."""
    from openiru.foundation.people.queries import by_handle, by_token
    from openiru.settings import CONFIG

    if as_:
        if CONFIG.environment is Environment.LIVE:
            raise PermissionDeniedError(
                "--as does not exist in a live instance: one person at a shell would be two",
                where="--as",
                hint="openiru login acts as the person whose token you hold.",
            )
        return by_handle(as_)
    token = kept_token()
    if not token:
        raise UsageError("nobody is logged in", where="--as", hint=LOGIN_HINT)
    return by_token(token)


def someone(as_: str, unit: str, verb: str) -> tuple[By, str]:
    """Who acts for ``unit``: as :func:`person`; in demo and exercise without login, the unit's first person who may.

    The second answer is what to tell about a choice that was made for the user.
    """
    from openiru.foundation.database.acting import SERVICE, acting
    from openiru.foundation.people.permissions import MAY
    from openiru.foundation.people.queries import people, unit_by_code
    from openiru.settings import CONFIG

    chosen = ""
    if as_ or kept_token() or not unit or CONFIG.environment is Environment.LIVE:
        by = person(as_)
    else:
        with acting(SERVICE):
            unit_id = UUID(str(unit_by_code(unit)["id"]))
        roles = {role.value for role in MAY[verb]}
        with acting(replace(SERVICE, unit=unit_id)):
            able = [one for one in people() if roles & set(one["roles"]) and one["active_to"] is None]
        if not able:
            raise PermissionDeniedError(f"nobody of {unit} may do that ({verb})", where="--unit")
        chosen = f"{unit}/{able[0]['handle']}"
        by = by_handle_of(chosen)
    _check_unit(by, unit)
    return by, f"Acting as {chosen}, since nobody is logged in here." if chosen else ""


def by_handle_of(name: str) -> By:
    """``UNIT/handle`` in demo and exercise."""
    from openiru.foundation.people.queries import by_handle

    return by_handle(name)


def _check_unit(by: By, unit: str) -> None:
    from openiru.foundation.database.acting import acting

    if not unit:
        return
    with acting(by) as now:
        if now.unit_code != unit:
            raise PermissionDeniedError(
                f"you act for {now.unit_code}, not for {unit}",
                where="--unit",
                hint="Contribute for your own unit.",
            )


def founder(as_: str, unit: UUID | None = None) -> By:
    """Who sets things up: the person who is logged in, or the service of this machine where nobody could be yet.

    In a live instance the service adds units only until the first, and people and tokens of a unit only until that
    unit has a token: from then on its administrator does it.
    """
    from openiru.foundation.database.acting import SERVICE, acting
    from openiru.foundation.people.queries import has_token, units
    from openiru.settings import CONFIG

    if as_ or kept_token():
        by = person(as_)
        if unit is None or by.unit == unit:
            return by
    service = SERVICE if unit is None else replace(SERVICE, unit=unit)
    if CONFIG.environment is Environment.LIVE:
        with acting(service):
            closed = len(units()) > 1 if unit is None else has_token()
        if closed:
            raise PermissionDeniedError(
                "this is the administrator's to do", hint="openiru login as an administrator of the unit."
            )
    return service


def within(by: By, slug: str) -> By:
    """The same person in the operation ``slug``, or in the only open one."""
    return by.within(UUID(str(operation(by, slug)["id"])))


@contextmanager
def reading(as_: str, operation: str, verb: str = "item.read") -> Iterator[Now]:
    """An act in the operation for somebody who may do ``verb``: what reads runs inside."""
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.permissions import require

    with acting(within(person(as_), operation)) as now:
        require(now, verb)
        yield now


def operation(by: By, slug: str) -> dict[str, Any]:
    """The operation that is meant. Raises UsageError when it is not said and more than one is open."""
    from openiru.foundation.database.acting import acting
    from openiru.foundation.operations import queries

    with acting(by):
        if slug:
            return queries.by_slug(slug)
        running = [one for one in queries.every() if one["closed_at"] is None]
        if len(running) == 1:
            return queries.by_slug(str(running[0]["slug"]))
    if not running:
        raise NotFoundError("no operation is open", hint="openiru operation create makes one.")
    names = ", ".join(sorted(str(one["slug"]) for one in running)[:10])
    raise UsageError("which operation?", where="--operation", hint=f"Open now: {names}.")


def moment(text: str, zone: str, option: str) -> datetime:
    """A time as people write it (ISO 8601); without an offset it is of ``zone``. Raises UsageError."""
    try:
        when = datetime.fromisoformat(text)
        place = ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise UsageError(
            f"this is not a time: {text[:40]}",
            where=option,
            hint="Write 2026-11-16T08:00 or 2026-11-16T08:00+01:00.",
        ) from error
    return when if when.tzinfo is not None else when.replace(tzinfo=place)
