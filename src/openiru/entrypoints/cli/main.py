"""The program ``openiru``: its commands in the order of the story, its exit codes, and how it fails."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any

import typer

from openiru.core.errors import OpenIruError, OutsideError, UsageError
from openiru.entrypoints.cli import (
    address,
    assess,
    hold,
    intake,
    item,
    lab,
    ledger,
    login,
    members,
    operation,
    people,
    referral,
    report,
    setup,
    verify,
)
from openiru.entrypoints.cli.output import FAILED, WRONG_USAGE, as_json, harmless

SETUP, BRING, DECIDE, REFER = "1 · Set up", "2 · Bring in", "3 · Decide", "4 · Refer"
CHECK, PUBLISH, PROVE, LAB = "5 · Check", "6 · Publish", "7 · Prove", "8 · Lab"
INTERRUPTED = 130


class InOrder(typer.core.TyperGroup):
    """Commands and groups in the order of the story, which their panels number."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names by panel; within one as they were mounted."""
        return sorted(
            super().list_commands(ctx), key=lambda name: str(vars(self.commands[name])["rich_help_panel"])
        )


def _new() -> typer.Typer:
    return typer.Typer(
        name="openiru",
        cls=InOrder,
        help="The open platform for Internet Referral Units: from the units' spreadsheets to the published figure.",
        epilog="Exit codes: 0 done · 1 failed · 2 wrong usage · 3 done, but rows need attention. Every command knows --json.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )


app = _new()


def _mount() -> None:
    for command, panel in (
        (setup.up, SETUP),
        (setup.down, SETUP),
        (setup.status, SETUP),
        (setup.demo, SETUP),
        (login.login, SETUP),
        (login.logout, SETUP),
        (login.whoami, SETUP),
    ):
        app.command(command.__name__.removeprefix("absent_"), rich_help_panel=panel)(command)
    for group, name, panel in (
        (people.unit, "unit", SETUP),
        (members.person, "person", SETUP),
        (members.token, "token", SETUP),
        (people.directory, "directory", SETUP),
        (operation.mandate, "mandate", SETUP),
        (operation.app, "operation", SETUP),
        (intake.app, "intake", BRING),
    ):
        app.add_typer(group, name=name, rich_help_panel=panel)
    app.command(rich_help_panel=BRING)(address.address)
    app.add_typer(item.app, name="item", rich_help_panel=BRING)
    app.add_typer(hold.app, name="hold", rich_help_panel=DECIDE)
    app.add_typer(assess.app, name="assess", rich_help_panel=DECIDE)
    app.add_typer(referral.app, name="referral", rich_help_panel=REFER)
    app.add_typer(verify.app, name="verify", rich_help_panel=CHECK)
    app.command("report", rich_help_panel=PUBLISH)(report.report)
    app.add_typer(ledger.app, name="ledger", rich_help_panel=PROVE)
    app.add_typer(lab.app, name="lab", rich_help_panel=LAB)


_mount()


@cache
def _command(first: str) -> Any:
    """The program with the one command or group that is asked for: building all of them takes longer than most answers."""
    commands = [one for one in app.registered_commands if one.name == first]
    groups = [one for one in app.registered_groups if one.name == first]
    if not commands and not groups:
        return typer.main.get_command(app)
    part = _new()
    part.callback()(lambda: None)
    part.registered_commands, part.registered_groups = commands, groups
    return typer.main.get_command(part)


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code. Errors of the house and of the command line are told on stderr."""
    in_json = "--json" in arguments
    try:
        code = _command(arguments[0] if arguments else "").main(
            args=list(arguments), prog_name="openiru", standalone_mode=False
        )
        sys.stdout.flush()
    except OpenIruError as error:
        return _fail(error, in_json=in_json)
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("\nstopped\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our answer has heard enough; Python must not complain about it at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - what is not known here is raised again
        return _fail(_known(error), in_json=in_json)
    return code if isinstance(code, int) else 0


def _known(error: Exception) -> OpenIruError:
    """Errors of the command line and of the database's driver as errors of the house; every other one goes on."""
    told: Any = getattr(error, "format_message", None)
    if told is not None:
        message = str(told()).rstrip(".")
        context = getattr(error, "ctx", None)
        path = getattr(context, "command_path", "openiru")
        return UsageError(message, where=path, saved="", hint=f"{path} --help says how.")
    names = {kind.__name__ for kind in type(error).__mro__}
    if "OperationalError" in names:
        return OutsideError(
            "the database does not answer", hint="openiru up starts it; openiru status shows more."
        )
    if "UndefinedFunction" in str(type(error.__cause__)) or "InvalidSchemaName" in str(type(error.__cause__)):
        return OutsideError(
            "this database is not set up for this version", hint="openiru up brings it up to date."
        )
    raise error


def _fail(error: OpenIruError, *, in_json: bool) -> int:
    if in_json:
        sys.stderr.write(as_json({"error": error.as_dict()}) + "\n")
        return error.exit_code
    place = f"{error.where}: " if error.where else ""
    lines = [
        f"openiru: {place}{error.message}",
        error.saved if error.exit_code != WRONG_USAGE else "",
        error.hint,
    ]
    with contextlib.suppress(BrokenPipeError):
        sys.stderr.write("".join(f"{harmless(line)}\n" for line in lines if line))
    return error.exit_code


def run() -> None:
    """The console script."""
    sys.exit(main(sys.argv[1:]))


if __name__ == "__main__":
    run()
