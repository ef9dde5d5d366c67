"""openiru demo: the command. Light: it is imported for --help."""
# ruff: noqa: PLC0415 - Django and the settings are read when the day is played, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openiru.entrypoints.cli.options import Json


def demo(
    *,
    scenario: Annotated[
        Path | None, typer.Option("--scenario", metavar="DIR", help="Another scenario than the action day.")
    ] = None,
    items: Annotated[
        int,
        typer.Option("--items", min=0, help="Another scale, e.g. 26000 as in November 2019; 0: as it is."),
    ] = 0,
    seed: Annotated[
        int, typer.Option("--seed", min=0, help="Another day of the same kind; 0: as it is.")
    ] = 0,
    no_serve: Annotated[
        bool,
        typer.Option("--no-serve", help="Open no desk afterwards; end what was started, the server too."),
    ] = False,
    continuous: Annotated[str, typer.Option("--ci", envvar="CI", hidden=True)] = "",
    json: Json = False,
) -> None:
    """Play a referral action day with invented data on this machine alone, show its figures, and open the desk on it.

    The desk stays open until Ctrl-C. With --json it is not opened; with CI set it is opened, tried once and closed.
    """
    from openiru.entrypoints.demo.outside import Order, play
    from openiru.entrypoints.demo.scenario import default_folder

    tried = continuous.lower() not in {"", "0", "false", "no"}
    ends = no_serve or tried
    desk = "" if no_serve else "tried" if tried else "" if json else "stays"
    order = Order(
        scenario=scenario or default_folder(), items=items, seed=seed, serve=not ends, desk=desk, json=json
    )
    if code := play(order):
        raise typer.Exit(code)
