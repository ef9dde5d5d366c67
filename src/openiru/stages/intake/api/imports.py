"""Contributions as JSON or as a file, tried first, taken in whole, taken back when need be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from openiru.core.errors import ConflictError, NotFoundError
from openiru.foundation.database.acting import By, acting
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import (
    PAGE,
    Cursor,
    IdempotencyKey,
    Limit,
    asker_in,
    by_id,
    id_of,
    once,
    page_of,
    responses,
)
from openiru.foundation.people.permissions import require
from openiru.ports.formats import Row
from openiru.settings import CONFIG
from openiru.stages.intake import queries, records
from openiru.stages.intake.api import shapes
from openiru.stages.intake.api.uploads import described, uploaded
from openiru.stages.intake.commands import Source, import_rows, undo_import
from openiru.stages.intake.files import SourceFile, open_file
from openiru.stages.intake.preview import preview
from openiru.stages.intake.rows import Defaults

router = Router(tags=["Contributions"])

DryRun = Annotated[bool, Query(description="Say what would happen; write nothing.")]


@router.post(
    "/operations/{operation}/contributions",
    response=responses({200: shapes.Tried, 201: shapes.Taken}),
    by_alias=True,
    auth=Asks("contribute"),
    operation_id="contribute",
)
def contribute(
    request: HttpRequest, operation: str, key: IdempotencyKey, body: shapes.RowsIn, *, dry_run: DryRun = False
) -> Any:
    """Take rows in as one import: each is taken, or refused with its number (from 1) and reason, and stops no other.

    A body that does not fit this description is refused whole. A dry run is asked anew each time, whatever its key.
    """
    by = asker_in(request, operation)
    head = {
        "file": body.name,
        "format": "json",
        "encoding": "utf-8",
        "delimiter": "",
        "columns": {},
        "ignored": [],
    }
    source = Source(
        rows=[_row(number, one) for number, one in enumerate(body.rows, 1)],
        file_name=body.name,
        file_digest=f"sha256:{hashlib.sha256(request.body).hexdigest()}",
        format="json",
        encoding="utf-8",
        purpose=body.purpose,
        defaults=_defaults(body.defaults),
    )
    if dry_run:
        return Status(200, _tried(by, head, source))
    return Status(201, _taken(by, key, body.dict(), head, source))


@router.post(
    "/operations/{operation}/imports",
    response=responses({200: shapes.Tried, 201: shapes.Taken}),
    by_alias=True,
    auth=Asks("contribute"),
    operation_id="import_file",
    openapi_extra=described(shapes.ImportForm),
)
def import_file(request: HttpRequest, operation: str, key: IdempotencyKey, *, dry_run: DryRun = False) -> Any:
    """Take a file in, in any format that is read here: every row is taken, or refused with its number and reason.

    A file that cannot be read at all is a problem that names the place, and leaves nothing behind. It is streamed to disk
    and is gone when the answer is given. A dry run is asked anew each time, whatever its key.
    """
    by = asker_in(request, operation)
    with acting(by) as now:  # before a byte of the file is looked at
        require(now, "contribute")
    with uploaded(request, shapes.ImportForm) as (path, form):
        given = {"zone": CONFIG.default_zone} | form.mapping
        file = open_file(path, format_name=form.format, mapping=given)
        if form.digest not in {"", file.digest}:
            raise ConflictError(
                "the file arrived otherwise than it was sent", where="digest", hint="Send it again."
            )
        source = _source(file, form)
        if dry_run:
            return Status(200, _tried(by, _head(file), source))
        asked = {"file": file.digest, "name": file.name, **form.dict()}
        return Status(201, _taken(by, key, asked, _head(file), source))


@router.get(
    "/operations/{operation}/imports",
    response=responses({200: shapes.ImportsPage}),
    auth=Asks("item.read"),
    operation_id="list_imports",
)
def list_imports(request: HttpRequest, operation: str, limit: Limit = PAGE, cursor: Cursor = "") -> Any:
    """Imports of one's own unit into the operation, newest first, those taken back included."""
    after = id_of(cursor)
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        rows = records.imports(after=after, limit=limit + 1)
    return page_of(rows, limit, by_id)


