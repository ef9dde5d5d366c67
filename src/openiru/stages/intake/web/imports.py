"""Imports: the history, one import with what it brought and what it refused, and taking it back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from openiru.core.errors import NotFoundError, UsageError
from openiru.foundation.database.acting import acting
from openiru.foundation.operations.desk import PAGE, Desk, done, once_form, page, paged, show
from openiru.foundation.operations.doorway import by_id, id_of, parts_of
from openiru.stages.intake import queries, records
from openiru.stages.intake.commands import undo_import
from openiru.stages.intake.lists import harmless
from openiru.stages.intake.web import asked

#: Refused rows and earlier referrals that the page of an import shows; the table to download has all of them.
SHOWN = 50
_BLOCK = 2_000


@page("item.read")
def history(desk: Desk) -> HttpResponse:
    """Imports of one's own unit, newest first."""
    after = id_of(desk.request.GET.get("cursor", ""))
    with acting(desk.by):
        rows = records.imports(after=after, limit=PAGE + 1)
    return show(desk, "intake/imports.html", list=paged(desk, rows, by_id))


@page("item.read")
def one(desk: Desk, import_id: UUID) -> HttpResponse:
    """One import: the receipt."""
    after = _place(desk)
    with acting(desk.by):
        context: dict[str, Any] = {
            "one": _import(import_id),
            "brought": records.brought(import_id, after=after, limit=PAGE + 1),
            "refused": records.refused_rows(import_id, limit=SHOWN),
            "earlier": queries.referred_before(import_id, limit=SHOWN)[0],
        }
    rows = paged(desk, context.pop("brought"), lambda row: [row["number"], str(row["id"])])
    return show(desk, "intake/import.html", list=rows, **context)


def _place(desk: Desk) -> tuple[int, UUID] | None:
    """Row and contribution with which the page before ended."""
    number, last = parts_of(desk.request.GET.get("cursor", ""), [int, str])
    try:
        return (number, UUID(last)) if last else None
    except ValueError as error:
        raise UsageError("this is no cursor of this list", where="cursor") from error


@page("item.read")
def refused(desk: Desk, import_id: UUID) -> HttpResponse:
    """Every row that an import refused, as a table to download."""
    with acting(desk.by):
        _import(import_id)
        rows: list[dict[str, Any]] = []
        while block := records.refused_rows(import_id, after=rows[-1]["id"] if rows else None, limit=_BLOCK):
            rows += block
    return table("refused.csv", ("row", "code", "reason", "excerpt"), rows)


@page("contribute.undo", methods=("GET", "POST"))
def undo(desk: Desk, import_id: UUID) -> HttpResponse:
    """What taking an import back would do, and doing it."""

    def context() -> dict[str, Any]:
        with acting(desk.by):
            return {"one": _import(import_id), "would": records.before_undo(import_id)}

    if desk.request.method != "POST":
        return show(desk, "intake/undo.html", **context())
    return asked.or_again(desk, "intake/undo.html", context, lambda: _taken_back(desk, import_id))


def _taken_back(desk: Desk, import_id: UUID) -> HttpResponse:
    answer = once_form(
        desk, "undo_import", str(import_id), lambda: undo_import(by=desk.by, import_id=import_id)
    )
    told = _(
        "Taken back: %(contributions)d contributions; %(items_undone)d items undone, %(items_stay)d stay."
    )
    return done(desk, desk.url("intake-import", import_id=import_id), told % answer)


def _import(import_id: UUID) -> dict[str, Any]:
    found = records.imports(only=import_id, limit=1)
    if not found:
        raise NotFoundError(
            "there is no such import of this unit in this operation",
            hint="The list of imports shows yours; those of other units are theirs alone.",
        )
    return found[0]


class _Line:
    """What the csv module writes a line to."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def table(name: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> HttpResponse:
    """A table to download; nothing in it is a formula for a spreadsheet."""

    def lines() -> Iterator[str]:
        writer: Any = csv.writer(_Line(), lineterminator="\r\n")
        yield "\ufeff" + writer.writerow(columns)
        for row in rows:
            yield writer.writerow([harmless(str(row[column])) for column in columns])

    answer = HttpResponse(lines(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
