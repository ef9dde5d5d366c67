"""A really running desk and a real browser. Without Chromium these tests are left out and say so; where CI is set they fail."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright
from tests.conftest import cloned

#: Playwright keeps a loop in this thread; the tests use the database in it all the same, one after the other.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STARTS_S = 60.0


@dataclass(frozen=True)
class Served:
    """A running desk: where it is, and its database (Django's connections of the test point to it too)."""

    address: str
    database: str
    log: Path

    def __truediv__(self, path: str) -> str:
        """``served / "o/day/"``: the address of a page."""
        return f"{self.address}/{path.lstrip('/')}"


def _without(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"no browser: {why}")
    pytest.skip(f"no browser: {why}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window; one for all tests of a process."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        _without("Chromium is not installed (as root: apt-get install chromium)")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
        except Error as error:
            _without(f"{program} does not start: {error.message.splitlines()[0]}")
            raise
        yield started
        started.close()


@pytest.fixture(scope="module")
def served(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with a database of its own for the tests of one file."""
    with serving(template, tmp_path_factory) as running:
        yield running


@contextmanager
def serving(template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server as ``openiru up`` starts it, on a free port, with a database of its own."""
    with cloned(template) as name, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        log = tmp_path_factory.mktemp("desk") / "server.log"
        given = {"OPENIRU_BIND": f"127.0.0.1:{port}", "OPENIRU_LOG_LEVEL": "warning"}
        url = os.environ.get("OPENIRU_DATABASE_URL", "")
        if url:
            head, mark, query = url.partition("?")
            given["OPENIRU_DATABASE_URL"] = head.rsplit("/", 1)[0] + f"/{name}{mark}{query}"
        else:
            given["OPENIRU_DATABASE_NAME"] = name
        with log.open("wb") as out:
            program = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-m", "openiru.entrypoints.web.serve", str(os.getpid())],
                env=os.environ | given,
                stdout=out,
                stderr=out,
            )
        try:
            _wait(f"http://localhost:{port}", program, log)
            yield Served(f"http://localhost:{port}", name, log)
        finally:
            program.send_signal(signal.SIGTERM)
            program.wait(timeout=20)


def _wait(address: str, program: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_S
    while time.monotonic() < until and program.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/alive", timeout=5):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the desk does not come up: {log.read_text()}")
