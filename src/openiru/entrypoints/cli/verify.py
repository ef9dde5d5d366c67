"""openiru verify: look at what was referred, and say what became of it."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from typing import Annotated

import typer

from openiru.entrypoints.cli.options import As, Json, Operation
from openiru.entrypoints.cli.output import ATTENTION, Output
from openiru.entrypoints.cli.session import person, reading, start, within

app = typer.Typer(help="Is it really gone?", no_args_is_help=True)


@app.command("run")
def run(
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many looks.")] = 5_000,
    before: Annotated[
        bool, typer.Option("--before", help="Look at what is decided and not referred yet.")
    ] = False,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Look at everything that is due, control pairs first. Gone needs positive evidence in two looks."""
    start()
    from openiru.stages.verification.commands import plan_looks
    from openiru.stages.verification.commands import run as look

    by = within(person(as_), operation)
    planned = 0 if before else plan_looks(by=by)
    done = look(by=by, limit=limit, before=before)
    out = Output(as_json=json)
    told = done.as_dict() | {"planned": planned}
    outcomes = (
        ", ".join(f"{count:,} {name}" for name, count in sorted(done.outcomes.items())) or "nothing was due"
    )
    out.answer(
        told,
        "another run of this operation is going on; nothing was done"
        if done.busy
        else f"{done.looks:,} looks: {outcomes}",
        f"{done.confirmed_gone:,} confirmed gone, {done.returned:,} came back, {done.already_gone:,} gone before referral",
    )
    for platform in done.misread:
        out.line(f"  {platform}: its control pair was misread; nothing is concluded there")
    if done.busy or done.misread:
        raise typer.Exit(ATTENTION)


@app.command("show")
def show(*, operation: Operation = "", as_: As = "", json: Json = False) -> None:
    """Outcomes by platform, and when the next look is due."""
    start()
    from openiru.stages.verification.queries import next_due, tracking

    with reading(as_, operation):
        found, due = tracking(), next_due()
    out = Output(as_json=json)
    out.rows(found, tuple(found[0]) if found else (), empty="nothing was looked at yet")
    if due is not None:
        out.note(f"next look due {due:%Y-%m-%d %H:%M} UTC")
