"""The import wizard: a file understood, its columns mapped, tried, and taken. Between the steps nothing of it stays here.

The browser keeps the file and sends it with each step; its digest ties what is taken to what was tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openiru.core.errors import ConflictError, InputError, OpenIruError, UsageError
from openiru.foundation.operations.desk import Desk, done, once_form, page, show
from openiru.ports.formats import Note, Refused, Row
from openiru.stages.intake.commands import Source, import_rows
from openiru.stages.intake.files import SourceFile, formats, open_file
from openiru.stages.intake.preview import preview
from openiru.stages.intake.web import asked
from openiru.stages.intake.web.imports import table

#: Rows that are taken while the browser waits (about ten seconds). Longer files come by the program: it shows how far it is.
MOST: Final = 50_000
#: Rows with problems that the page shows; the table to download has all of them.
SHOWN: Final = 50
LEAVE_OUT: Final = "-"
_PREFIX: Final = "column:"
_LONGEST_NAME: Final = 150
_OPTIONS: Final = ("zone", "sheet", "encoding", "delimiter")
_FORM: Final = "intake/wizard.html"

#: What a column can be taken for, in the order of the list.
FIELDS: Final[Mapping[str, Any]] = {
    "address": gettext_lazy("address"),
    "seen_at": gettext_lazy("seen at"),
    "seen_zone": gettext_lazy("time zone of seen at"),
    "posted_at": gettext_lazy("posted at"),
    "reason": gettext_lazy("reason"),
    "quote": gettext_lazy("quote"),
    "translation": gettext_lazy("translation"),
    "place": gettext_lazy("place inside the content"),
    "title": gettext_lazy("title"),
    "language": gettext_lazy("language"),
    "kind": gettext_lazy("kind"),
    "group": gettext_lazy("suspected group"),
    "brand": gettext_lazy("outlet"),
    "account": gettext_lazy("account"),
    "digest": gettext_lazy("digest of the content"),
    "tlp": gettext_lazy("TLP"),
    "pap": gettext_lazy("PAP"),
    "restriction": gettext_lazy("own restriction"),
    "views": gettext_lazy("views"),
    "source_ref": gettext_lazy("id in its own system"),
    "note": gettext_lazy("note"),
}


@dataclass(frozen=True, slots=True)
class _Sent:
    """A file that was sent, with what the form says of it. ``without``: fields of rows that are left out."""

    file: SourceFile
    without: frozenset[str]

    def rows(self) -> Iterator[Row | Refused | Note]:
        """The rows without what was left out; UsageError when there are more than are taken here."""
        blank = {
            field.name: "" if field.type in {"str", str} else None
            for field in fields(Row)
            if field.name in self.without
        }
        for number, row in enumerate(self.file.rows()):
            if number > MOST:
                raise UsageError(
                    _("the file has more than %(most)d rows") % {"most": MOST},
                    where=self.file.name,
                    hint=_(
                        "Import it by the program on the server: openiru intake import. It shows how far it is."
                    ),
                )
            yield replace(row, **blank) if blank and isinstance(row, Row) else row  # type: ignore[arg-type] # each its own type


@page("contribute", methods=("GET",))
def wizard(desk: Desk) -> HttpResponse:
    """Choose a file."""
    return show(desk, _FORM, **_context())


@page("contribute", methods=("POST",))
def tried(desk: Desk) -> HttpResponse:
    """What importing the file would do: the fragment with columns, counts and rows, or the whole page without scripts."""
    fragment = desk.request.headers.get("HX-Request") == "true"
    template = "intake/_tried.html" if fragment else _FORM
    try:
        context = _tried(desk)
    except OpenIruError as error:
        context = {"fault": error}
    return show(desk, template, form=desk.request.POST, **_context(), **context)


@page("contribute", methods=("POST",))
def problems(desk: Desk) -> HttpResponse:
    """The rows of the file that would be refused, as a table to download."""
    with _sent(desk) as sent:
        found = preview(by=desk.by, rows=sent.rows(), defaults=asked.defaults(desk))
    rows = [{"row": number, "reason": reason} for number, reason in found.refused]
    return table("problems.csv", ("row", "reason"), rows)


@page("contribute", methods=("POST",))
def taken(desk: Desk) -> HttpResponse:
    """Import the file that was tried."""
    return asked.or_again(desk, _FORM, _context, lambda: _taken(desk))


def _taken(desk: Desk) -> HttpResponse:
    with _sent(desk) as sent:
        if asked.text(desk, "digest", longest=80) not in {"", sent.file.digest}:
            raise ConflictError(
                _("this is not the file that was tried"), where=sent.file.name, hint=_("Try it first.")
            )
        given = asked.defaults(desk)
        purpose = asked.text(desk, "purpose")
        source = Source(
            rows=sent.rows(),
            file_name=sent.file.name,
            file_digest=sent.file.digest,
            format=sent.file.reader.name,
            encoding=sent.file.understanding.encoding,
            purpose=purpose,
            defaults=given,
        )
        body = [
            sent.file.digest,
            sent.file.name,
            dict(sent.file.mapping),
            sorted(sent.without),
            str(given),
            purpose,
        ]
        answer = once_form(
            desk, "import_upload", body, lambda: import_rows(by=desk.by, source=source).as_dict()
        )
    told = ngettext("%(n)d row was taken.", "%(n)d rows were taken.", answer["taken"]) % {
        "n": answer["taken"]
    }
    return done(desk, desk.url("intake-import", import_id=answer["import"]), told)


def _context() -> dict[str, Any]:
    return {"formats": formats().items(), "fields": FIELDS.items(), "most": MOST, **asked.choices()}


def _tried(desk: Desk) -> dict[str, Any]:
    with _sent(desk) as sent:
        found = preview(by=desk.by, rows=sent.rows(), defaults=asked.defaults(desk))
        head = sent.file.understanding
        meant = {name: field for name, field in head.columns.items() if field not in sent.without}
        columns = [(name, meant.get(name, LEAVE_OUT)) for name in (*head.columns, *head.ignored)]
        return {
            "tried": found,
            "file": sent.file,
            "head": head,
            "columns": columns,
            "refused": found.refused[:SHOWN],
        }


@contextmanager
def _sent(desk: Desk) -> Iterator[_Sent]:
    """The file of the form under its own name in a folder of its own; gone afterwards, however that ends."""
    file = desk.request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise UsageError(_("no file was sent"), where="file", hint=_("Choose a file and send it again."))
    if not file.size:
        raise InputError(_("the file is empty"), where=_name(file))
    with TemporaryDirectory(prefix="openiru-") as folder:
        path = Path(folder) / _name(file)
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        mapping, without = _mapping(desk)
        yield _Sent(
            open_file(path, format_name=asked.text(desk, "format", longest=40), mapping=mapping), without
        )


def _mapping(desk: Desk) -> tuple[dict[str, str], frozenset[str]]:
    """Field -> column out of the form, with the options; and the fields whose column is to be left out."""
    mapping = {"zone": desk.zone}
    for name in _OPTIONS:
        if said := asked.text(desk, name, longest=60):
            mapping[name] = said
    without: set[str] = set()
    for name in desk.request.POST:
        if not name.startswith(_PREFIX):
            continue
        column, meant = name.removeprefix(_PREFIX), asked.text(desk, name, longest=40)
        was = asked.text(desk, f"was:{column}", longest=40)
        if meant == LEAVE_OUT and was in FIELDS and was != "address":
            without.add(was)
        elif meant in FIELDS and meant != was:
            if meant in mapping:
                raise UsageError(_("two columns are taken for the same"), where=column[:80])
            mapping[meant] = column
    return mapping, frozenset(without)


def _name(file: UploadedFile[bytes]) -> str:
    """The name of the file as its sender calls it, as far as a disk takes it: messages name it."""
    bare = (file.name or "").replace("/", "_").replace("\\", "_").replace("\x00", "_")
    return bare.encode("utf-8", "replace")[-_LONGEST_NAME:].decode("utf-8", "ignore").lstrip(".") or "upload"
