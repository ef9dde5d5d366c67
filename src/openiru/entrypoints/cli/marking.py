"""openiru item marking: the contributor shows and changes the marking of what it contributed."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from typing import Annotated

import typer

from openiru.core.intake.marking import Restriction
from openiru.core.vocabulary import Pap, Tlp
from openiru.entrypoints.cli.options import As, Json, Operation
from openiru.entrypoints.cli.output import Output
from openiru.entrypoints.cli.session import person, start, within

KNOWN = ", ".join(one.value for one in Restriction if one.value)


def marking(
    which: Annotated[list[str], typer.Argument(metavar="KEY|URL...")],
    *,
    tlp: Annotated[Tlp | None, typer.Option("--tlp", help="From now on.")] = None,
    pap: Annotated[Pap | None, typer.Option("--pap", help="From now on.")] = None,
    restriction: Annotated[
        str | None,
        typer.Option("--restriction", help=f"From now on: {KNOWN}, your own words, or '' for none."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the ledger.")] = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Change the marking of your own unit's contributions to items; without an option, show it. What others said stands."""
    start()
    from openiru.entrypoints.cli.item import key_of
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.permissions import require
    from openiru.foundation.registry.queries import by_key
    from openiru.stages.intake.markings import Marking, change_marking, own_markings

    by = within(person(as_), operation)
    out = Output(as_json=json)
    with acting(by) as now:
        require(now, "item.read")
        ids = {by_key(key_of(one))["id"]: one for one in which}
        wanted = Marking(tlp=tlp, pap=pap, restriction=restriction)
        if wanted == Marking() and not reason:
            columns = ("key", "tlp", "pap", "restriction", "contributed_at")
            out.rows(own_markings(list(ids)), columns, empty="your unit contributed nothing to it")
            return
    done = change_marking(by=by, items=list(ids), marking=wanted, reason=reason)
    lines = []
    for one in done:
        seen = {
            None: "",
            True: "; all of the operation sees it now",
            False: "; only its contributors see it now",
        }
        lines.append(f"{ids[one.item]}: {one.contributions} contributions changed{seen[one.open]}")
    out.answer({"items": done}, *lines)
