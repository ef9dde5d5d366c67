"""openiru referral link, messages: the provider's page from the unit's side."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from typing import Annotated

import typer

from openiru.entrypoints.cli.options import As, Json, Operation, Reason
from openiru.entrypoints.cli.output import Output
from openiru.entrypoints.cli.session import person, reading, start, within

Reference = Annotated[str, typer.Argument(metavar="REFERENCE")]


def link(
    reference: Reference,
    *,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="End the link; make no new one.")] = False,
    why: Reason = "",
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Make a new link to the provider's page of a letter, shown this once; the link before it ends."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.stages.referral.commands_links import new_link, withdraw_link
    from openiru.stages.referral.queries import ids_of

    by = within(person(as_), operation)
    with acting(by):
        (referral,) = ids_of([reference])
    out = Output(as_json=json)
    if withdraw:
        withdraw_link(by=by, referral=referral, why=why)
        out.answer({"reference": reference, "withdrawn": True}, f"The link of {reference} works no more.")
        return
    given = new_link(by=by, referral=referral, why=why)
    out.answer(
        {"reference": reference, "address": given.address, "code": given.code},
        f"address: {given.address}",
        f"code:    {given.code}",
        "Hand them to the provider by a way you know to be theirs. They are not shown again.",
    )


def messages(
    reference: Annotated[str, typer.Argument(metavar="[REFERENCE]")] = "",
    *,
    operation: Operation = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """What providers said on their pages beside answers: came in, have the letter, questions, disputes."""
    start()
    from openiru.stages.referral.portal.queries import messages as said

    with reading(as_, operation):
        found = said(reference=reference)
    Output(as_json=json).rows(
        found, ("at", "reference", "kind", "name", "contact", "text"), empty="nobody has written"
    )
