"""docs/reference/cli.md, made from the program itself: python -m openiru.entrypoints.cli.reference > docs/reference/cli.md"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from openiru.entrypoints.cli.program import ENTRIES, built

HEAD = """\
# The program `openiru`

Made from the program (`python -m openiru.entrypoints.cli.reference`); a test holds the two together.

It acts as the person whose token it holds (`openiru login`). `--as UNIT/handle` exists only in demo and exercise: in a
live instance one person at a shell would be two. Every command knows `--json` (one object, or one object a line for
lists) and `--help`. Answers go to standard output, everything else to standard error; an error with `--json` is one
object on standard error, `{"error": {"code", "message", "where", "saved", "hint"}}`. `NO_COLOR` is heeded.

| exit code | means |
|---|---|
| 0 | done |
| 1 | failed, or a rule forbids it: the message says which, what was saved, and what to do |
| 2 | wrong usage: nothing was done |
| 3 | done, but rows need a person: some were refused, or something warns |
"""


def markdown() -> str:
    """The whole page."""
    parts = [HEAD]
    panels: dict[str, list[str]] = {}
    for one in ENTRIES:
        panels.setdefault(one.panel, []).extend(_sections(built(one.name), [one.name]))
    for panel in sorted(panels):
        parts += [f"## {panel}\n", *panels[panel]]
    return "\n".join(parts)


def _sections(command: Any, words: list[str]) -> Iterator[str]:
    children = getattr(command, "commands", {})
    if not children:
        yield _section(command, " ".join(words))
    for name, child in children.items():
        if not child.hidden:
            yield from _sections(child, [*words, name])


def _section(command: Any, name: str) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    usage = " ".join(["openiru", name, *(_word(one) for one in arguments), "[OPTIONS]"])
    lines = [f"### `openiru {name}`", "", _plain(command.help), "", f"    {usage}", ""]
    rows = [_row(one) for one in command.params if one.name not in {"json", "help"}]
    if rows:
        lines += ["| | |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _word(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _row(one: Any) -> str:
    if one.param_type_name == "argument":
        return f"| `{_word(one)}` | {_plain(one.help)} |"
    names = ", ".join(f"`{name}`" for name in [*one.opts, *one.secondary_opts])
    kind = getattr(one, "type_descriptor", None)
    choices = kind.choices if kind is not None and kind.is_choice else ()
    said = [_plain(one.help)] if one.help else []
    if choices:
        said.append(
            "One of " + ", ".join(f"`{getattr(choice, 'value', choice)}`" for choice in choices) + "."
        )
    default = getattr(one.default, "value", one.default)
    if one.required:
        said.append("Needed.")
    elif default not in {None, "", False} and not isinstance(default, list | tuple):
        said.append(f"Default: `{default}`.")
    return f"| {names} | {' '.join(said)} |"


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(markdown())
