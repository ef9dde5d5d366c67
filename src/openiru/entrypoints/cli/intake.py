"""openiru intake: what units hand in, tried first, taken in whole, undone when need be."""
# ruff: noqa: PLC0415 - Django and the settings are read when a command needs them, so that --help answers at once

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from openiru.core.errors import UsageError
from openiru.core.vocabulary import Pap, Tlp
from openiru.entrypoints.cli.item import became
from openiru.entrypoints.cli.options import As, Json, Operation
from openiru.entrypoints.cli.output import ATTENTION, Output
from openiru.entrypoints.cli.progress import counting
from openiru.entrypoints.cli.session import someone, start, within

if TYPE_CHECKING:
    from openiru.foundation.database.acting import By
    from openiru.stages.intake.commands import Source
    from openiru.stages.intake.files import SourceFile

app = typer.Typer(help="What units hand in.", no_args_is_help=True)
Unit = Annotated[str, typer.Option("--unit", "-u", help="The unit that contributes; it must be yours.")]
#: So many refused rows are shown to people; --json has them all.
SHOWN = 20


@app.command("import")
def import_(  # noqa: PLR0913 - every option says one thing about the files
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Files; - for standard input.")],
    *,
    operation: Operation = "",
    unit: Unit = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Show what would happen; write nothing.")
    ] = False,
    purpose: Annotated[str, typer.Option("--purpose", help="Why it is handed in.")] = "",
    format_name: Annotated[str, typer.Option("--format", help="Name the format (openiru lab formats).")] = "",
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="FIELD=COLUMN", help="Which column is a field; several times."),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="For rows that do not say theirs.")] = "",
    tlp: Annotated[Tlp, typer.Option("--tlp", help="For rows without a marking.")] = Tlp.GREEN,
    pap: Annotated[Pap, typer.Option("--pap", help="For rows without a marking.")] = Pap.GREEN,
    zone: Annotated[str, typer.Option("--zone", help="Of times without a zone; else the setting's.")] = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Take files in: every row is taken, or refused with its number and reason. Exit 3 when rows were refused."""
    start()
    from openiru.core.intake.contribution import language_tag
    from openiru.settings import CONFIG
    from openiru.stages.intake.rows import Defaults

    out = Output(as_json=json)
    given = _mapping(mapping or (), zone or CONFIG.default_zone)
    defaults = Defaults(tlp=tlp, pap=pap, language=language_tag(language) if language else "")
    if language and not defaults.language:
        raise UsageError(f"no language is called {language}", where="--language", hint="Write sr, hr, sq …")
    by, told = someone(as_, unit, "contribute")
    if told:
        out.note(told)
    inside = within(by, operation)
    attention = False
    for name in files:
        with _opened(name, format_name, given) as file:
            if dry_run:
                attention |= _try(out, inside, file, defaults)
                continue
            attention |= _take(out, inside, file, purpose, defaults)
    if dry_run:
        out.note("Nothing was written.")
        out.next(_again())
    else:
        out.next("openiru item list      openiru hold list      openiru assess next")
    if attention:
        raise typer.Exit(ATTENTION)


def _again() -> str:
    """The same command without --dry-run, as somebody would type it."""
    words = [word for word in sys.argv[1:] if word not in {"--dry-run", "-n", "--json"}]
    return "openiru " + " ".join(f"'{word}'" if " " in word else word for word in words)


def _mapping(pairs: Sequence[str], zone: str) -> dict[str, str]:
    given = {"zone": zone}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not (name and equals and column):
            raise UsageError(
                f"--map takes FIELD=COLUMN, not {pair[:60]}", where="--map", hint='--map address="Link"'
            )
        given[name] = column
    return given


@contextmanager
def _opened(name: str, format_name: str, mapping: dict[str, str]) -> Iterator[SourceFile]:
    from openiru.stages.intake.files import open_file

    if name != "-":
        yield open_file(Path(name), format_name=format_name, mapping=mapping)
        return
    with tempfile.NamedTemporaryFile(prefix="openiru-", suffix=".in") as scratch:
        shutil.copyfileobj(sys.stdin.buffer, scratch)
        scratch.flush()
        yield open_file(Path(scratch.name), format_name=format_name, mapping=mapping, name="standard input")


def _understood(file: SourceFile) -> dict[str, Any]:
    head = file.understanding
    return {
        "file": file.name,
        "format": head.format,
        "encoding": head.encoding,
        "delimiter": head.delimiter,
        "columns": dict(head.columns),
        "ignored": list(head.ignored),
    }


def _say_understood(out: Output, file: SourceFile) -> None:
    head = file.understanding
    how = ", ".join(
        part for part in (head.encoding, f"separator {head.delimiter!r}" if head.delimiter else "") if part
    )
    out.line(f"{file.name}: read as {file.reader.title}" + (f" ({how})" if how else ""))
    for column, name in head.columns.items():
        out.line(f"  column {column!r} is the {name.replace('_', ' ')}")
    if head.ignored:
        out.line(f"  not used: {', '.join(head.ignored)}")


def _try(out: Output, by: By, file: SourceFile, defaults: Any) -> bool:
    from openiru.stages.intake.preview import preview

    found = preview(by=by, rows=file.rows(), defaults=defaults)
    if out.json:
        refused = [{"row": number, "reason": reason} for number, reason in found.refused]
        counts = {name: count for name, count in found.counts.items() if name != "refused"}
        out.answer(
            {
                "dry_run": True,
                **_understood(file),
                **counts,
                "refused": refused,
                "earlier": found.earlier,
                "notes": found.notes,
                "sample": found.sample,
            }
        )
        return bool(found.refused)
    _say_understood(out, file)
    out.line("The first rows as they would be taken:")
    rows = [
        {
            "row": s.row,
            "becomes": s.becomes + (" (held)" if s.held else ""),
            "kind": s.kind,
            "language": s.language,
        }
        | {"extent": s.extent, "key": s.key}
        for s in found.sample
    ]
    out.rows(rows, ("row", "becomes", "kind", "extent", "language", "key"), empty="  no row can be taken")
    _say_counts(out, found.counts, found.refused, found.notes, "would be taken")
    _say_earlier(out, found.earlier, len({one["key"] for one in found.earlier}))
    return bool(found.refused)


def _take(out: Output, by: By, file: SourceFile, purpose: str, defaults: Any) -> bool:
    from openiru.foundation.database.acting import acting
    from openiru.stages.intake.commands import import_rows
    from openiru.stages.intake.queries import referred_before

    source = _source(file, purpose, defaults)
    with counting(f"{file.name}: rows", quiet=out.json) as progress:
        done = import_rows(by=by, source=source, progress=progress)
    with acting(by):
        past, items = referred_before(done.import_id) if done.import_id else ([], 0)
    if out.json:
        out.answer({"dry_run": False, **_understood(file), **done.as_dict(), "earlier": past})
        return bool(done.refused)
    _say_understood(out, file)
    _say_counts(out, done.counts, done.refused, done.notes, "taken")
    _say_earlier(out, past, items)
    out.line(f"import {done.import_id}      (openiru intake undo {done.import_id} takes it back)")
    return bool(done.refused)


def _source(file: SourceFile, purpose: str, defaults: Any) -> Source:
    from openiru.stages.intake.commands import Source

    return Source(
        rows=file.rows(),
        file_name=file.name,
        file_digest=file.digest,
        format=file.reader.name,
        encoding=file.understanding.encoding,
        purpose=purpose,
        defaults=defaults,
    )


def _say_counts(
    out: Output, counts: dict[str, int], refused: Sequence[tuple[int, str]], notes: Sequence[str], verb: str
) -> None:
    out.line(
        f"{counts['rows']:,} rows: {counts['taken']:,} {verb}, {counts['new']:,} new items,"
        f" {counts['known']:,} known already, {counts['held']:,} under a hold, {counts['refused']:,} refused"
    )
    for note in notes[:SHOWN]:
        out.line(f"  note: {note}")
    for number, reason in refused[:SHOWN]:
        out.line(f"  row {number} refused: {reason}")
    if counts["refused"] > SHOWN:
        out.line(f"  … and {counts['refused'] - SHOWN:,} more; --json lists them")


def _say_earlier(out: Output, past: Sequence[dict[str, Any]], items: int) -> None:
    if items:
        out.line(f"{items:,} of them were referred before; what became of them:")
    for one in past[:SHOWN]:
        out.line(f"  row {one['number']}: {one['key']}: {became(one)}")
    if len(past) > SHOWN:
        out.line(f"  … and {len(past) - SHOWN:,} more; --json lists them")


@app.command("undo")
def undo(
    import_id: Annotated[UUID, typer.Argument(metavar="IMPORT", help="Its id, as intake list shows it.")],
    *,
    operation: Operation = "",
    unit: Unit = "",
    as_: As = "",
    json: Json = False,
) -> None:
    """Take an import back by compensating events; what was referred already stays what it is."""
    start()
    from openiru.stages.intake.commands import undo_import

    by, told = someone(as_, unit, "contribute.undo")
    out = Output(as_json=json)
    if told:
        out.note(told)
    counts = undo_import(by=within(by, operation), import_id=import_id)
    out.answer(
        {"import": import_id, **counts},
        f"{counts['contributions']:,} contributions taken back; {counts['items_undone']:,} items undone,"
        f" {counts['items_stay']:,} stay because others brought them too",
    )


@app.command("list")
def list_(*, operation: Operation = "", unit: Unit = "", as_: As = "", json: Json = False) -> None:
    """Your unit's imports into an operation, newest first."""
    start()
    from openiru.foundation.database.acting import acting
    from openiru.stages.intake.queries import imports

    by, told = someone(as_, unit, "item.read")
    out = Output(as_json=json)
    if told:
        out.note(told)
    with acting(within(by, operation)):
        found = imports()
    if json:
        out.rows(found, ())
        return
    rows = [
        one | {name: one["counts"].get(name) for name in ("rows", "taken", "new", "refused")} for one in found
    ]
    out.rows(
        rows,
        ("id", "file_name", "format", "rows", "taken", "new", "refused", "imported_at", "undone_at"),
        empty="no import yet",
    )
