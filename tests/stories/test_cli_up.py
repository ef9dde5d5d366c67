"""The house opened and closed for real: server, tables, workers, sequencer, in a directory of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.campaign
PORT = 20_000 + os.getpid() % 20_000


def ask(path: str) -> tuple[int, Any]:
    """One GET of the web server; it may take a moment to come up."""
    until = time.monotonic() + 30
    while True:
        connection = HTTPConnection("127.0.0.1", PORT, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        finally:
            connection.close()


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Where the server's own user may enter, also for root."""
    path = Path(f"/var/lib/openiru/up-{os.getpid()}") if os.geteuid() == 0 else tmp_path / "data"
    yield path
    openiru(path, "down")
    shutil.rmtree(path, ignore_errors=True)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "openiru.entrypoints.cli.main", *arguments]


def environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENIRU_", "DJANGO_"))}
    return {**kept, "OPENIRU_DATA_DIR": str(data), "OPENIRU_BIND": f"127.0.0.1:{PORT}"}


def openiru(data: Path, *arguments: str) -> tuple[int, Any]:
    ran = subprocess.run(  # noqa: S603 - our own program
        command(*arguments, "--json"), capture_output=True, check=False, timeout=180, env=environment(data)
    )
    return ran.returncode, json.loads(ran.stdout or ran.stderr)


def test_up_opens_everything_and_down_closes_it_and_nothing_is_lost(data: Path) -> None:
    code, told = openiru(data, "up", "--detach")
    assert (code, told["environment"], told["server"]) == (0, "demo", "private")
    assert told["worker"]
    assert openiru(data, "up", "--detach")[1]["worker"] == told["worker"]
    assert openiru(data, "unit", "add", "RS")[0] == 0
    assert told["interface"] == f"http://127.0.0.1:{PORT}/api/v1"
    assert ask("/alive") == (200, {"alive": True})
    assert ask("/api/v1/operations")[0] == 401
    code, checks = openiru(data, "status")
    assert code == 3
    assert [one for one in checks["checks"] if one["state"] == "fail"] == []
    assert openiru(data, "down") == (0, {"worker": True, "server": True})
    assert openiru(data, "down") == (0, {"worker": False, "server": False})
    code, error = openiru(data, "unit", "list")
    assert (code, error["error"]["code"]) == (1, "OIRU-5000")
    assert openiru(data, "status")[0] == 1
    assert openiru(data, "up", "--detach")[0] == 0
    assert openiru(data, "unit", "add", "RS")[0] == 0


def test_in_the_foreground_an_interrupt_ends_the_workers_cleanly(data: Path) -> None:
    running = subprocess.Popen(  # noqa: S603 - our own program
        command("up", "--workers", "1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(data),
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:
        if "Ctrl-C" in line:
            break
    time.sleep(2)
    running.send_signal(signal.SIGINT)
    _, rest = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Traceback" not in rest
