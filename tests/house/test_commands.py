"""Every write is a command: keyword-only, and never without somebody who does it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.house.source import Source, python


def commands() -> Iterator[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Public functions of commands.py, commands_*.py and of packages called commands, in stages and foundation."""
    for source in python("src/openiru/stages") + python("src/openiru/foundation"):
        rooms = source.name.removesuffix(".py").split("/")[4:]
        if not any(room == "commands" or room.startswith("commands_") for room in rooms):
            continue
        for node in source.tree.body:
            public = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith(
                "_"
            )
            if public and not source.name.rpartition("/")[2].startswith("_"):
                assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                yield source, node


def test_commands_take_keywords_only() -> None:
    found = [
        f"{source.name}:{node.lineno} {node.name}"
        for source, node in commands()
        if node.args.args or node.args.posonlyargs or node.args.vararg
    ]
    assert found == []


def test_commands_are_never_without_an_actor() -> None:
    found = []
    for source, node in commands():
        defaults = dict(zip([arg.arg for arg in node.args.kwonlyargs], node.args.kw_defaults, strict=True))
        if "by" not in defaults or defaults["by"] is not None:
            found.append(f"{source.name}:{node.lineno} {node.name}")
    assert found == []
