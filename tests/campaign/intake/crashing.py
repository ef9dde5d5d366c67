"""One instance on a server of its own whose backend, then whose postmaster, is killed in the middle of imports.

python -m tests.campaign.intake.crashing ROUNDS prints one line of JSON: what each round left behind. It is a program of its own since
killing a backend with -9 ends every session of its server.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.ledger import instance

COUNT = 1_500


def postmaster() -> int:
    """The process of our own server, from the file that it keeps."""
    from openiru.settings import CONFIG

    return int(
        (CONFIG.data_dir / "postgresql" / "postmaster.pid").read_text(encoding="ascii").split("\n", 1)[0]
    )


def rounds(count: int) -> list[dict[str, Any]]:
    """Kill in turns the backend that writes and the whole server; then start, count, and bring the file again."""
    from django.db import Error, connections
    from tests.people import action_day
    from tests.stages.intake.hardships import counted, grown, log_holds, posts, source

    from openiru.foundation.database import server
    from openiru.settings import CONFIG
    from openiru.stages.intake import rows
    from openiru.stages.intake.commands import import_rows

    rows.CHUNK = 250
    world, dice, told = action_day(), random.Random(1), []  # noqa: S311 - moments, no secrets
    before, began = counted(), time.monotonic()
    import_rows(by=world.by("RS/ana"), source=source(posts("crash", range(COUNT))))
    whole, undisturbed = time.monotonic() - began, grown(before)
    for turn in range(count):
        before = counted()
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            victim = cursor.fetchone()[0] if turn % 2 else postmaster()
        killer = threading.Timer(dice.random() * whole, os.kill, (victim, signal.SIGKILL))
        killer.start()
        try:
            import_rows(by=world.by("RS/ana"), source=source(posts(f"crash{turn}", range(COUNT))))
            end = "committed"
        except Error as error:
            end = type(error).__name__
        killer.join()
        connections.close_all()
        _up_again(server, CONFIG)
        left = grown(before)
        known = "nothing" if not left else "all" if left == undisturbed else "part"
        if known == "nothing":
            import_rows(by=world.by("RS/ana"), source=source(posts(f"crash{turn}", range(COUNT))))
        told.append({"end": end, "left": known, "again": grown(before) == undisturbed})
    told.append({"log": log_holds()})
    return told


def _up_again(server: Any, config: Any) -> None:
    """Start the server after its crash; the children of a dead postmaster may need a moment to go."""
    from django.db import Error, connections

    from openiru.core.errors import OpenIruError

    deadline = time.monotonic() + 120
    while True:
        try:
            server.start(config)
            with connections["owner"].cursor() as cursor:
                cursor.execute("SELECT 1")
        except (Error, OpenIruError):
            connections.close_all()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    with instance():
        sys.stdout.write(json.dumps(rounds(int(sys.argv[1]))) + "\n")
