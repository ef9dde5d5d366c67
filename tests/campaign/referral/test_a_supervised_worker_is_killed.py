"""The whole machine: a real supervisor, its ticks and jobs, a mail server that stalls, and kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.egress.mail_servers import Peer, scripted
from tests.stages.referral.helpers import let_go, mail_to, prepared, ready_day, states
from tests.stages.referral.workers import ROOT, environment, until

from openiru.foundation.database.acting import acting
from openiru.settings import CONFIG
from openiru.stages.referral import queries


def children(pid: int) -> set[int]:
    """The processes that a program started, from any of its threads."""
    texts = [(path / "children").read_text(encoding="ascii") for path in Path(f"/proc/{pid}/task").iterdir()]
    return {int(part) for text in texts for part in text.split()}


@pytest.mark.campaign
def test_the_job_of_a_killed_worker_runs_again_and_sends_nothing(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, over = threading.Event(), threading.Event()

    def stall(peer: Peer) -> None:
        peer.serve(until=b".")
        reached.set()
        over.wait(120)

    with scripted(stall) as (port, peers), (tmp_path / "log").open("wb") as log:
        mail_to(monkeypatch, port)
        world = ready_day()
        batch = prepared(world)
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "openiru.entrypoints.worker"],
            cwd=ROOT,
            env=environment(database, port),
            stdout=log,
            stderr=log,
        )
        try:
            let_go(world, batch.id)
            assert reached.wait(60)

            def state() -> str:
                with acting(world.by("AG/deputy")):
                    return str(queries.by_reference(batch.reference)["state"])

            assert state() == "sending"
            for worker in children(supervisor.pid):
                os.kill(worker, signal.SIGKILL)
            until(lambda: state() == "unknown", 30)
            threading.Event().wait(20)  # long enough for the job to be given to another worker
            assert state() == "unknown"
            assert len(peers) == 1
            assert set(states(world).values()) == {"prepared"}
        finally:
            over.set()
            supervisor.terminate()
            supervisor.wait(60)
            (CONFIG.data_dir / f"worker-{database}.lock").unlink(missing_ok=True)
