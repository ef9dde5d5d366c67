"""Runs of the demonstration as a person starts them: a program of its own, in a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from openiru.foundation.database.ids import new_id

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = ROOT / "examples" / "action-day"
PROGRAM = (sys.executable, "-m", "openiru.entrypoints.cli.main", "demo")


@dataclass(frozen=True)
class Place:
    """Where one run plays: its database and its environment."""

    database: str
    environment: dict[str, str]

    @property
    def state(self) -> Path:
        """What the run writes beside its database."""
        return Path(self.environment["OPENIRU_DATA_DIR"]) / "demo" / self.database


@contextmanager
def place() -> Iterator[Place]:
    """A database of its own on the tests' server; it is dropped afterwards."""
    from openiru.foundation.database.prepare import admin_connection
    from openiru.settings import CONFIG

    name = f"d_{new_id().hex[-12:]}"
    environment = {k: v for k, v in os.environ.items() if k not in {"CI", "OPENIRU_TEST_DATABASE"}}
    environment |= {"OPENIRU_DATABASE_NAME": name, "PYTHONPATH": str(ROOT / "src")}
    if CONFIG.database_url:
        url = urlsplit(CONFIG.database_url)._replace(path=f"/{name}").geturl()
        environment["OPENIRU_DATABASE_URL"] = url
    try:
        yield Place(name, environment)
    finally:
        with admin_connection(CONFIG, "postgres") as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def scenario_with(folder: Path, changes: Mapping[str, Any], *, rate: int = 0) -> Path:
    """The action day with another plan, as a scenario of its own that generates its files. ``rate``: of its clock."""
    data = json.loads((SCENARIO / "scenario.json").read_text("utf-8"))
    data |= changes
    data["path"] = str(ROOT)
    data["clock"]["rate"] = rate or data["clock"]["rate"]
    data["make"]["items"] = data["make"]["seed"] = 0  # whatever is asked for is made anew
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.json").write_text(json.dumps(data), "utf-8")
    return folder


def start(where: Place, *options: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    """A run in a process group of its own."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [*before, *PROGRAM, *options],
        cwd=ROOT,
        env=where.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def finish(run: subprocess.Popen[str], seconds: float = 240) -> tuple[int, str, str]:
    """Exit code, output, errors."""
    try:
        out, err = run.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        run.kill()
        raise
    return run.returncode, out, err
