"""Outside the played day: the server, the scenario's programs, and the process in which the day is played.

The settings of a process are read once, and those of the day are known only when its programs have said where they
listen. So the programs are started first, and the day is a process of its own. Whatever was started here ends here.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import orjson
from psycopg import sql

from openiru.core.errors import OutsideError, RefusedError, UsageError
from openiru.core.vocabulary import Environment
from openiru.entrypoints.demo.scenario import Scenario, read_json
from openiru.entrypoints.demo.tell import Tell
from openiru.entrypoints.worker import set_up

if TYPE_CHECKING:
    from openiru.foundation.database.queue import OwnProgram
    from openiru.settings import Config

INSIDE: Final = "openiru.entrypoints.demo.inside"
READY_S: Final = 30.0
END_S: Final = 10.0
#: An open desk lets its jobs end (worker.GRACE_S), and its web server the requests.
CLOSES_S: Final = 40.0
LOOK_S: Final = 0.02
INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to play. ``items`` and ``seed`` 0: as the scenario is. ``serve``: the database server is left running.

    ``desk``: afterwards it ``stays`` open, is ``tried`` once, or (empty) is not opened.
    """

    scenario: Path
    items: int = 0
    seed: int = 0
    serve: bool = True
    desk: str = ""
    json: bool = False


class _StoppedError(Exception):
    """Somebody asked us to stop."""


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _StoppedError


def play(order: Order) -> int:
    """Play a scenario from beginning to end; the exit code of the day."""
    set_up()
    from openiru.foundation.database import server  # noqa: PLC0415 - Django must be set up first
    from openiru.settings import CONFIG  # noqa: PLC0415

    if CONFIG.environment is not Environment.DEMO:
        raise RefusedError(
            f"this is an instance for {CONFIG.environment.value}: nothing is played in it",
            where="OPENIRU_ENVIRONMENT",
            hint="OPENIRU_ENVIRONMENT=demo OPENIRU_DATA_DIR=… openiru demo",
        )
    scenario = Scenario.load(order.scenario.absolute())
    tell = Tell(quiet=order.json)
    tell.line(f"{scenario.data['title']}: everything here is invented data, and nothing leaves this machine.")
    started = server.start(CONFIG)
    what = "PostgreSQL server" if CONFIG.database_url else "Private PostgreSQL server"
    tell.step(what, "started" if started else "is running")
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        return _play(order, scenario, tell, CONFIG)
    except (KeyboardInterrupt, _StoppedError):
        tell.line("stopped; what was started for the day has ended")
        return INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
        if started and not order.serve:
            server.stop(CONFIG)


def _play(order: Order, scenario: Scenario, tell: Tell, config: Config) -> int:
    name = _database(config)
    state = config.data_dir / "demo" / name
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(mode=0o700, parents=True)
    scenario = _files(order, scenario, state)
    tell.step("What the units hand in", f"{len(scenario.operation['files'])} files, invented data")
    with _programs(scenario, state) as (scenario, says):
        tell.step("Played outside", says)
        settings = {key: scenario.text(value) for key, value in scenario.data["settings"].items()}
        settings |= _database_settings(config, name) | _bind(config)
        orders = state / "order.json"
        orders.write_bytes(orjson.dumps(_told(order, scenario, name, config)))
        return _wait(_start(INSIDE, str(orders), settings=settings))


def _told(order: Order, scenario: Scenario, name: str, config: Config) -> dict[str, Any]:
    return {
        "folder": str(scenario.folder),
        "files": str(scenario.files),
        "values": scenario.values,
        "json": order.json,
        "serve": order.serve,
        "desk": order.desk,
        "database": "" if name == config.database_name else name,
        "roles": config.role_prefix,
        "parent": os.getpid(),
    }


def _start(module: str, *arguments: str, settings: dict[str, str], log: Path | None = None) -> OwnProgram:
    from openiru.foundation.database.queue import start_own_program  # noqa: PLC0415 - Django must be set up first

    return start_own_program(module, *arguments, settings=settings, log=log)


def _wait(day: OwnProgram) -> int:
    """Until the day is over; a day that we are asked to leave is ended. A desk that was open closes with 0."""
    try:
        while day.ended is None:
            time.sleep(LOOK_S)
    except (KeyboardInterrupt, _StoppedError):
        day.ask_to_stop()
        if day.end(CLOSES_S):
            raise
    finally:
        day.ask_to_stop()
        code = day.end(END_S)
    return code if code >= 0 else 1


