"""openiru person revoke and roles, openiru token list and withdraw: what changes about people who are there."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from openiru.core.errors import NotFoundError, UsageError
from openiru.core.vocabulary import Role
from openiru.entrypoints.cli.options import As, Json
from openiru.entrypoints.cli.output import Output
from openiru.entrypoints.cli.people import person, token, unit_id
from openiru.entrypoints.cli.session import founder, start
from openiru.entrypoints.cli.session import person as who

if TYPE_CHECKING:
    from openiru.foundation.database.acting import By

__all__ = ["person", "token"]

Name = Annotated[str, typer.Argument(metavar="UNIT/HANDLE")]
Names = Annotated[list[str], typer.Argument(metavar="UNIT/HANDLE...", help="People of one unit.")]


def named_people(as_: str, names: list[str]) -> tuple[By, dict[str, UUID]]:
    """Who acts for the one unit of these people, and their ids by the names that were given."""
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.queries import people

    units = {name.partition("/")[0] for name in names}
    if len(units) != 1:
        raise UsageError("these are of more than one unit", where="UNIT/HANDLE", hint="One unit at a time.")
    by = founder(as_, unit_id(as_, units.pop()))
    with acting(by):
        known = {one["handle"]: one["id"] for one in people()}
    if unknown := [name for name in names if name.partition("/")[2] not in known]:
        raise NotFoundError(
            f"there is nobody {unknown[0]}", hint="openiru person list shows the people of your unit."
        )
    return by, {name: known[name.partition("/")[2]] for name in names}


@person.command("revoke")
def person_revoke(names: Names, *, as_: As = "", json: Json = False) -> None:
    """End memberships now, and every token with them. What these people did stays theirs."""
    start()
    from openiru.foundation.people.commands_changes import revoke_people

    by, ids = named_people(as_, names)
    ended = revoke_people(by=by, people=list(ids.values()))
    Output(as_json=json).answer(
        {"people": ids, "tokens": ended}, f"{', '.join(ids)}: ended, with {len(ended)} tokens."
    )


@person.command("roles")
def person_roles(
    name: Name,
    *,
    roles: Annotated[
        list[Role], typer.Option("--role", help="All roles from now on; may be given several times.")
    ],
    as_: As = "",
    json: Json = False,
) -> None:
    """Give somebody exactly these roles, from their next act on. It is told to the ledger; nobody changes their own."""
    start()
    from openiru.foundation.people.commands_changes import set_roles

    by, ids = named_people(as_, [name])
    (done,) = set_roles(by=by, people=[(ids[name], roles)])
    told = {"person": name, "before": sorted(done.before), "roles": sorted(done.after)}
    Output(as_json=json).answer(
        told, f"{name}: {', '.join(told['roles'])} (before: {', '.join(told['before'])})"
    )


@token.command("list")
def token_list(
    name: Annotated[
        str, typer.Argument(metavar="[UNIT/HANDLE]", help="Of one person; none: all that you may see.")
    ] = "",
    *,
    as_: As = "",
    json: Json = False,
) -> None:
    """Tokens by id, label and end: your own, or those of your unit for its administrator. Never the token itself."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.permissions import may, require
    from openiru.foundation.people.queries import tokens

    by, ids = named_people(as_, [name]) if name else (who(as_), {})
    with acting(by) as now:
        asked = list(ids.values()) or ([] if may(now, "token.withdraw") else [by.person])
        if asked != [by.person]:
            require(now, "token.withdraw")
        found = tokens(asked)
    columns = ("id", "handle", "label", "issued_at", "expires_at", "revoked_at", "works")
    Output(as_json=json).rows(found, columns, empty="no token")


@token.command("withdraw")
def token_withdraw(
    which: Annotated[
        list[UUID] | None, typer.Argument(metavar="[TOKEN]...", help="Ids, as token list shows them.")
    ] = None,
    *,
    of: Annotated[str, typer.Option("--of", metavar="UNIT/HANDLE", help="Every token of this person.")] = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """End tokens now: whoever holds one is refused at the next act. Your own, or as administrator any of your unit."""
    start()
    from openiru.foundation.people.commands_changes import withdraw_tokens

    if bool(which) == bool(of):
        raise UsageError("give ids of tokens, or --of", where="TOKEN")
    by, ids = _of(as_, of) if of else (who(as_), list(which or ()))
    ended = withdraw_tokens(by=by, tokens=ids)
    Output(as_json=json).answer({"tokens": ended}, f"{len(ended)} tokens ended.")


def _of(as_: str, name: str) -> tuple[Any, list[UUID]]:
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.queries import tokens

    by, ids = named_people(as_, [name])
    with acting(by):
        return by, [one["id"] for one in tokens(list(ids.values()))]
