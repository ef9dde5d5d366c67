"""The web server: granian runs the application; ``openiru up`` looks after it.

``python -m openiru.entrypoints.web.serve SUPERVISOR`` serves until SIGTERM, or until the supervisor (a process id) is gone. It
listens where OPENIRU_BIND says, in the clear: beyond this machine a reverse proxy with TLS stands before it.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Final

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from openiru.settings import CONFIG

MODULE: Final = "openiru.entrypoints.web.serve"
TARGET: Final = "openiru.entrypoints.web.wsgi:application"
#: Requests that are worked on at the same time, each with a connection of its own to the database.
THREADS: Final = 4
WAITING: Final = 256
LOOK_S: Final = 0.3
#: A web server whose port is taken is gone after this.
STAYS_S: Final = 1.0


def address() -> str:
    """Where the interface is reached on this machine."""
    host, port = CONFIG.bind
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def lock_file() -> Path:
    """Held by the web server of a database while it runs."""
    return CONFIG.data_dir / f"web-{CONFIG.database_name}.lock"


def running() -> bool:
    """Whether a web server runs for this instance."""
    path = lock_file()
    if not path.exists():
        return False
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def comes_up(seconds: float = 15.0) -> bool:
    """Wait until the web server runs and stays for a moment; False when it does not."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if running():
            time.sleep(STAYS_S)
            if running():
                return True
        time.sleep(LOOK_S)
    return False


def serve(supervisor: int = 0) -> None:
    """Serve until somebody asks to stop."""
    host, port = CONFIG.bind
    server = Server(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backpressure=WAITING,
        websockets=False,
        http1_settings=HTTP1Settings(max_buffer_size=64 * 1024, header_read_timeout=15_000),
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    )
    if supervisor:
        threading.Thread(target=_watch, args=(supervisor,), daemon=True, name="watch").start()
    with lock_file().open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        server.serve()


def _watch(supervisor: int) -> None:
    while os.getppid() == supervisor:
        time.sleep(LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    serve(int(sys.argv[1]) if sys.argv[1:] else 0)
