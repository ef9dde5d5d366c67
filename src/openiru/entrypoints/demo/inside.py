"""The process in which the day is played: ``python -m openiru.entrypoints.demo.inside ORDER.json``."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from openiru.core.errors import OpenIruError
from openiru.entrypoints.demo.scenario import Scenario, read_json
from openiru.entrypoints.demo.tell import Tell
from openiru.entrypoints.worker import set_up

LOOK_S: Final = 0.3
#: Steps that were told outside before this process began.
TOLD: Final = 3


def _watch(parent: int) -> None:
    """End when whoever started us has ended, however it did."""

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_S)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=look, daemon=True, name="watch").start()


def main(arguments: list[str]) -> int:
    """Play the day of the order; the exit code."""
    order: Mapping[str, Any] = read_json(Path(arguments[0]))
    _watch(order["parent"])
    # Ctrl-C reaches everybody at this terminal: whoever started us asks us to end. Programs that we start hear it as always.
    signal.signal(signal.SIGINT, lambda *_: None)
    tell = Tell(quiet=order["json"], told=TOLD)
    folder = Path(order["folder"])
    scenario = Scenario(folder, Scenario.load(folder).data, Path(order["files"]), order["values"])
    try:
        set_up()
        from openiru.entrypoints.demo.play import play  # noqa: PLC0415 - Django must be set up first

        return play(scenario, tell, order)
    except OpenIruError as error:
        where = f" ({error.where})" if error.where else ""
        sys.stderr.write(f"openiru demo: {error.message}{where}\n{error.hint}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
