"""Every command of the tutorial is run as it stands there, in a world like the one that the demonstration leaves."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.entrypoints.program import Ran, ok, openiru

from openiru.dsn import role_names
from openiru.foundation.database.acting import SERVICE
from openiru.foundation.database.prepare import admin_connection
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.operations.clock import set_clock
from openiru.settings import CONFIG

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "tutorial" / "your-first-action-day.md"
FILES = ROOT / "examples" / "action-day"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def played(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Units, people, directory and mandate as the demonstration makes them; its clock stands at the end of its days."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with admin_connection(CONFIG, "postgres") as admin:
        admin.execute(f'GRANT TEMPORARY ON DATABASE "{database}" TO "{role_names(CONFIG)["owner"]}"')
    set_clock(by=SERVICE, business=datetime(2026, 11, 20, 12, 0, tzinfo=UTC), rate=Decimal(0))
    ok("unit", "add", "--file", str(FILES / "units.json"))
    ok("person", "add", "hr-coordinator", "--unit", "HR", "--role", "coordinator")
    ok("person", "add", "hr-issuing", "--unit", "HR", "--role", "issuing_officer")
    (tmp_path / "directory.json").write_text(
        '{"providers": [{"slug": "provider-a"}], "platforms": [{"slug": "telegram", "provider": "provider-a"}]}',
        encoding="utf-8",
    )
    ok("directory", "load", "directory.json")
    law = ("--act", "Invented act", "--article", "4", "--authority", "Invented agency", "--kind", "post")
    ok("mandate", "propose", "invented-mandate", *law, "--as", "AGY/agy-coordinator")
    ok("mandate", "confirm", "invented-mandate", "--as", "HR/hr-coordinator")


def digest_shown() -> str:
    """What stands where the page says BASIS."""
    forms = ok("assess", "next", "--operation", "my-day", "--as", "HR/hr-assessor-1", "--json").objects
    return str(next(one["basis"] for one in forms if one["key"].endswith("openiru_tutorial/1")))


def run_as_written(line: str) -> tuple[str, Ran]:
    """One line of a block, with what only this run can know put in."""
    if "BASIS" in line:
        line = line.replace("BASIS", digest_shown())
    if "REFERENCE" in line:
        batches = ok("referral", "list", "--operation", "my-day", "--as", "HR/hr-issuing", "--json").objects
        line = line.replace("REFERENCE", batches[0]["reference"])
    words = shlex.split(line)
    assert words[0] == "openiru"
    ran = openiru(*words[1:])
    sequence()
    return line, ran


@pytest.mark.usefixtures("played")
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    said: dict[str, str] = {}
    for kind, about, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "file":
            (tmp_path / about.strip()).write_text(text, encoding="utf-8")
            continue
        wanted = int(about.partition("exit=")[2] or 0)
        for line in text.splitlines():
            done, ran = run_as_written(line)
            assert ran.code == wanted, f"{done}\n{ran.out}{ran.err}"
            said[line] = ran.out + ran.err
    tried = next(out for line, out in said.items() if "--dry-run" in line)
    assert "row 5 refused" in tried
    assert "known" in tried
    held = [out for line, out in said.items() if "item show https://t.me/openiru_tutorial/2" in line]
    assert "call desk@unit-hr.example" in held[0]
    assert "invented inquiry" not in held[0]
    assert "All of it holds." in said["openiru ledger verify"]
    assert "nobody is logged in" in tried


def test_the_tutorial_names_only_what_the_examples_have() -> None:
    text = PAGE.read_text(encoding="utf-8")
    people = (FILES / "units.json").read_text(encoding="utf-8") + (FILES / "scenario.json").read_text(
        encoding="utf-8"
    )
    named = set(re.findall(r"--as [A-Z]+/([a-z0-9-]+)$", text, re.MULTILINE))
    assert named
    assert {name for name in named if f'"{name}"' not in people} == set()
