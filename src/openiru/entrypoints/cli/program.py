"""The commands of the program in the order of the story; each is read and built when it is asked for.

Building all of them takes longer than most answers, so the first page of the help is drawn from what they say of themselves.
"""

from __future__ import annotations

import inspect
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import groupby
from typing import Any, Final, NamedTuple

import typer

SETUP, BRING, DECIDE, REFER = "1 · Set up", "2 · Bring in", "3 · Decide", "4 · Refer"
CHECK, PUBLISH, PROVE, LAB = "5 · Check", "6 · Publish", "7 · Prove", "8 · Lab"
ROOM: Final = "openiru.entrypoints.cli"
HELP = "The open platform for Internet Referral Units: from the units' spreadsheets to the published figure."
EPILOG = "Exit codes: 0 done · 1 failed · 2 wrong usage · 3 done, but rows need attention. Every command knows --json."
NARROWEST, WIDEST = 40, 100


class Entry(NamedTuple):
    """A command or a group of commands: where it stands in the story, and the module and name that make it."""

    panel: str
    name: str
    module: str
    member: str

    def read(self) -> Any:
        """The function of the command, or the Typer of the group."""
        return getattr(import_module(f"{ROOM}.{self.module}"), self.member)

    @property
    def said(self) -> str:
        """What it does, in its own words."""
        found = self.read()
        return str(found.info.help) if isinstance(found, typer.Typer) else inspect.getdoc(found) or ""


ENTRIES: Final = (
    Entry(SETUP, "up", "setup", "up"),
    Entry(SETUP, "down", "setup", "down"),
    Entry(SETUP, "status", "setup", "status"),
    Entry(SETUP, "demo", "setup", "demo"),
    Entry(SETUP, "login", "login", "login"),
    Entry(SETUP, "logout", "login", "logout"),
    Entry(SETUP, "whoami", "login", "whoami"),
    Entry(SETUP, "unit", "people", "unit"),
    Entry(SETUP, "person", "invite", "person"),
    Entry(SETUP, "token", "members", "token"),
    Entry(SETUP, "directory", "people", "directory"),
    Entry(SETUP, "mandate", "operation", "mandate"),
    Entry(SETUP, "operation", "operation", "app"),
    Entry(BRING, "address", "address", "address"),
    Entry(BRING, "intake", "intake", "app"),
    Entry(BRING, "item", "item", "app"),
    Entry(DECIDE, "hold", "hold", "app"),
    Entry(DECIDE, "assess", "assess", "app"),
    Entry(REFER, "referral", "referral", "app"),
    Entry(CHECK, "verify", "verify", "app"),
    Entry(PUBLISH, "report", "report", "report"),
    Entry(PROVE, "ledger", "ledger", "app"),
    Entry(LAB, "lab", "lab", "app"),
)
_BY_NAME: Final = {one.name: one for one in ENTRIES}


@cache
def built(name: str) -> Any:
    """The command ``name`` as the library of the command line has it; None when there is none."""
    entry = _BY_NAME.get(name)
    if entry is None:
        return None
    found, part = entry.read(), _new()
    if isinstance(found, typer.Typer):
        part.add_typer(found, name=name, rich_help_panel=entry.panel)
    else:
        part.command(name, rich_help_panel=entry.panel)(found)
    whole: Any = typer.main.get_command(part)
    return whole.commands[name]


class Story(typer.core.TyperGroup):
    """The program itself."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        names: Any = dict.fromkeys(
            _BY_NAME
        )  # known before the commands are: for the library's "Did you mean"
        self.commands = names

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - the library's signature
        """Build the one that is asked for."""
        return built(cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The first page, in boxes as the library draws them for every other page, which takes it much longer."""
        width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
        lines = ["", f" Usage: {ctx.command_path} [OPTIONS] COMMAND [ARGS]...", ""]
        lines += [f" {line}" for line in textwrap.wrap(HELP, width - 2)] + [""]
        lines += _box("Options", [("--help", "Show this message and exit.")], width)
        for panel, entries in groupby(ENTRIES, lambda one: one.panel):
            lines += _box(panel, [(one.name, one.said) for one in entries], width)
        lines += ["", *(f" {line}" for line in textwrap.wrap(EPILOG, width - 2)), ""]
        formatter.write("\n".join(lines) + "\n")


def _box(title: str, rows: Sequence[tuple[str, str]], width: int) -> Iterator[str]:
    column = max(len(one.name) for one in ENTRIES)
    yield f"╭─ {title} {'─' * (width - len(title) - 5)}╮"
    for name, said in rows:
        words = textwrap.wrap(" ".join(said.split()), width - column - 6)
        for place, line in enumerate(words or [""]):
            yield f"│ {name if place == 0 else '':{column}}  {line:{width - column - 6}} │"
    yield f"╰{'─' * (width - 2)}╯"


def _new() -> typer.Typer:
    part = typer.Typer(add_completion=False)
    part.callback()(lambda: None)
    return part


@cache
def program() -> Any:
    """The whole program."""
    whole = typer.Typer(
        name="openiru",
        cls=Story,
        help=HELP,
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    whole.callback()(lambda: None)
    return typer.main.get_command(whole)
