"""Runs the programs we trust (PostgreSQL's own), with a deadline, as another user when asked.

Hostile bytes never come here: readers of foreign files run in :mod:`openiru.egress.process`.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from openiru.core.errors import OutsideError


def run_program(
    argv: Sequence[object], *, user: str | None = None, timeout_s: float = 150.0, cwd: Path | None = None
) -> str:
    """Run a program (its words: texts and paths) to its end and give back what it printed.

    Output goes through files, not pipes: a daemon that the program leaves behind inherits a pipe, and whoever reads
    it then waits for ever. Raises OutsideError with the last lines it printed.
    """
    words = [str(word) for word in argv]
    extra: dict[str, object] = {}
    if user is not None and os.geteuid() == 0:
        extra = {"user": user, "group": user, "extra_groups": []}
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(  # noqa: S603 - fixed programs, no shell
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                timeout=timeout_s,
                check=False,
                cwd=cwd or "/",
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"},
                **extra,  # type: ignore[call-overload]  # user and group are given together or not at all
            )
        except subprocess.TimeoutExpired as error:
            raise OutsideError(
                f"{Path(words[0]).name} did not end within {timeout_s:.0f} s", where=words[0]
            ) from error
        except OSError as error:
            raise OutsideError(f"{words[0]} cannot be started: {error.strerror}", where=words[0]) from error
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if done.returncode != 0:
        tail = " / ".join(text.strip().splitlines()[-4:])
        raise OutsideError(f"{Path(words[0]).name} ended with {done.returncode}: {tail}", where=words[0])
    return text
