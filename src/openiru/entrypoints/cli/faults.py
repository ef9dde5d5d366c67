"""Whatever goes wrong in a command as an error of the house: where, what was saved, what to do; the whole story in a file."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from openiru.core.errors import OpenIruError, OutsideError, UsageError

HERE: Final = Path(__file__).resolve().parents[2]
#: The longest that an outside program's own words are repeated.
LONGEST: Final = 300
SAVED = "The act that failed saved nothing."
UNCERTAIN = "The act that failed saved nothing, unless the connection broke at its very end: look before you repeat it."
_GONE = ("the database does not answer", UNCERTAIN, "openiru up starts it; openiru status shows more.")
_OLD = (
    "this database is not set up for this version",
    SAVED,
    "openiru up brings it up to date.",
)
#: SQLSTATE, or its class, to: what happened, what was saved, what to do (PostgreSQL, appendix A: error codes).
_STATES: Final[dict[str, tuple[str, str, str]]] = {
    "08": _GONE,
    "57P01": _GONE,
    "57P02": _GONE,
    "57P03": _GONE,
    "3D": ("there is no such database", SAVED, "openiru up makes it; or mend OPENIRU_DATABASE_URL."),
    "28": (
        "the database does not let this login in",
        SAVED,
        "Mend OPENIRU_DATABASE_URL; openiru up makes roles.",
    ),
    "42501": (
        "the database forbids this login to do that",
        SAVED,
        "openiru up gives the roles what they need.",
    ),
    "42883": _OLD,
    "42P01": _OLD,
    "3F000": _OLD,
    "25006": ("the database takes no writes now", SAVED, "Is it a copy? OPENIRU_DATABASE_URL names it."),
    "40": ("somebody else was writing the same", SAVED, "Do it again."),
    "55P03": ("somebody else holds what is needed, and the wait was too long", SAVED, "Do it again."),
    "57014": (
        "the database stopped the work: it took longer than allowed, or somebody cancelled it",
        SAVED,
        "Do it again, in smaller parts if need be.",
    ),
    "53100": ("the disk of the database is full", SAVED, "Make room on it, then do it again."),
    "53": (
        "the database has no room for this: memory or connections have run out",
        SAVED,
        "Do it again later.",
    ),
    "58": ("the disk of the database failed", SAVED, "Look at the server's own log."),
    "XX": ("the database found damage in itself", SAVED, "Look at the server's own log; check the backups."),
}


def fault(error: Exception) -> OpenIruError:
    """``error`` as an error of the house. What is no usage error is told in full in a file that the hint names.

    With OPENIRU_LOG_LEVEL=debug, or where no settings were read yet, the whole story goes to stderr instead.
    """
    told: Any = getattr(error, "format_message", None)
    if told is not None:
        message = str(told()).rstrip(".")
        path = getattr(getattr(error, "ctx", None), "command_path", "openiru")
        return UsageError(message, where=path, saved="", hint=f"{path} --help says how.")
    found = _of_database(error) or _of_system(error)
    if found is None:
        found = OpenIruError(
            f"a fault of the program: {type(error).__name__}: {_first_line(error)}",
            where=_place(error),
            saved=SAVED,
            hint="Please report it.",
            code="OIRU-0001",
        )
    found.hint = f"{found.hint} {_kept(error)}"
    return found


def _of_database(error: Exception) -> OpenIruError | None:
    """An error of the driver, or of Django's around it; psycopg is not imported for this, since most errors are others."""
    kinds = {f"{kind.__module__}.{kind.__name__}" for one in _chain(error) for kind in type(one).__mro__}
    if not kinds & {"psycopg.Error", "django.db.utils.Error"}:
        return None
    state = next((str(code) for one in _chain(error) if (code := getattr(one, "sqlstate", None))), "")
    lost = kinds & {"psycopg.OperationalError", "psycopg.InterfaceError"}
    known = _STATES.get(state) or _STATES.get(state[:2]) or (_GONE if lost and not state else None)
    message, saved, hint = known or (
        "the database refused what the program asked",
        SAVED,
        "Please report it.",
    )
    said = f"{_first_line(error)} ({state})" if state else _first_line(error)
    return OutsideError(f"{message}: {said}", where=_database(), saved=saved, hint=hint)


def _of_system(error: Exception) -> OpenIruError | None:
    if not isinstance(error, OSError) or not error.strerror:
        return None
    where = str(error.filename) if error.filename else _place(error)
    return OutsideError(error.strerror.lower(), where=where, saved=SAVED, hint="Mend that, then do it again.")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what led to it, last first."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _first_line(error: BaseException) -> str:
    """What it says, without the details behind it, in which a database quotes rows."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:LONGEST]


def _place(error: BaseException) -> str:
    """The last line of ours that was reached."""
    frames = [one for one in traceback.extract_tb(error.__traceback__) if HERE in Path(one.filename).parents]
    if not frames:
        return ""
    return f"{Path(frames[-1].filename).relative_to(HERE.parent)}:{frames[-1].lineno}"


def _settings() -> Any:
    """The settings, if the command has read them: reading them makes the data directory."""
    return getattr(sys.modules.get("openiru.settings"), "CONFIG", None)


def _database() -> str:
    config = _settings()
    return f"database {config.database_name}" if config is not None else "the database"


def _kept(error: Exception) -> str:
    """Where the whole story is. Rows that a database quotes are not in it."""
    config = _settings()
    if config is None or config.log_level == "debug":
        sys.stderr.write(_story(error))
        return "The whole story stands above."
    try:
        return f"The whole story is in {_written(config.data_dir / 'faults.log', _story(error))}."
    except OSError as problem:
        why = f"could not be written to {config.data_dir}: {problem.strerror}"
        return f"The whole story {why}; OPENIRU_LOG_LEVEL=debug shows it."


def _story(error: Exception) -> str:
    parts = [f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} process {os.getpid()}\n"]
    for one in reversed(list(_chain(error))):
        parts += traceback.format_tb(one.__traceback__)
        parts.append(f"{type(one).__module__}.{type(one).__name__}: {_first_line(one)}\n\n")
    return "".join(parts)


def _written(path: Path, text: str) -> Path:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return path
