"""openiru login, logout, whoami: the token of the person at this shell."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from openiru.core.errors import InputError, UsageError
from openiru.entrypoints.cli.options import As, Json
from openiru.entrypoints.cli.output import Output
from openiru.entrypoints.cli.session import keep_token, person, start, token_file

LONGEST = 200


def login(
    *,
    token_from: Annotated[
        Path | None,
        typer.Option("--token-file", metavar="FILE", help="Read the token from this file; - for stdin."),
    ] = None,
    json: Json = False,
) -> None:
    """Act as the person whose token you hold. It is asked for without echo, never taken from the command line."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.queries import by_token

    token = _read(token_from)
    if not token.isascii() or not token.startswith("oiru_") or len(token) > LONGEST:
        raise InputError(
            "this is not a token", hint="A token begins with oiru_; openiru token issue makes one."
        )
    by = by_token(token)
    with acting(by) as now:
        unit, roles = now.unit_code, sorted(now.roles)
    path = keep_token(token)
    Output(as_json=json).answer(
        {"unit": unit, "roles": roles, "kept_in": str(path)}, f"You act for {unit} as {', '.join(roles)}."
    )


def _read(source: Path | None) -> str:
    if source is not None and str(source) != "-":
        try:
            return source.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise UsageError(f"the file cannot be read: {error.strerror}", where=str(source)) from error
    if source is not None or not sys.stdin.isatty():
        return sys.stdin.readline(LONGEST * 2).strip()
    return str(typer.prompt("Token", hide_input=True)).strip()


def logout(*, json: Json = False) -> None:
    """Forget the token that is kept for this instance."""
    path = token_file()
    known = path.exists()
    path.unlink(missing_ok=True)
    Output(as_json=json).answer({"forgotten": known}, "Forgotten." if known else "Nobody was logged in.")


def whoami(*, as_: As = "", json: Json = False) -> None:
    """Who acts at this shell: unit, roles, environment, business time."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.foundation.people.queries import person as read

    by = person(as_)
    with acting(by) as now:
        mine = read(by.person)
        told = {
            "unit": now.unit_code,
            "handle": mine["handle"],
            "pseudonym": now.pseudonym,
            "roles": sorted(now.roles),
            "environment": now.environment,
            "business_time": now.at,
        }
    Output(as_json=json).answer(
        told,
        f"{told['unit']}/{told['handle']}  ({', '.join(sorted(mine['roles']))})",
        f"{told['environment']} instance, business time {now.at:%Y-%m-%d %H:%M} UTC",
    )
