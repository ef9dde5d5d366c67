"""openiru up, down, status, demo: the house opened, closed, looked over, and shown."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

import signal
import threading
from importlib import import_module
from importlib.util import find_spec
from typing import Annotated, Any

import typer

from openiru.core.errors import NotFoundError
from openiru.entrypoints.cli.options import Json
from openiru.entrypoints.cli.output import ATTENTION, FAILED, Output
from openiru.entrypoints.cli.session import start

DEMO = "openiru.entrypoints.demo"


def up(
    *,
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Leave the worker running in the background.")
    ] = False,
    workers: Annotated[
        int, typer.Option("--workers", min=0, max=64, help="Worker processes; 0: as OPENIRU_WORKERS says.")
    ] = 0,
    web: Annotated[bool, typer.Option("--web/--no-web", help="The web server too, or not.")] = True,
    json: Json = False,
) -> None:
    """Start the private server, bring the tables up to date, run the workers, the sequencer and the web server."""
    start()
    from openiru.entrypoints import instance, worker
    from openiru.entrypoints.accounts import DOOR, accounts
    from openiru.entrypoints.web import serve
    from openiru.settings import CONFIG

    out = Output(as_json=json)
    instance.install(lambda text: out.note(f"  {text}"))
    running = worker.supervisor_pid()
    if detach:
        worker.start_background(workers=workers or None, web=web)
        running = worker.supervisor_pid()
    told = _told(CONFIG, running)
    if web and (running is None or serve.comes_up()):
        told["desk"] = CONFIG.origin
        told["interface"] = f"{serve.address()}/api/v1"
    elif web:
        out.note(
            f"The web server does not come up at {serve.address()}: is the port taken? See worker.log in the data directory."
        )
    cast = accounts() if "desk" in told else {}
    lines = [f"{name.replace('_', ' '):<12} {value}" for name, value in told.items() if value is not None]
    if cast:
        lines.append(f"one click signs you in at {CONFIG.origin}{DOOR}, for instance as")
        lines += [f"  {role.replace('_', ' '):<22}{name}" for role, name in cast.items()]
    out.answer(told | ({"accounts": cast} if cast else {}), *lines)
    if running is not None or detach:
        out.next("openiru status      openiru operation list      openiru down stops everything")
        return
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    out.note("The workers run here; Ctrl-C ends them and leaves the server running (openiru down stops it).")
    worker.run_worker(workers=workers or None, web=web, stop=stop)


def _told(config: Any, pid: int | None) -> dict[str, Any]:
    return {
        "environment": config.environment.value,
        "data_dir": str(config.data_dir),
        "database": config.database_name,
        "server": "given by OPENIRU_DATABASE_URL" if config.database_url else "private",
        "worker": pid,
    }


def down(*, json: Json = False) -> None:
    """Stop the workers and the private server. Nothing is lost; openiru up goes on."""
    start()
    from openiru.entrypoints import worker
    from openiru.foundation.database import server
    from openiru.settings import CONFIG

    out = Output(as_json=json)
    stopped = {"worker": worker.stop_background(), "server": server.stop(CONFIG)}
    out.answer(
        stopped, *(f"{name}: {'stopped' if did else 'was not running'}" for name, did in stopped.items())
    )


def status(*, json: Json = False) -> None:
    """Look everything over; each fault comes with what to do. Exit 1 for a fault, 3 for a warning."""
    start()
    from openiru.entrypoints import checks

    out = Output(as_json=json)
    found = []
    for check in checks.run():
        found.append(check)
        out.line(f"{check.state.value:<4}  {check.id}  {check.what:<15} {check.found}")
        if check.hint:
            out.line(f"{'':<32}→ {check.hint}")
    worst = {check.state for check in found}
    if json:
        out.answer({"ok": worst == {checks.State.OK}, "checks": found})
    if checks.State.FAIL in worst:
        raise typer.Exit(FAILED)
    if checks.State.WARN in worst:
        raise typer.Exit(ATTENTION)


def absent_demo(*, json: Json = False) -> None:
    """Play a referral action day with invented data, and show its figures."""
    Output(as_json=json)
    raise NotFoundError(
        "this installation comes without the demonstration", hint="Install from the source tree."
    )


def _demo() -> Any:
    """The demonstration's own command where it is installed. Its module must be light: it is imported for --help."""
    if find_spec(DEMO) is None:
        return absent_demo
    return import_module(f"{DEMO}.command").demo if find_spec(f"{DEMO}.command") else absent_demo


demo = _demo()
