"""Fences that import-linter cannot see: parts of the standard library, stages' back doors, programs in disguise."""

from __future__ import annotations

import ast
import re
import sys

from tests.house.source import Source, python, stage_of

#: Modules of the standard library that touch the world. core is without them.
WORLDLY = {
    "asyncio", "ctypes", "fcntl", "getpass", "glob", "http", "importlib", "locale", "logging", "mmap",
    "multiprocessing", "os", "pathlib", "pickle", "platform", "pwd", "random", "secrets", "select", "shelve",
    "shutil", "signal", "smtplib", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading",
    "time", "webbrowser",
}  # fmt: skip
#: The one program among the rules: it is copied out of the house and run alone.
RUNS_ALONE = "src/openiru/core/evidence/verify_export.py"
#: Other ways to open a connection or start a program than those the contract "hands" names.
HANDS = re.compile(
    r"^(urllib\.request|http\.client|http\.server|xmlrpc|asyncio|pty|nntplib|telnetlib|_socket)\b"
)
STARTERS = re.compile(r"^os\.(system|popen|fork|forkpty|exec\w+|spawn\w+|posix_spawnp?)$")


def test_core_is_the_standard_library_without_the_world() -> None:
    found = []
    for source in python("src/openiru/core"):
        for line, name in source.imports():
            top = name.partition(".")[0]
            if name.startswith("openiru.core") or source.name == RUNS_ALONE or name == "openiru":
                continue
            if top not in sys.stdlib_module_names or top in WORLDLY or name.startswith("urllib.request"):
                found.append(f"{source.name}:{line} {name}")
    assert found == []


def test_core_opens_no_file() -> None:
    """A buffer in memory is no file; ``io`` itself is therefore allowed, and these are not."""
    found = [
        f"{source.name}:{node.lineno}"
        for source in python("src/openiru/core")
        if source.name != RUNS_ALONE
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"open", "io.open", "io.FileIO", "input"}
    ]
    assert found == []


def test_the_program_that_runs_alone_imports_nothing_of_the_house() -> None:
    (alone,) = [source for source in python("src/openiru/core") if source.name == RUNS_ALONE]
    tops = {name.partition(".")[0] for _, name in alone.imports()}
    assert tops - sys.stdlib_module_names == {"cryptography"}


def test_only_egress_knows_another_way_out() -> None:
    found = []
    for source in python("src"):
        if source.name.startswith("src/openiru/egress/"):
            continue
        found += [f"{source.name}:{line} {name}" for line, name in source.imports() if HANDS.match(name)]
        found += [
            f"{source.name}:{node.lineno} {ast.unparse(node)}"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Attribute) and STARTERS.match(ast.unparse(node))
        ]
    assert found == []


def test_a_stage_looks_back_at_models_and_queries_only() -> None:
    found = []
    for source in python("src/openiru/stages"):
        for line, name in source.imports():
            other = stage_of(name)
            if other and other != stage_of(source.name):
                room = [*name.split("."), "", ""][3]
                if room not in {"models", "queries"}:
                    found.append(f"{source.name}:{line} {name}")
    # "from openiru.stages.intake import queries" gives the bare stage as well as the room; only the bare
    # one is dropped
    assert [text for text in found if not _only_the_bare_stage(text)] == []


def _only_the_bare_stage(text: str) -> bool:
    return len(text.rpartition(" ")[2].split(".")) == 3


def test_the_journey_reaches_no_adapter_and_no_hand() -> None:
    found = [
        f"{source.name}:{line} {name}"
        for source in python("src")
        if source.name == "src/openiru/journey.py"
        for line, name in source.imports()
        if name.startswith(("openiru.adapters", "openiru.egress")) or HANDS.match(name)
    ]
    assert found == []


def test_the_source_never_imports_the_examples_or_names_the_played_internet() -> None:
    found = []
    for source in python("src"):
        found += [
            f"{source.name}:{line}" for line, name in source.imports() if name.split(".")[0] == "examples"
        ]
        found += _mentions(source, re.compile(r"examples[./]loopback"))
    assert found == []


def test_the_admin_site_that_writes_past_the_commands_is_nowhere() -> None:
    found = [
        text for source in python("src") for text in _mentions(source, re.compile(r"django\.contrib\.admin"))
    ]
    assert found == []


def test_only_the_settings_read_the_environment() -> None:
    """A child program may look at its own, empty, environment: that is how it proves that it is empty."""
    allowed = {"src/openiru/settings.py", "src/openiru/egress/probe.py"}
    found = [
        f"{source.name}:{node.lineno}"
        for source in python("src")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.getenv", "os.putenv"}
    ]
    assert [place for place in found if place.partition(":")[0] not in allowed] == []


def _mentions(source: Source, pattern: re.Pattern[str]) -> list[str]:
    return [f"{source.name}:{number}" for number, line in enumerate(source.lines, 1) if pattern.search(line)]
