"""With the packages fetched, the whole journey needs no network but loopback."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.stories.demo_runs import finish, place, scenario_with, start

FEW_STEPS = [
    {"up_to_items": 100_000, "minutes": [65, 80, 1560, 1580], "then_every": 4000, "look_before": False}
]
#: A network of its own with nothing in it but loopback, which must be put up first.
CUT = (
    "unshare",
    "-n",
    "python3",
    "-c",
    (
        "import fcntl, os, socket, struct, sys\n"
        "s = socket.socket()\n"
        "fcntl.ioctl(s, 0x8914, struct.pack('16sh14x', b'lo', 0x1 | 0x40))\n"  # SIOCSIFFLAGS: IFF_UP | IFF_RUNNING
        "os.execvp(sys.argv[1], sys.argv[1:])\n"
    ),
)


def _cut() -> bool:
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run([*CUT, "true"], check=False, capture_output=True)  # noqa: S603 - a list of ours
    return done.returncode == 0


@pytest.mark.timeout(300)
def test_the_whole_journey_runs_with_the_network_cut(template: str, tmp_path: Path) -> None:
    if not _cut():
        pytest.skip("this machine lets nobody cut the network off (unshare -n)")
    folder = scenario_with(tmp_path / "scenario", {"steps": FEW_STEPS})
    with place() as where:
        options = ("--no-serve", "--json", "--items", "400", "--seed", "9", "--scenario", str(folder))
        code, out, err = finish(start(where, *options, before=CUT))
    assert (code, err) == (0, "")
    answer = json.loads(out)
    assert answer["differs"] == []
    assert answer["counts"]["gone"] > 0


def test_the_cut_network_leads_nowhere() -> None:
    if not _cut():
        pytest.skip("this machine lets nobody cut the network off (unshare -n)")
    ask = "import socket; socket.create_connection(('192.0.2.1', 80), 2)"
    done = subprocess.run([*CUT, "python3", "-c", ask], check=False, capture_output=True, text=True)  # noqa: S603
    assert "unreachable" in done.stderr