def _database(config: Config) -> str:
    """The instance's own database while nobody uses it; else one beside it, made anew for each further run."""
    from openiru.entrypoints.worker import supervisor_pid  # noqa: PLC0415 - Django must be set up first
    from openiru.foundation.database.prepare import admin_connection  # noqa: PLC0415

    with admin_connection(config, "postgres") as admin:
        there = admin.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [config.database_name]
        ).fetchone()
        if (there is None or not _used(config)) and supervisor_pid() is None:
            return config.database_name
        name = f"{config.database_name}_demo"
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    return name


def _used(config: Config) -> bool:
    """Whether anybody but the instance itself is in the database, or tables of another version are."""
    from openiru.foundation.database.prepare import admin_connection  # noqa: PLC0415 - Django must be set up first

    with admin_connection(config, config.database_name) as admin:
        made = admin.execute("SELECT to_regclass('people_unit') IS NOT NULL").fetchone()
        if made is None or not made[0]:
            return False
        count = admin.execute("SELECT count(*) FROM people_unit").fetchone()
    return count is None or int(str(count[0])) > 1


def _database_settings(config: Config, name: str) -> dict[str, str]:
    fixed = {
        "OPENIRU_ENVIRONMENT": Environment.DEMO.value,
        "OPENIRU_DATA_DIR": str(config.data_dir),
        "OPENIRU_DATABASE_ROLES": config.role_prefix,
    }
    if not config.database_url:
        return fixed | {"OPENIRU_DATABASE_NAME": name}
    head, mark, query = config.database_url.partition("?")
    return fixed | {"OPENIRU_DATABASE_URL": f"{head.rpartition('/')[0]}/{name}{mark}{query}"}


def _bind(config: Config) -> dict[str, str]:
    """Where the day's desk will listen: as the settings say, or, when somebody listens there already, at a free port."""
    from openiru.foundation.database.outside import Visitor, free_port  # noqa: PLC0415 - Django must be set up first

    host, port = config.bind
    Visitor(host, port)  # refused before the day is played, not after it
    free = free_port(host, port)
    return {} if free == port else {"OPENIRU_BIND": f"{f'[{host}]' if ':' in host else host}:{free}"}


def _files(order: Order, scenario: Scenario, state: Path) -> Scenario:
    """The scenario's files, or files of another scale or seed made by its own program."""
    make = scenario.data["make"]
    items, seed = order.items or make["items"], order.seed or make["seed"]
    values = {
        "state": str(state),
        "seed": str(seed),
        "items": str(items),
        "start": scenario.data["day"]["opens"],
        "pid": str(os.getpid()),
        "files": str(scenario.folder),
    }
    if (items, seed) == (make["items"], make["seed"]):
        return replace(scenario, values=values)
    if items < make["least_items"]:
        raise UsageError(f"this scenario has at least {make['least_items']} items", where="--items")
    values["files"] = str(state / "files")
    made = replace(scenario, files=state / "files", values=values)
    program = _start(
        make["module"],
        *(made.text(each) for each in make["arguments"]),
        settings=_path(scenario),
        log=state / "make.log",
    )
    if _wait(program):
        raise OutsideError("the scenario's files could not be made", where=str(state / "make.log"))
    return made


def _path(scenario: Scenario) -> dict[str, str]:
    """Where the programs of a scenario are found: a path from its own directory."""
    return {"PYTHONPATH": str((scenario.folder / scenario.data["path"]).resolve())}


@contextmanager
def _programs(scenario: Scenario, state: Path) -> Iterator[tuple[Scenario, str]]:
    """The scenario's programs, each started when the one before it is ready; all are ended on the way out."""
    running: list[OwnProgram] = []
    says: list[str] = []
    try:
        for number, one in enumerate(scenario.data["programs"]):
            log = state / f"program-{number}.log"
            arguments = [scenario.text(each) for each in one["arguments"]]
            running.append(_start(one["module"], *arguments, settings=_path(scenario), log=log))
            ready = _ready(Path(scenario.text(one["ready"])), running[-1], log)
            known = dict(scenario.values.get("ready", {}))
            scenario = replace(scenario, values={**scenario.values, "ready": known | ready})
            says += [one["says"]] if one["says"] else []
        yield scenario, "; ".join(says)
    finally:
        for program in reversed(running):
            program.ask_to_stop()
        for program in reversed(running):
            program.end(END_S)


def _ready(path: Path, program: OwnProgram, log: Path) -> dict[str, Any]:
    until = time.monotonic() + READY_S
    while time.monotonic() < until and program.ended is None:
        if path.exists():
            found: dict[str, Any] = read_json(path)
            return found
        time.sleep(LOOK_S)
    raise OutsideError("a program of the scenario does not start", where=str(log), hint=f"Read {log}.")
