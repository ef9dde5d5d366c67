"""Files that tests hand in, made on the spot."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from openiru.adapters.formats.detect import reader_for
from openiru.ports.formats import Note, Refused, Row

HEADER = "URL;Datum;Razlog;Napomena"


def write(folder: Path, data: str | bytes, name: str = "sheet.csv", encoding: str = "utf-8") -> Path:
    """A file with ``data``."""
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return path


def read(path: Path, form: str | None = None, **mapping: str) -> tuple[list[Row], list[Refused], list[Note]]:
    """What a reader makes of a file, sorted by what it is."""
    out = list(reader_for(path, form).read(path, mapping=mapping or None))
    rows = [item for item in out if isinstance(item, Row)]
    refused = [item for item in out if isinstance(item, Refused)]
    notes = [item for item in out if isinstance(item, Note)]
    assert len(rows) + len(refused) + len(notes) == len(out)
    return rows, refused, notes


def said(notes: Iterable[Note]) -> str:
    """All notes as one text."""
    return "\n".join(note.text for note in notes)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbook(sheet: bytes, more: Mapping[str, bytes] | None = None) -> bytes:
    """The smallest workbook with the XML ``sheet`` as its only sheet."""
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    members = {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": (
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="List1" sheetId="1" r:id="rId1"/>'
            "</sheets></workbook>"
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped({**members, **(more or {})})


def sheet_xml(rows: Iterable[Sequence[str]], before: str = "") -> bytes:
    """A sheet of text cells; ``before`` stands before its root (a DOCTYPE, say)."""
    out = ['<?xml version="1.0" encoding="UTF-8"?>', before, f'<worksheet xmlns="{_MAIN}"><sheetData>']
    for number, cells in enumerate(rows, start=1):
        inner = "".join(
            f'<c r="{chr(65 + place)}{number}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for place, cell in enumerate(cells)
            if cell
        )
        out.append(f'<row r="{number}">{inner}</row>')
    out.append("</sheetData></worksheet>")
    return "".join(out).encode()
