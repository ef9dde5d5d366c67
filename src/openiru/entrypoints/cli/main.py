"""The program ``openiru``: its exit codes, and how it fails. Libraries are read by the commands that need them."""
# ruff: noqa: PLC0415 - what is not needed for an answer is not read: openiru address and --help answer at once

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from openiru.core.errors import OpenIruError
from openiru.entrypoints.cli.output import FAILED, WRONG_USAGE, as_json, harmless

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit code. Errors of the house, of the command line and of anything else are told on stderr."""
    in_json = "--json" in arguments
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except OpenIruError as error:
        return _fail(error, in_json=in_json)
    except KeyboardInterrupt:
        return _stopped()
    except BrokenPipeError:
        # Whoever read our answer has heard enough; Python must not complain about it at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # noqa: BLE001 - each is told: what is not known with its whole story in a file
        return _failed(error, in_json=in_json)
    return code if isinstance(code, int) else 0


def _run(arguments: Sequence[str]) -> Any:
    if arguments and arguments[0] == "address":
        from openiru.entrypoints.cli.keys import plain

        code = plain(arguments[1:])
        if code is not None:
            return code
    from openiru.entrypoints.cli.program import program

    return program().main(args=list(arguments), prog_name="openiru", standalone_mode=False)


def _failed(error: Exception, *, in_json: bool) -> int:
    said = type(error).__name__
    if said == "Abort":  # the library's own word for Ctrl-C at a question
        return _stopped()
    if said == "NoArgsIsHelpError":  # its message is the page of the help, if that is not printed yet
        sys.stdout.write(f"{error}\n" if str(error) else "")
        return WRONG_USAGE
    from openiru.entrypoints.cli.faults import fault

    return _fail(fault(error), in_json=in_json)


def _stopped() -> int:
    sys.stderr.write("\nstopped\n")
    return INTERRUPTED


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
