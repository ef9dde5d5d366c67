"""openiru ledger: verify, export, status."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from openiru.entrypoints.cli.options import As, Json, Operation
from openiru.entrypoints.cli.output import FAILED, Output
from openiru.entrypoints.cli.progress import counting
from openiru.entrypoints.cli.session import person, start, within

app = typer.Typer(help="The log that everything stands in.", no_args_is_help=True)


@app.command("verify")
def verify(
    *,
    projections: Annotated[
        bool,
        typer.Option(
            "--projections",
            help="Also make the tables that figures are read from again and compare; takes twice as long again.",
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Read the whole log and every row it watches; name what was changed behind its back. Exit 1 when something was."""
    start()
    from openiru.foundation.ledger.verify import verify as check
    from openiru.foundation.registry.checking import check_projections

    out = Output(as_json=json)
    with counting("read", quiet=json) as progress:
        found = check(lambda _what, done, _of: progress(done))
        rows = check_projections(found.fail, lambda _what, done, _of: progress(done)) if projections else None
    facts = {
        name: getattr(found, name) for name in ("holds", "leaves", "waiting", "checkpoints", "rows", "root")
    } | {"projections": rows}
    lines = [
        f"{found.leaves:,} leaves, {found.waiting:,} wait for an index, {found.checkpoints:,} checkpoints, {found.rows:,} rows",
        *([] if rows is None else [f"{rows:,} rows of projections compared with what the log gives"]),
        "All of it holds." if found.holds else f"{len(found.problems) + found.more:,} things do not hold:",
    ]
    for one in found.problems:
        index = "" if one.index is None else f", leaf {one.index}"
        lines.append(f"  {one.table} {one.row}{index}: {one.what}")
    out.answer({**facts, "problems": found.problems, "more": found.more}, *lines)
    if not found.holds:
        raise typer.Exit(FAILED)


@app.command("export")
def export(
    directory: Annotated[Path, typer.Argument(help="A directory that does not exist yet.")],
    *,
    operation: Annotated[
        str, typer.Option("--operation", "-o", metavar="SLUG", help="Open its leaves; none: open no leaf.")
    ] = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Write the log to disk, with a verifier that needs no OpenIRU."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.ledger.export import export as write
    from openiru.foundation.people.permissions import require

    by = person(as_)
    by = within(by, operation) if operation else by
    with acting(by) as now:
        require(now, "ledger.read")
    done = write(directory, by=by)
    out = Output(as_json=json)
    out.answer(
        {"directory": str(done.directory), "leaves": done.leaves, "opened": done.opened, "key": done.key},
        f"{done.leaves:,} leaves in {done.directory}, {done.opened:,} opened",
        f"key {done.key}",
    )
    out.next(f"cd {done.directory} && python3 verify.py .")


@app.command("status")
def status(*, operation: Operation = "", as_: As = "", json: Json = False) -> None:
    """The size of the log, what waits, and its last checkpoint."""
    start()
    from openiru.entrypoints.worker import status as look
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.permissions import require

    by = person(as_)
    with acting(within(by, operation) if operation else by) as now:
        require(now, "ledger.read")
    found = look()
    told = {name: found[name] for name in ("log_size", "pending_leaves", "last_checkpoint_at")}
    when = found["last_checkpoint_at"]
    Output(as_json=json).answer(
        told,
        f"{found['log_size']:,} leaves, {found['pending_leaves']:,} wait for their index",
        f"last checkpoint {when:%Y-%m-%d %H:%M} UTC" if when else "no checkpoint yet",
    )
