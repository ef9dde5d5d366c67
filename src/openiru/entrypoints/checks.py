"""Is everything in order? Each check has an id, says what it found, and, for a fault, what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

from django.db import DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor

from openiru.core.errors import OpenIruError
from openiru.core.verification.observation import Trouble
from openiru.core.vocabulary import Environment
from openiru.entrypoints import worker
from openiru.entrypoints.web import fitness, serve
from openiru.foundation.database import server
from openiru.foundation.database.outside import sandbox
from openiru.foundation.directory.lookers import http_looker
from openiru.foundation.ledger.keys import PRIVATE
from openiru.settings import CONFIG, strange_names

GROUPS: Final = ("formats", "channels", "mailboxes", "lookers", "reports")
#: Below this share and this many bytes free there is no room to work.
FREE_SHARE, FREE_BYTES = 0.02, 1_000_000_000
LAG: Final = 50_000
OTHERS: Final = 0o077
#: An address that no look may ever reach: the metadata service of cloud machines, link-local.
FORBIDDEN: Final = "http://169.254.169.254/"


class State(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One answer of ``openiru status``."""

    id: str
    what: str
    state: State
    found: str
    hint: str = ""


Found = tuple[State, str, str]


def run() -> Iterator[Check]:
    """Every check in order. Those that need the database are left out when it does not answer."""
    works = True
    for check, what, needs_database, look in CHECKS:
        if needs_database and not works:
            continue
        try:
            state, found, hint = look()
        except (OpenIruError, DatabaseError, OSError) as error:
            text = getattr(error, "message", "") or f"{type(error).__name__}: {error}".splitlines()[0]
            state, found, hint = State.FAIL, text, getattr(error, "hint", "")
        works = works and not (check == "OIRU-C02" and state is State.FAIL)
        yield Check(check, what, state, found, hint)


def _ok(found: str) -> Found:
    return State.OK, found, ""


def _data_dir() -> Found:
    path = CONFIG.secrets_dir
    if path.exists() and path.stat().st_mode & OTHERS:
        return State.FAIL, f"others can enter {path}", f"chmod 700 {path}"
    return _ok(f"{CONFIG.data_dir}")


def _settings() -> Found:
    if strange := sorted(strange_names()):
        return (
            State.WARN,
            f"no setting is called {', '.join(strange)}: it is passed over",
            "docs/reference/settings.md names them all; unset what is not ours",
        )
    return _ok(f"{CONFIG.environment.value}; every OPENIRU_ name in the environment is a setting")


def _web() -> Found:
    if serve.running():
        return _ok(f"{serve.address()}/api/v1")
    if worker.supervisor_pid() is None:
        return _ok("stopped, as the workers are: openiru up starts them")
    return (
        State.WARN,
        "the workers run without it",
        f"Started with --no-web? Else {serve.address()} is taken: see worker.log in the data directory, or set OPENIRU_BIND",
    )


def _of_the_desk(answer: fitness.Answer) -> Found:
    state, found, hint = answer
    return State(state), found, hint


