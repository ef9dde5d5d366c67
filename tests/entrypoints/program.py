"""The program, run inside the test: arguments in, exit code and what was printed out."""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from typing import Any
from unittest import mock

from openiru.entrypoints.cli.main import main


@dataclass(frozen=True)
class Ran:
    """How one call of the program came out."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> Any:
        """The one object that --json printed."""
        return json.loads(self.out)

    @property
    def objects(self) -> list[Any]:
        """One object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> Any:
        """The error that --json printed on stderr."""
        return json.loads(self.err)["error"]


def openiru(*arguments: str, stdin: bytes = b"") -> Ran:
    """Run one command."""
    out, err = io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        mock.patch.object(sys, "stdin", given),
    ):
        code = main(arguments)
    return Ran(code, out.getvalue(), err.getvalue())


def ok(*arguments: str, stdin: bytes = b"") -> Ran:
    """Run one command that must do its work."""
    ran = openiru(*arguments, stdin=stdin)
    assert ran.code == 0, ran.err + ran.out
    return ran
