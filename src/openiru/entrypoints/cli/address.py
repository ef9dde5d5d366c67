"""openiru address: the key of any address, without an instance and without a database."""
# ruff: noqa: PLC0415 - the engines are read when a command needs them, so that --help answers at once

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from openiru.core.errors import UsageError
from openiru.entrypoints.cli.options import Json
from openiru.entrypoints.cli.output import ATTENTION, Output, harmless

if TYPE_CHECKING:
    from openiru.engines.addresses import Address

LONGEST_LINE = 1_000_000


def address(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL]...", help="Addresses; none or -: from stdin.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Show the one key of each address, its platform, kind and extent, and why. Exit 3 when one is no address."""
    from openiru.engines.addresses import AddressError, try_canonicalise

    out = Output(as_json=json)
    given = iter(urls) if urls and urls != ["-"] else _lines(sys.stdin)
    bad = 0
    for raw in given:
        found = try_canonicalise(raw)
        if isinstance(found, AddressError):
            bad += 1
            out.answer(
                {"input": raw, "error": found.as_dict()},
                f"{harmless(raw, 200)}",
                f"  no address: {found.message}",
            )
            continue
        out.answer(found.as_dict(), *_text(found))
    if bad:
        raise typer.Exit(ATTENTION)


def _lines(source: TextIO) -> Iterator[str]:
    if source.isatty():
        raise UsageError("no address was given", hint="openiru address URL, or one address a line on stdin")
    raw = getattr(source, "buffer", None)
    while line := (
        raw.readline(LONGEST_LINE).decode("utf-8", "replace") if raw else source.readline(LONGEST_LINE)
    ):
        if text := line.strip("\r\n"):
            yield text


def _text(found: Address) -> Iterator[str]:
    yield harmless(found.input, 200)
    yield f"  key        {found.key}"
    yield f"  shown as   {found.defanged}"
    yield f"  platform   {found.platform}, {found.kind.value}, extent {found.extent.value}"
    if found.account:
        yield f"  account    {found.account}"
    yield f"  why        {found.why}"
    if found.needs_resolving:
        yield "  a shortener: openiru item resolve follows it"
