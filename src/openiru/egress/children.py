"""Programs of our own that go on running: the worker's processes, started, asked to stop, and ended.

Nothing foreign runs here. Programs that read hostile files belong to :mod:`openiru.egress.process`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from openiru.core.errors import OutsideError


class OwnProgram:
    """One running module of ours."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def ended(self) -> int | None:
        """How it ended (negative: by that signal), or None while it runs."""
        return self._process.poll()

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what is being done, then end."""
        if self.ended is None:
            self._process.terminate()

    def end(self, seconds: float) -> int:
        """Wait for its end, and kill it when it takes longer; how it ended."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()


def start_module(
    module: str, *arguments: str, settings: Mapping[str, str], log: Path | None = None, detached: bool = False
) -> OwnProgram:
    """``python -m module arguments`` with our environment and ``settings`` on top.

    ``log``: where it writes; else where we write. ``detached``: it outlives us and our terminal.
    """
    # env(1) becomes the program: only the settings room reads and writes the environment itself.
    argv = ["/usr/bin/env", *(f"{name}={value}" for name, value in settings.items())]
    argv += [sys.executable, "-m", module, *arguments]
    try:
        with (log or Path("/dev/null")).open("ab") as file:
            target = file if log else None
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module, no shell
                argv, stdin=subprocess.DEVNULL, stdout=target, stderr=target, start_new_session=detached
            )
    except OSError as error:
        raise OutsideError(
            f"the program {module} cannot be started: {error.strerror}", where=module
        ) from error
    return OwnProgram(process)