def _environment() -> Found:
    """What acting() will say, before anybody acts: only the owner can look without acting."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('database_instance') IS NOT NULL")
        row = None
        if cursor.fetchone()[0]:
            cursor.execute("SELECT environment FROM database_instance")
            row = cursor.fetchone()
    connections["owner"].close()
    if row is None:
        return State.FAIL, "this database holds no instance yet", "openiru up makes it"
    if row[0] != CONFIG.environment.value:
        return (
            State.FAIL,
            f"this database holds {row[0]} data, the setting says {CONFIG.environment.value}: nobody can act",
            f"Set OPENIRU_ENVIRONMENT to {row[0]}, or use another database or data directory",
        )
    return _ok(f"{row[0]} instance, as the setting says")


def _server() -> Found:
    if not CONFIG.database_url and not server.running(CONFIG):
        return State.FAIL, "the private PostgreSQL server does not run", "openiru up starts it"
    with connections["default"].cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
    return _ok(f"PostgreSQL {version}" + ("" if CONFIG.database_url else ", private server"))


def _migrations() -> Found:
    executor = MigrationExecutor(connections["owner"])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    connections["owner"].close()
    if waiting:
        return State.FAIL, f"{len(waiting)} migrations wait", "openiru up brings the tables up to date"
    return _ok("the tables are up to date")


def _roles() -> Found:
    loose = []
    for alias in ("default", "worker", "stats"):
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT rolname, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user"
            )
            name, above = cursor.fetchone()
        if above:
            loose.append(name)
    if loose:
        return (
            State.FAIL,
            f"{', '.join(loose)} stands above the policies",
            "ALTER ROLE … NOSUPERUSER NOBYPASSRLS",
        )
    return _ok("web, worker and stats log in, none above the policies")


def _key() -> Found:
    path = CONFIG.secrets_dir / PRIVATE
    if not path.exists():
        return (
            State.WARN,
            "the ledger has no signing key yet",
            "the worker makes it with the first event: openiru up",
        )
    if path.stat().st_mode & OTHERS:
        return State.FAIL, "others can read the ledger's signing key", f"chmod 600 {path}"
    return _ok("the ledger's signing key is readable by its user only")


def _worker() -> Found:
    found = worker.status()
    if found["supervisor"] is None:
        return State.WARN, "no worker runs: nothing is sent, looked at or sequenced", "openiru up --detach"
    if not found["workers"]:
        text = f"process {found['supervisor']} runs, none of its workers has reported"
        return (
            State.WARN,
            text,
            "It starts them within seconds; if it stays so: openiru down, openiru up --detach",
        )
    return _ok(f"process {found['supervisor']}, {found['workers']} workers")


def _sequencer() -> Found:
    found = worker.status()
    waiting, size = found["pending_leaves"], found["log_size"]
    text = f"the ledger has {size:,} leaves, {waiting:,} wait"
    if waiting > LAG or (waiting and found["supervisor"] is None):
        return State.WARN, text, "openiru up --detach gives them their index"
    return _ok(text)


def _queue() -> Found:
    jobs: dict[str, Any] = worker.status()["jobs"]
    text = ", ".join(f"{count:,} {state}" for state, count in jobs.items())
    if jobs.get("failed"):
        return (
            State.WARN,
            text,
            f"Read {CONFIG.data_dir / 'worker.log'}: a failed job is not tried again by itself",
        )
    return _ok(text)


def _disk() -> Found:
    total, _, free = shutil.disk_usage(CONFIG.data_dir)
    text = f"{free / 1e9:,.1f} GB free of {total / 1e9:,.0f}"
    if free < FREE_BYTES or free / total < FREE_SHARE:
        return State.FAIL, text, f"Make room where {CONFIG.data_dir} lies"
    return _ok(text)


def _adapters() -> Found:
    usable, broken = 0, []
    for group in GROUPS:
        for point in entry_points(group=f"openiru.{group}"):
            why = _loads(point)
            if why:
                broken.append(f"{group}/{point.name}: {why}")
            usable += not why
    if broken:
        return (
            State.WARN,
            "known but not usable, because " + "; ".join(broken),
            "Install what is missing, or remove it",
        )
    if not usable:
        return State.FAIL, "no adapter is installed", "make setup installs the package with its entry points"
    return _ok(f"{usable} adapters in {len(GROUPS)} groups can be used")


def _loads(point: EntryPoint) -> str:
    try:
        point.load()
    except Exception as error:  # noqa: BLE001 - a stranger's package may fail in any way, and status says so
        return f"{type(error).__name__}: {error}"[:200]
    return ""


def _sandbox() -> Found:
    missing = [f"{name} ({why})" for name, why in sandbox().items() if why is not True]
    if missing:
        return (
            State.WARN,
            "workbooks are read with fewer fences: " + "; ".join(missing),
            "docs/threat-model.md",
        )
    return _ok("workbooks are read behind every fence")


def _looks() -> Found:
    if CONFIG.environment is not Environment.LIVE and not CONFIG.names_table:
        return (
            State.WARN,
            "no table of played names: nothing can be looked at",
            "Set OPENIRU_NAMES_TABLE (openiru demo brings its own)",
        )
    seen = http_looker().look(FORBIDDEN)
    if seen.trouble is not Trouble.REFUSED_BY_GUARD:
        return (
            State.FAIL,
            f"a look at {FORBIDDEN} was not refused",
            "Stop the workers, and report this as a fault",
        )
    return _ok("looks go out; what must not be reached is refused")


def _mail() -> Found:
    points = {point.name: point for point in entry_points(group="openiru.channels")}
    if "email" not in points:
        return State.WARN, "there is no channel e-mail", "make setup"
    config = {
        "environment": CONFIG.environment.value,
        "smtp_host": CONFIG.smtp_host,
        "smtp_port": str(CONFIG.smtp_port),
        "smtp_tls": CONFIG.smtp_tls,
        "smtp_user": CONFIG.smtp_user,
        "smtp_password_file": CONFIG.smtp_password_file,
        "sender_address": CONFIG.sender_address,
    }
    why = points["email"].load().build(config).usable()
    if why:
        return (
            State.WARN,
            f"e-mail is known but not usable: {why}",
            "Set OPENIRU_SMTP_HOST and what docs/howto/mail.md names; transcripts work without it",
        )
    return _ok(f"letters go out through {CONFIG.smtp_host}:{CONFIG.smtp_port}")


#: id, what is looked at, whether it needs the database, how.
CHECKS: Final[tuple[tuple[str, str, bool, Callable[[], Found]], ...]] = (
    ("OIRU-C01", "data directory", False, _data_dir),
    ("OIRU-C02", "database", False, _server),
    ("OIRU-C03", "tables", True, _migrations),
    ("OIRU-C04", "roles", True, _roles),
    ("OIRU-C05", "signing key", False, _key),
    ("OIRU-C06", "worker", True, _worker),
    ("OIRU-C07", "sequencer", True, _sequencer),
    ("OIRU-C08", "queue", True, _queue),
    ("OIRU-C09", "disk", False, _disk),
    ("OIRU-C10", "adapters", False, _adapters),
    ("OIRU-C11", "sandbox", False, _sandbox),
    ("OIRU-C12", "looks", False, _looks),
    ("OIRU-C13", "mail", False, _mail),
    ("OIRU-C14", "environment", True, _environment),
    ("OIRU-C15", "settings", False, _settings),
    ("OIRU-C16", "web server", False, _web),
    ("OIRU-C17", "desk's files", False, lambda: _of_the_desk(fitness.files())),
    ("OIRU-C18", "catalogues", False, lambda: _of_the_desk(fitness.texts(serving=serve.running()))),
    ("OIRU-C19", "signing in", False, lambda: _of_the_desk(fitness.signing_in())),
)
