"""The house's own source, read once: what the house tests look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "openiru"
STOREYS = ("core", "engines", "ports", "egress", "adapters", "foundation", "stages", "entrypoints")


@dataclass(frozen=True)
class Source:
    """One file of Python: its path below the root, its text and its tree."""

    name: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of everything imported; ``from a import b`` gives both a and a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = "." * node.level + (node.module or "")
                yield node.lineno, base
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


@cache
def python(folder: str) -> tuple[Source, ...]:
    """Every Python file below ``folder`` of the root, in order."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        found.append(Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(found)


def ours() -> tuple[Source, ...]:
    """Everything written in Python here."""
    return python("src") + python("tests") + python("benchmarks") + python("examples")


def stage_of(name: str) -> str:
    """The stage that a dotted name or a path below src belongs to, or nothing."""
    parts = name.removeprefix("src/").replace("/", ".").split(".")
    return (
        parts[2] if parts[:2] == ["openiru", "stages"] and len(parts) > 2 and parts[2] != "__init__" else ""
    )
