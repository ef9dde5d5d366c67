"""openiru report: the public statement and the full tables, as of any size of the log."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from openiru.core.errors import UsageError
from openiru.entrypoints.cli.files import write_bytes
from openiru.entrypoints.cli.options import As, Json, OutputFile
from openiru.entrypoints.cli.output import Output, escaped
from openiru.entrypoints.cli.session import moment, operation, person, start

if TYPE_CHECKING:
    from openiru.core.impact.report import Report
    from openiru.foundation.database.acting import By


def report(  # noqa: PLR0913 - which figures, as of when, in which form, where to
    *,
    operations: Annotated[
        list[str] | None,
        typer.Option(
            "--operation", "-o", metavar="SLUG", help="Several make a campaign; an item counts once."
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All time: every operation your unit took part in.")
    ] = False,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="SIZE|TIME", help="A size of the log, or a time: the checkpoint before it."
        ),
    ] = "",
    format_name: Annotated[str, typer.Option("--format", help="text, json, csv or html.")] = "",
    language: Annotated[str, typer.Option("--language", help="How numbers are written.")] = "en",
    output: OutputFile = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Keep the statement, and its digest in the log.")
    ] = False,
    as_: As = "",
    json: Json = False,
) -> None:
    """Print the public statement and its figures. The same as-of gives the same bytes."""
    start()
    from openiru.stages.impact.rendering import render

    if everything and operations:
        raise UsageError("give --operation or --all", where="--all")
    by = person(as_)
    found = [] if everything else [operation(by, slug) for slug in operations or [""]]
    made = _made(by, found, _when(as_of, found), language, publish=publish)
    name = format_name or ("json" if json else "text")
    data = render(made, name, language)
    out = Output(as_json=json)
    _waiting(out, whole=not as_of)
    if output is None:
        _write(out, data.decode(), name)
    else:
        _save(out, data, output, made.as_of.size)


def _save(out: Output, data: bytes, file: Path, size: int) -> None:
    write_bytes(file, data)
    told = {"file": str(file), "bytes": len(data), "as_of": size}
    out.answer(told, f"{file}: {len(data):,} bytes, as of size {size:,} of the log")


def _made(
    by: By, found: list[dict[str, Any]], as_of: int | datetime | None, language: str, *, publish: bool
) -> Report:
    from openiru.stages.impact import commands

    ids = [UUID(str(one["id"])) for one in found] or None
    if not publish:
        return commands.report(by=by, operations=ids, as_of=as_of, language=language)
    if not ids:
        raise UsageError("a statement is published in the name of an operation", where="--operation")
    return commands.publish(by=by.within(ids[0]), operations=ids, as_of=as_of, language=language).report


def _when(text: str, found: list[dict[str, Any]]) -> int | datetime | None:
    if not text:
        return None
    if text.isascii() and text.replace(",", "").isdigit():
        return int(text.replace(",", ""))
    return moment(text, str(found[0]["zone"]) if found else "UTC", "--as-of")


def _waiting(out: Output, *, whole: bool) -> None:
    """Events without an index are not in the figures: a person should know."""
    from openiru.entrypoints.worker import status

    waiting = status()["pending_leaves"] if whole and not out.json else 0
    if waiting:
        out.note(f"{waiting:,} events wait for their index and are not counted yet: openiru up --detach")


def _write(out: Output, text: str, name: str) -> None:
    if name == "json":
        sys.stdout.write(escaped(text))
    elif name == "text" or sys.stdout.isatty():
        Output(as_json=False).block(text)
    else:
        sys.stdout.write(text)
    if not text.endswith("\n") and name == "json":
        sys.stdout.write("\n")
    if name == "text":
        out.next("openiru report --format html --output report.html", "openiru ledger verify")
