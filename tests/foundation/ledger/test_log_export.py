"""The log goes out as files that somebody without OpenIRU can check, opened only as far as the caller may see."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.foundation.evidence import a_full_day
from tests.foundation.things import bring
from tests.people import action_day

from openiru.core.errors import ConflictError
from openiru.foundation.ledger.export import export
from openiru.foundation.ledger.sequencer import sequence

pytestmark = pytest.mark.usefixtures("database")


def check(folder: Path, *options: str, bare: bool = True) -> tuple[int, dict[str, object]]:
    """Run the verifier out of the export itself; ``bare``: without site-packages, so without OpenIRU and cryptography."""
    flags = ["-I", "-S"] if bare else ["-I"]
    ran = subprocess.run(  # noqa: S603 - our own interpreter and the file under test
        [sys.executable, *flags, str(folder / "verify.py"), str(folder), "--json", *options],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd="/",
        env={},
    )
    return ran.returncode, json.loads(ran.stdout)


def test_an_export_is_verified_without_openiru(tmp_path: Path) -> None:
    world = action_day()
    a_full_day(world)
    size = sequence()
    done = export(tmp_path / "out", by=world.by("AG/overseer"))
    code, result = check(tmp_path / "out")
    assert (code, result["broken"]) == (3, [])  # 3: the signatures need the package cryptography
    assert (result["leaves"], result["covered"]) == (size, size)
    assert 0 < done.opened < size
    assert result["opened"] == done.opened
    code, result = check(tmp_path / "out", "--key", done.key, bare=False)
    assert (code, result["broken"], result["signed"]) == (0, [], 1)


def test_a_changed_export_does_not_verify(tmp_path: Path) -> None:
    world = action_day()
    sequence()
    export(tmp_path / "out", by=world.by("AG/overseer"))
    leaves = tmp_path / "out" / "leaves.jsonl"
    leaves.write_text(leaves.read_text().replace("2020-10-06", "2020-10-07", 1))
    code, result = check(tmp_path / "out")
    assert code == 1
    assert result["broken"]


def test_only_the_callers_operation_is_opened(tmp_path: Path) -> None:
    world = action_day()
    bring(world.by("RS/ana"), ["a", "b"])
    size = sequence()
    inside = export(tmp_path / "inside", by=world.by("AG/overseer"))
    outside = export(tmp_path / "outside", by=world.outside("AG/overseer"))
    assert (inside.leaves, inside.opened) == (size, 2)
    assert outside.opened == 0
    assert (tmp_path / "outside" / "openings.jsonl").read_bytes() == b""
    assert (tmp_path / "inside" / "leaves.jsonl").read_bytes() == (
        tmp_path / "outside" / "leaves.jsonl"
    ).read_bytes()


def test_an_export_never_writes_over_anything_and_is_told_to_the_ledger(tmp_path: Path) -> None:
    world = action_day()
    first = sequence()
    export(tmp_path / "out", by=world.by("AG/overseer"))
    with pytest.raises(ConflictError):
        export(tmp_path / "out", by=world.by("AG/overseer"))
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert sequence() == 1
    assert first > 0
