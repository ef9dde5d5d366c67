"""The contracts of .importlinter hold, and each of them would notice."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.house.source import ROOT

#: One forbidden line for each contract: (contract, file it is written into, line).
TRESPASSES = [
    ("storeys", "core/trespass.py", "import openiru.foundation"),
    ("storeys", "attic.py", "x = 1"),
    ("storeys", "adapters/trespass.py", "import openiru.foundation"),
    ("entry-points-only", "stages/intake/jobs.py", "import openiru.adapters"),
    ("groups", "adapters/channels/trespass.py", "import openiru.adapters.formats"),
    ("stages-in-order", "stages/intake/queries.py", "import openiru.stages.impact"),
    ("rooms-of-a-stage", "stages/intake/models.py", "import openiru.stages.intake.jobs"),
    ("foundation-in-order", "foundation/database/trespass.py", "import openiru.foundation.registry"),
    ("guests", "engines/trespass.py", "import django"),
    ("hands", "stages/intake/queries.py", "import socket"),
    ("keys-to-the-hands", "stages/intake/queries.py", "import openiru.egress"),
]


def lint(source: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    limits = [word for contract in contracts for word in ("--contract", contract)]
    program = "import sys; from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(  # noqa: S603 - our own interpreter, our own arguments
        [sys.executable, "-c", program, "--config", str(ROOT / ".importlinter"), "--no-cache", *limits],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=source.parent,
        env={"PYTHONPATH": str(source), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
    )


def test_the_house_keeps_its_own_contracts() -> None:
    ran = lint(ROOT / "src")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "0 broken" in ran.stdout


@pytest.mark.parametrize(("contract", "file", "line"), TRESPASSES)
def test_a_trespass_is_noticed(contract: str, file: str, line: str, tmp_path: Path) -> None:
    source = tmp_path / "src"
    shutil.copytree(
        ROOT / "src" / "openiru", source / "openiru", ignore=shutil.ignore_patterns("__pycache__")
    )
    for room in ("models", "queries", "jobs"):  # a stage has a room only when it has content
        (source / "openiru/stages/intake" / f"{room}.py").touch()
    path = source / "openiru" / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    ran = lint(source, contract)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "1 broken" in ran.stdout


def test_no_contract_is_without_a_trespass() -> None:
    config = configparser.ConfigParser(inline_comment_prefixes=None, strict=True)
    config.read(ROOT / ".importlinter")
    named = {section.rpartition(":")[2] for section in config.sections() if ":contract:" in section}
    assert named == {contract for contract, _, _ in TRESPASSES}
