"""Every command and option of the program stands in docs/reference/cli.md, and nothing else does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from tests.house.source import PACKAGE, ROOT

PAGE = ROOT / "docs" / "reference" / "cli.md"
MAIN = PACKAGE / "entrypoints" / "cli" / "main.py"
#: Prints {command: [options]} of the program.
TELL = """
import json
from openiru.entrypoints.cli.program import ENTRIES, built
def tell(command, words):
    children = getattr(command, "commands", {})
    if words and not children:
        found[" ".join(words)] = sorted(
            option for given in command.params if given.param_type_name == "option"
            for option in given.opts if option.startswith("--")
        )
    for name, child in children.items():
        if not child.hidden:
            tell(child, [*words, name])
found = {}
for entry in ENTRIES:
    tell(built(entry.name), [entry.name])
print(json.dumps(found))
"""
pytestmark = pytest.mark.skipif(
    not (MAIN.exists() and PAGE.exists()), reason="the program or its page is not written yet"
)


@cache
def told(data_dir: Path) -> dict[str, list[str]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPENIRU_")}
    environment |= {"OPENIRU_DATA_DIR": str(data_dir)}
    ran = subprocess.run(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", TELL], capture_output=True, text=True, check=False, timeout=60, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, list[str]] = json.loads(ran.stdout)
    return answer


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return told(tmp_path_factory.mktemp("data"))


def test_every_command_is_documented_and_nothing_else_is(program: dict[str, list[str]]) -> None:
    """A command has a heading of its own, ``## `openiru operation create` ``, at whatever level."""
    documented = set(re.findall(r"^#+ `openiru ([^`]+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == set(program)


def test_every_option_stands_under_its_command(program: dict[str, list[str]]) -> None:
    parts = re.split(r"^#+ `openiru ([^`]+)`$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    missing = [
        f"{command} {option}"
        for command, options in program.items()
        for option in options
        if option not in {"--help", "--json"} and f"`{option}" not in sections.get(command, "")
    ]
    assert missing == []
