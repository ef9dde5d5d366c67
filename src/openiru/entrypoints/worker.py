"""The worker: a supervisor with the sequencer and the ticks in threads, N processes that do jobs, and the web server.

``python -m openiru.entrypoints.worker`` supervises until SIGTERM (``... worker web``: with the web server); ``... worker work`` is one of
its processes. A process that dies is started again; its job is given to another once its heartbeat has failed. When the supervisor
dies, its processes end.
"""

from __future__ import annotations

import fcntl
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from openiru import settings as house
from openiru.core.errors import ConflictError, OutsideError

if TYPE_CHECKING:
    from openiru.foundation.database.queue import OwnProgram

MODULE: Final = "openiru.entrypoints.worker"
WEB_MODULE: Final = "openiru.entrypoints.web.serve"
LOOK_S: Final = 0.3
STALLED_LOOK_S: Final = 2.0
GRACE_S: Final = 20.0
#: After a process that died young the next one waits, so that a fault at the start does not eat the machine.
YOUNG_S: Final = 5.0
MAX_WAIT_S: Final = 5.0

_logger = logging.getLogger(__name__)


def set_up() -> None:
    """Django with the house's settings, unless the environment names others (DJANGO_SETTINGS_MODULE)."""
    try:
        configured = bool(settings.INSTALLED_APPS)
    except ImproperlyConfigured:
        configured = False
    if not configured:
        settings.configure(**{name: getattr(house, name) for name in dir(house) if name.isupper()})
    django.setup()
    logging.basicConfig(
        level=house.CONFIG.log_level.upper(), format="%(asctime)s %(name)s %(levelname)s %(message)s"
    )


def lock_file() -> Path:
    """Held by the one supervisor of a database; contains its process id."""
    return house.CONFIG.data_dir / f"worker-{house.CONFIG.database_name}.lock"


@contextmanager
def _the_only_one() -> Iterator[None]:
    path = lock_file()
    with path.open("a+") as file:
        if not _locked(file.fileno()):
            raise ConflictError(
                "a worker runs for this instance already", where=str(path), hint="openiru status shows it."
            )
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
        file.truncate(0)


def _locked(descriptor: int) -> bool:
    """Take the lock. Whoever only looks whether a supervisor runs holds it for a moment: hence a few tries."""
    for _ in range(10):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False


def supervisor_pid() -> int | None:
    """The process id of the running supervisor, or None."""
    path = lock_file()
    if not path.exists():
        return None
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = file.read().strip()
            return int(text) if text.isdigit() else None
    return None


@dataclass(slots=True)
class _Place:
    """A place for a process that is started again whenever it ends: one that does jobs, or the web server."""

    module: str = MODULE
    arguments: tuple[str, ...] = ("work",)
    role: str = "worker"
    program: OwnProgram | None = None
    started: float = 0.0
    not_before: float = 0.0
    deaths: int = 0


@dataclass(slots=True)
class Supervisor:
    """Keeps ``workers`` processes alive until ``stop`` is set."""

    workers: int
    stop: threading.Event
    web: bool = False
    places: list[_Place] = field(default_factory=list)

    def run(self) -> None:
        """Look after the processes; on the way out ask them to stop and wait for their jobs."""
        self.places = [_Place() for _ in range(self.workers)]
        if self.web:
            self.places.append(_Place(WEB_MODULE, (), "web"))
        looked = 0.0
        try:
            while not self.stop.wait(LOOK_S):
                for place in self.places:
                    self._look_at(place)
                if time.monotonic() - looked >= STALLED_LOOK_S:
                    looked = time.monotonic()
                    guarded("stalled jobs", _retry_stalled)
        finally:
            self._end()

    def _look_at(self, place: _Place) -> None:
        from openiru.foundation.database.queue import start_own_program  # noqa: PLC0415 - Django must be set up first

        now = time.monotonic()
        if place.program is not None:
            code = place.program.ended
            if code is None:
                return
            place.deaths = place.deaths + 1 if now - place.started < YOUNG_S else 1
            wait = 0.0 if place.deaths == 1 else min(2.0 ** (place.deaths - 2), MAX_WAIT_S)
            kind = "web server" if place.role == "web" else "worker process"
            _logger.warning("a %s ended with %s; the next one starts in %.0f s", kind, code, wait)
            place.program, place.not_before = None, now + wait
        if now >= place.not_before:
            place.program = start_own_program(
                place.module, *place.arguments, str(os.getpid()), settings={"OPENIRU_ROLE": place.role}
            )
            place.started = now

    def _end(self) -> None:
        programs = [place.program for place in self.places if place.program is not None]
        for program in programs:
            program.ask_to_stop()
        for program in programs:
            program.end(GRACE_S)


