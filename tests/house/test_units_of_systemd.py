"""The units under packaging/systemd: they parse, name programs and documents that exist, and fence what they start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.house.source import ROOT

from openiru.settings import NAMES

UNITS = sorted((ROOT / "packaging" / "systemd").glob("*.service"))
HOME = "/opt/openiru"
#: Without these a fault in the program is a fault of the machine.
FENCES = {
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "UMask=0077",
    "User=openiru",
    "StateDirectoryMode=0700",
    "SystemCallArchitectures=native",
}


def lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def test_there_are_units() -> None:
    assert [path.stem for path in UNITS] == ["openiru-web", "openiru-workers", "openiru"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_fences_what_it_starts(path: Path) -> None:
    assert FENCES - set(lines(path)) == set()


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_leaves_the_namespaces_that_reading_hostile_files_needs(path: Path) -> None:
    (allowed,) = re.findall(r"^RestrictNamespaces=(.*)$", path.read_text("utf-8"), re.MULTILINE)
    assert set(allowed.split()) == {"user", "net", "ipc"}
    assert not any(line.startswith("MemoryDenyWriteExecute") for line in lines(path))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_what_a_unit_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    documents = re.findall(rf"file://{HOME}/(\S+)", text)
    assert documents
    assert [one for one in documents if not (ROOT / one).exists()] == []
    modules = re.findall(r"python -m (\S+)", text)
    assert [one for one in modules if find_spec(one) is None] == []
    assert set(re.findall(r"OPENIRU_[A-Z_]+", text)) <= NAMES


def test_the_web_server_alone_reaches_nothing_but_this_machine() -> None:
    alone = {path.stem for path in UNITS if "IPAddressDeny=any" in lines(path)}
    assert alone == {"openiru-web"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_takes_every_unit_without_a_word(tmp_path: Path) -> None:
    binaries = Path(sys.prefix) / "bin"
    for path in UNITS:
        text = path.read_text("utf-8").replace(f"{HOME}/.venv/bin", str(binaries)).replace(HOME, str(ROOT))
        (tmp_path / path.name).write_text(text, "utf-8")
    found = subprocess.run(  # noqa: S603 - systemd's own checker on files of our own
        [str(shutil.which("systemd-analyze")), "verify", "--man=no", *map(str, sorted(tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SYSTEMD_LOG_LEVEL": "warning"},
        timeout=60,
    )
    ours = [line for line in found.stderr.splitlines() if str(tmp_path) in line]
    assert (found.returncode, ours) == (0, [])
