"""openiru address: the key of any address, without an instance and without a database."""

from __future__ import annotations

from typing import Annotated

import typer

from openiru.entrypoints.cli.keys import keys
from openiru.entrypoints.cli.options import Json


def address(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL]...", help="Addresses; none or -: from stdin.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Show the one key of each address, its platform, kind and extent, and why. Exit 3 when one is no address."""
    raise typer.Exit(keys(urls or (), json=json))