def _retry_stalled() -> None:
    from openiru.foundation.database.queue import retry_stalled  # noqa: PLC0415 - Django must be set up first

    retry_stalled()


def guarded(what: str, do: Callable[[], object]) -> None:
    """Do something that must not end the supervisor; a fault is logged, and the connections are made anew."""
    from django.db import connections  # noqa: PLC0415 - Django must be set up first

    try:
        do()
    except Exception as fault:  # noqa: BLE001 - whatever it is, the supervisor goes on and tries again
        _logger.warning("%s: %s: %s", what, type(fault).__name__, fault)
        connections.close_all()


def run_worker(*, workers: int | None = None, web: bool = False, stop: threading.Event | None = None) -> None:
    """Supervise until ``stop`` is set (by SIGTERM or SIGINT in :func:`main`). Raises ConflictError when one runs already."""
    from openiru.entrypoints.ticks import run_ticks  # noqa: PLC0415 - Django must be set up first
    from openiru.foundation.ledger.sequencer import run_sequencer  # noqa: PLC0415

    stop = stop or threading.Event()
    with _the_only_one():
        threads = [
            threading.Thread(target=run_sequencer, args=(stop,), name="sequencer"),
            threading.Thread(target=run_ticks, args=(stop,), name="ticks"),
        ]
        for thread in threads:
            thread.start()
        try:
            Supervisor(workers or house.CONFIG.workers, stop, web).run()
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def start_background(*, workers: int | None = None, web: bool = False) -> bool:
    """Start the supervisor as a program that outlives us; False when one runs already. Raises OutsideError."""
    from openiru.foundation.database.queue import start_own_program  # noqa: PLC0415 - Django must be set up first

    if supervisor_pid() is not None:
        return False
    given = {"OPENIRU_WORKERS": str(workers)} if workers else {}
    log = house.CONFIG.data_dir / "worker.log"
    program = start_own_program(MODULE, *(["web"] if web else []), settings=given, log=log, detached=True)
    for _ in range(200):
        if supervisor_pid() == program.pid:
            return True
        if program.ended is not None:
            break
        time.sleep(0.1)
    raise OutsideError("the worker does not start", where=str(log), hint=f"Read the last lines of {log}.")


def stop_background(seconds: float = GRACE_S + 10) -> bool:
    """Ask the running supervisor to end and wait for it; False when none runs. Raises OutsideError when it will not."""
    pid = supervisor_pid()
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if supervisor_pid() != pid:
            return True
        time.sleep(0.1)
    raise OutsideError(f"the worker (process {pid}) does not end", hint=f"Run: kill -9 {pid}")


def status() -> dict[str, Any]:
    """For ``openiru status``: whether the supervisor runs, processes, jobs by state, leaves that wait, size of the log."""
    from openiru.foundation.database.acting import SERVICE, acting  # noqa: PLC0415 - Django must be set up first
    from openiru.foundation.database.queue import lengths  # noqa: PLC0415

    pid = supervisor_pid()
    queue = lengths()
    with acting(SERVICE) as now:
        now.cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_pending), iru.log_size(), (SELECT max(at) FROM ledger_checkpoint)"
        )
        pending, size, checkpoint = now.cursor.fetchone()
    return {
        "supervisor": pid,
        "workers": queue.pop("workers") if pid is not None else 0,
        "jobs": queue,
        "pending_leaves": pending,
        "log_size": size,
        "last_checkpoint_at": checkpoint,
    }


def _work(parent: int) -> None:
    """One process of the supervisor: ends itself when the supervisor is gone."""
    from openiru.foundation.database.queue import work  # noqa: PLC0415 - Django must be set up first

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_S)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="watch").start()
    work()


def main(arguments: list[str]) -> int:
    """The program. Returns the exit code."""
    set_up()
    if arguments[:1] == ["work"]:
        _work(int(arguments[1]))
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        run_worker(web=arguments[:1] == ["web"], stop=stop)
    except ConflictError as error:
        sys.stderr.write(f"{error.message} ({error.where})\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
