"""The fence between OpenIRU and the worlds it is tried on: neither imports nor names the other's modules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.examples.played_internet import ROOT

EXAMPLES = sorted((ROOT / "examples").rglob("*.py"))


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    plain = {a.name for node in ast.walk(tree) if isinstance(node, ast.Import) for a in node.names}
    return plain | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_example_imports_anything_of_openiru(path: Path) -> None:
    assert {name for name in imported(path) if name.split(".")[0] == "openiru"} == set()


def test_openiru_neither_imports_nor_names_the_examples() -> None:
    named = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "src").rglob("*.py")
        if "examples.loopback" in path.read_text("utf-8")
        or "examples" in {m.split(".")[0] for m in imported(path)}
    ]
    assert named == []


def test_the_readme_tells_of_every_platform_and_provider() -> None:
    text = (ROOT / "examples/README.md").read_text("utf-8")
    slugs = [part.partition(" |")[0] for part in text.split("\n| ")]
    assert len([s for s in slugs if s.startswith("provider-")]) == 9
    assert sum(f"| provider-{letter} |" in text for letter in "abcdefghi") == 9
    assert text.count("| provider-") >= 27
