"""Options that many commands share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Answer in JSON: one object, or one object a line for lists.")
]
As = Annotated[
    str,
    typer.Option("--as", metavar="UNIT/HANDLE", help="Act as this person. Exists only in demo and exercise."),
]
Operation = Annotated[
    str,
    typer.Option(
        "--operation", "-o", metavar="SLUG", help="The operation; needed when more than one is open."
    ),
]
Reason = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, in plain words.")]
SecretFile = Annotated[
    Path | None,
    typer.Option(
        "--secret-file", metavar="FILE", help="Use keyed hashes under the secret in this file (mode 0600)."
    ),
]
Key = Annotated[str, typer.Argument(metavar="KEY|URL")]
After = Annotated[str, typer.Option("--after", metavar="KEY", help="Go on behind this key.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="At most so many.")]
OutputFile = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Else standard output.")]
