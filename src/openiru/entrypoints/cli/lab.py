"""openiru lab: the engines on loose files of one's own, without instance or database."""
# ruff: noqa: PLC0415 - the engines are read when a command needs them, so that --help answers at once

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openiru.core.errors import UsageError
from openiru.entrypoints.cli.files import read_bytes
from openiru.entrypoints.cli.options import Json
from openiru.entrypoints.cli.output import ATTENTION, Output

if TYPE_CHECKING:
    from openiru.ports.formats import Note, Refused, Row

app = typer.Typer(help="The engines on files of your own: no instance, no database.", no_args_is_help=True)
LARGEST_TEXT = 64 * 1024 * 1024


@app.command("formats")
def formats(*, json: Json = False) -> None:
    """Which formats can be read here."""
    from openiru.stages.intake.files import formats as known_formats

    rows = [{"format": name, "title": title} for name, title in sorted(known_formats().items())]
    Output(as_json=json).rows(rows, ("format", "title"))


@app.command("read")
def read(
    file: Annotated[Path, typer.Argument()],
    *,
    format_name: Annotated[str, typer.Option("--format", help="Name the format.")] = "",
    mapping: Annotated[list[str] | None, typer.Option("--map", metavar="FIELD=COLUMN")] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, help="How many rows to show.")] = 20,
    json: Json = False,
) -> None:
    """Show how a file would be read: columns, encoding, rows, what is refused and why."""
    from openiru.ports.formats import Refused
    from openiru.stages.intake.files import open_file

    given = {}
    for pair in mapping or ():
        name, equals, column = pair.partition("=")
        if not equals:
            raise UsageError("--map takes FIELD=COLUMN", where="--map")
        given[name] = column
    source = open_file(file, format_name=format_name, mapping=given)
    out = Output(as_json=json)
    head = source.understanding
    if not json:
        out.line(f"{source.name}: {source.reader.title} {head.encoding} {source.digest}")
        for column, name in head.columns.items():
            out.line(f"  column {column!r} is the {name}")
    refused = 0
    for one in islice(source.rows(), rows):
        refused += isinstance(one, Refused)
        out.answer({type(one).__name__.lower(): one}, _said(one))
    if refused:
        raise typer.Exit(ATTENTION)


def _said(one: Row | Refused | Note) -> str:
    from openiru.ports.formats import Refused, Row

    if isinstance(one, Row):
        return f"row {one.number}: {one.address}"
    if isinstance(one, Refused):
        return f"row {one.number} refused: {one.reason}"
    return f"note: {one.text}"


@app.command("address")
def links(file: Annotated[Path, typer.Argument()], *, json: Json = False) -> None:
    """Find the addresses in a text, defanged ones too, and show their keys."""
    from openiru.engines.addresses import AddressError, find_links, try_canonicalise

    data = read_bytes(file)
    if len(data) > LARGEST_TEXT:
        raise UsageError(f"the text is larger than {LARGEST_TEXT:,} bytes", where=str(file))
    out = Output(as_json=json)
    bad = 0
    for found in find_links(data.decode("utf-8", "replace")):
        keyed = try_canonicalise(found.url)
        if isinstance(keyed, AddressError):
            bad += 1
            out.answer({"input": found.raw, "error": keyed.as_dict()}, f"{found.raw}: {keyed.message}")
        else:
            out.answer(keyed.as_dict() | {"input": found.raw}, f"{keyed.key}   {keyed.defanged}")
    if bad:
        raise typer.Exit(ATTENTION)


@app.command("sandbox")
def sandbox(*, json: Json = False) -> None:
    """Which fences hold around the child that reads workbooks, and which ways out it found closed."""
    from openiru.foundation.database.outside import sandbox as fences

    found = fences()
    out = Output(as_json=json)
    lines = [f"holds    {name}" if why is True else f"MISSING  {name}: {why}" for name, why in found.items()]
    out.answer(found, *lines)
    if any(why is not True for why in found.values()):
        raise typer.Exit(ATTENTION)
