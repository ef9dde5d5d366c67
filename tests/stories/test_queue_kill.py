"""A worker is killed in mid-job: the job is done again within 30 seconds, its effect is there once, the worker is replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connections, transaction
from procrastinate.contrib.django import app
from tests.people import action_day

from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.database.queue import lengths

ROOT = Path(__file__).resolve().parents[2]
DEED = "tests.stories.queue_app.jobs.deed"


@pytest.fixture
def supervisor(database: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker with two processes on this test's database, and its log."""
    from openiru.settings import CONFIG

    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.stories.queue_settings",
        "OPENIRU_DATABASE_NAME": database,
        "OPENIRU_WORKERS": "2",
    }
    if CONFIG.database_url:
        environment["OPENIRU_DATABASE_URL"] = (
            urlsplit(CONFIG.database_url)._replace(path=f"/{database}").geturl()
        )
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "openiru.entrypoints.worker"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    yield process
    process.terminate()
    try:
        process.wait(30)
    finally:
        process.kill()
        (CONFIG.data_dir / f"worker-{database}.lock").unlink(missing_ok=True)


def until(what: Callable[[], bool], seconds: float) -> float:
    """Wait until something is so; the seconds that it took."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


def effects() -> Counter[str]:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT payload->>'batch' FROM ledger_opening WHERE payload ? 'batch'")
        return Counter(row[0] for row in cursor.fetchall())


def waiting() -> int:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending")
        return int(cursor.fetchone()[0])


def defer(batch: str, folder: Path, *, before: float = 0, after: float = 0) -> None:
    app.configure_task(DEED, allow_unknown=True, queue="stories").defer(
        batch=batch, folder=str(folder), before=before, after=after
    )


def defer_and_fail(by: By, folder: Path) -> None:
    with acting(by):
        defer("undone", folder)
        raise ZeroDivisionError


def children(pid: int) -> set[int]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


def test_a_killed_worker_leaves_one_effect_within_30_seconds_and_is_replaced(
    supervisor: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    action_day()
    with acting(SERVICE):
        defer("before", tmp_path, before=60)
        defer("after", tmp_path, after=60)
    until(lambda: (tmp_path / "before").exists() and (tmp_path / "after").exists(), 30)
    until(lambda: effects()["after"] == 1, 10)
    killed = {int((tmp_path / name).read_text()) for name in ("before", "after")}
    assert effects() == {"after": 1, "tick": 1}
    assert len(killed) == 2
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    replaced = until(lambda: len(children(supervisor.pid) - killed) == 2, 10)
    again = until(
        lambda: effects()["before"] == 1 and lengths() | {"workers": 0} == dict.fromkeys(lengths(), 0), 30
    )
    assert replaced < 10
    assert again < 30
    assert effects() == {"before": 1, "after": 1, "tick": 1}
    until(lambda: waiting() == 0, 5)  # the sequencer runs beside


def test_a_job_of_a_command_that_was_rolled_back_never_runs_and_a_running_one_is_finished_at_the_end(
    supervisor: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    ana = action_day().by("RS/ana")
    for by in (SERVICE, ana):
        with pytest.raises(ZeroDivisionError):
            defer_and_fail(by, tmp_path)
    with transaction.atomic():
        defer("undone", tmp_path)
        transaction.set_rollback(True)
    with acting(ana):
        defer("kept", tmp_path)
        time.sleep(0.5)
        assert not (tmp_path / "kept").exists()  # nobody sees it before the command is committed
    until(lambda: effects()["kept"] == 1, 30)
    with acting(ana):
        defer("last", tmp_path, before=2)
    until((tmp_path / "last").exists, 10)
    processes = children(supervisor.pid)
    supervisor.terminate()
    assert supervisor.wait(20) == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in processes)
    assert len(processes) == 2
    assert effects() == {"kept": 1, "last": 1, "tick": 1}
    assert lengths() == {"todo": 0, "doing": 0, "failed": 0, "workers": 0}
