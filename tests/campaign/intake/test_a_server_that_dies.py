"""A backend or a whole server that is killed in the middle of an import leaves nothing of it or all of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 12


@pytest.mark.campaign
@pytest.mark.timeout(1200)
def test_a_server_killed_in_the_middle_of_an_import_leaves_nothing_or_all() -> None:
    command = [sys.executable, "-m", "tests.campaign.intake.crashing", str(ROUNDS)]
    done = subprocess.run(  # noqa: S603 - this interpreter and a module of ours
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=1100
    )
    assert done.returncode == 0, done.stderr[-2000:]
    *told, last = json.loads(done.stdout.splitlines()[-1])
    assert len(told) == ROUNDS
    assert {one["left"] for one in told} <= {"nothing", "all"}
    assert any(one["left"] == "nothing" for one in told)
    assert all(one["again"] for one in told)
    assert last == {"log": True}
