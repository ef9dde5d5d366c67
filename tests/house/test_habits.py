"""Habits of the house that no linter keeps."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.house.source import PACKAGE, ROOT, Source, ours, python

EXCUSE = re.compile(
    r"#\s*(?P<kind>noqa|type:\s*ignore)(?P<codes>:\s*[A-Z0-9, ]+|\[[a-z0-9, -]+\])?(?P<rest>.*)$"
)
REASON = re.compile(r"[^\W\d_]{3}")
MACHINE = re.compile(r"""["'](/home/|/root/|/Users/|/work/|C:\\\\)""")
#: Tries on purpose to write where it must not be able to: a path of every machine, and of nobody's.
TRIES_THE_FENCE = "src/openiru/egress/probe.py"
SAYS_SO = re.compile(r"_?(assert|expect)_")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def excuses(source: Source) -> Iterator[tuple[int, str, str, str]]:
    """(line, kind, code, what is said behind it) of each suppressed finding."""
    for number, line in enumerate(source.lines, 1):
        if (match := EXCUSE.search(line)) is None:
            continue
        codes = re.split(r"[,\s]+", (match["codes"] or "").strip(":[] ")) or [""]
        for code in codes:
            yield number, match["kind"], code, match["rest"]


def test_every_suppressed_finding_names_its_rule() -> None:
    found = [
        f"{source.name}:{number}"
        for source in ours()
        for number, kind, code, _ in excuses(source)
        if not code and not source.name.startswith("tests/house/")
    ]
    assert found == []


def test_every_suppressed_finding_says_why_at_least_once_a_file() -> None:
    """The reason stands on the line; a second line of the same file with the same rule may lean on the first."""
    found = []
    for source in ours():
        given: set[str] = set()
        for number, kind, code, rest in excuses(source):
            if REASON.search(rest):
                given.add(code)
            elif code not in given:
                found.append(f"{source.name}:{number} {kind} {code}")
    assert found == []


def test_the_source_does_not_print() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in python("src")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "breakpoint"}
    ]
    assert found == []


def test_no_error_is_swallowed() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in python("src")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        and _catches_all(node)
        and all(isinstance(x, ast.Pass) for x in node.body)
    ]
    assert found == []


def _catches_all(node: ast.ExceptHandler) -> bool:
    return node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{source.name}:{number}"
        for source in ours()
        if not source.name.startswith("tests/house/")
        for number, line in enumerate(source.lines, 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    found = [
        f"{source.name}:{number}"
        for source in ours()
        if not source.name.startswith("tests/") and source.name != TRIES_THE_FENCE
        for number, line in enumerate(source.lines, 1)
        if MACHINE.search(line)
    ]
    assert found == []


def test_every_room_says_what_it_is_for() -> None:
    silent = []
    for folder in sorted({path.parent for path in PACKAGE.rglob("*.py")}):
        if folder.name == "migrations" or (folder / "README.md").exists():
            continue
        head = folder / "__init__.py"
        if not head.exists() or not ast.get_docstring(ast.parse(head.read_text(encoding="utf-8"))):
            silent.append(folder.relative_to(ROOT).as_posix())
    assert silent == []


def test_every_test_asserts() -> None:
    """By itself, by expecting an error or something of a page, or by a helper of its file that does and is called so."""
    idle = []
    for source in python("tests"):
        helpers = {node.name for node in source.functions() if SAYS_SO.match(node.name) and _asserts(node)}
        idle += [
            f"{source.name}:{node.lineno} {node.name}"
            for node in source.functions()
            if node.name.startswith("test_") and not _asserts(node) and not helpers & _called(node)
        ]
    assert idle == []


def _asserts(node: ast.AST) -> bool:
    called = _called(node)
    return (
        any(isinstance(part, ast.Assert) for part in ast.walk(node))
        or bool({"raises", "warns", "fail", "expect"} & called)  # expect: of a page, by Playwright
        or any(name.startswith("expect_") for name in called)  # tests/pages/browsing.py
    )


def _called(node: ast.AST) -> set[str]:
    calls = [part.func for part in ast.walk(node) if isinstance(part, ast.Call)]
    return {ast.unparse(call).rpartition(".")[2] for call in calls}