@router.get(
    "/operations/{operation}/imports/{import_id}/refused",
    response=responses({200: shapes.RefusedPage}),
    auth=Asks("item.read"),
    operation_id="list_refused_rows",
)
def list_refused(
    request: HttpRequest, operation: str, import_id: UUID, limit: Limit = PAGE, cursor: Cursor = ""
) -> Any:
    """Every row of an import of one's own unit that was refused, by number."""
    after = id_of(cursor)
    with acting(asker_in(request, operation)) as now:
        require(now, "item.read")
        if not records.imports(only=import_id, limit=1):
            raise NotFoundError("there is no such import of this unit in this operation")
        rows = records.refused_rows(import_id, after=after, limit=limit + 1)
    return page_of(rows, limit, by_id)


@router.post(
    "/operations/{operation}/imports/{import_id}/undo",
    response=responses({200: shapes.Undone}),
    by_alias=True,
    auth=Asks("contribute.undo"),
    operation_id="undo_import",
)
def undo(request: HttpRequest, operation: str, import_id: UUID, key: IdempotencyKey) -> Any:
    """Take an import back by compensating events; what was referred already stays what it is."""
    by = asker_in(request, operation)

    def do() -> Any:
        return {"import": import_id, **undo_import(by=by, import_id=import_id)}

    return once(by, key, "undo_import", import_id, do)


def _row(number: int, given: shapes.RowIn) -> Row:
    """As a reader would yield it. Times are kept in UTC, with the offset that was written beside them."""
    said = given.dict(exclude={"tlp", "pap", "seen_at", "posted_at"})
    seen, posted = given.seen_at, given.posted_at
    return Row(
        number,
        **said,
        seen_at=seen.astimezone(UTC) if seen else None,
        seen_zone=seen.isoformat()[-6:] if seen and seen.utcoffset() else "",
        posted_at=posted.astimezone(UTC) if posted else None,
        tlp=given.tlp.value if given.tlp else "",
        pap=given.pap.value if given.pap else "",
    )


def _defaults(given: shapes.Defaults) -> Defaults:
    return Defaults(tlp=given.tlp, pap=given.pap, language=given.language)


def _source(file: SourceFile, form: shapes.ImportForm) -> Source:
    return Source(
        rows=file.rows(),
        file_name=file.name,
        file_digest=file.digest,
        format=file.reader.name,
        encoding=file.understanding.encoding,
        purpose=form.purpose,
        defaults=_defaults(form),
    )


def _head(file: SourceFile) -> dict[str, Any]:
    head = file.understanding
    return {
        "file": file.name,
        "format": head.format,
        "encoding": head.encoding,
        "delimiter": head.delimiter,
        "columns": dict(head.columns),
        "ignored": list(head.ignored),
    }


def _tried(by: By, head: dict[str, Any], source: Source) -> dict[str, Any]:
    found = preview(by=by, rows=source.rows, defaults=source.defaults)
    return {
        "dry_run": True,
        **head,
        **found.counts,
        "refused": _refused(found.refused),
        "notes": found.notes,
        "earlier": found.earlier,
        "sample": [asdict(one) for one in found.sample],
    }


def _refused(rows: Iterable[tuple[int, str]]) -> list[dict[str, Any]]:
    return [{"row": number, "reason": reason} for number, reason in rows]


def _taken(by: By, key: UUID, asked: dict[str, Any], head: dict[str, Any], source: Source) -> Any:
    def do() -> Any:
        done = import_rows(by=by, source=source)
        with acting(by):
            past = queries.referred_before(done.import_id)[0] if done.import_id else []
        return {"dry_run": False, **head, **done.as_dict(), "earlier": past}

    return once(by, key, "import_rows", asked, do)
