"""What calamine does not tell of a workbook: formulas, link targets, forbidden XML, macros, links outwards."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from posixpath import basename, dirname, join, normpath

from openiru.adapters.formats._zip import Archive
from openiru.core.errors import InputError

_FORMULA = re.compile(
    rb'<c\s[^>]{0,300}?r="([A-Z]{1,3}\d{1,7})"[^>]{0,300}>\s*<f(?:\s[^>]{0,300})?>([^<]{0,9000})</f>'
)
_HYPERLINK = re.compile(r"^\s*(?:_xlfn\.)?HYPERLINK\s*\(\s*\"((?:[^\"]|\"\")+)\"", re.IGNORECASE)
_LINK = re.compile(rb"<hyperlink\s[^>]{0,2000}>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]{0,17000})"')
_RELATION = re.compile(rb"<Relationship\s[^>]{0,20000}>")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]{0,2000}>")
_DOCTYPES = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_LINKS = 400_000
_TAIL = 20_000
_SMALL = 4 << 20


@dataclass
class Parts:
    """``links``: member -> cell -> address; ``formulas``: member -> how many."""

    links: dict[str, dict[str, str]] = field(default_factory=dict)
    formulas: dict[str, int] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    external: int = 0
    macros: bool = False
    names: set[str] = field(default_factory=set)

    def sheet_member(self, name: str) -> str:
        """Which member of the archive holds the sheet called ``name``; ``""`` if it cannot be told."""
        targets = _relations(self.texts.get("xl/_rels/workbook.xml.rels", b""))
        for found in _SHEET.finditer(self.texts.get("xl/workbook.xml", b"")):
            attributes = _attributes(found[0])
            if attributes.get("name") == name:
                target = targets.get(attributes.get("r:id", ""), "")
                return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        return ""

    def cell_links(self, member: str) -> dict[str, str]:
        """Cell -> address, from HYPERLINK formulas and from links laid over cells."""
        out = dict(self.links.get(member, {}))
        rels = join(dirname(member), "_rels", basename(member) + ".rels")
        targets = _relations(self.texts.get(rels, b""))
        for attributes in map(_attributes, _LINK.findall(self.texts.get(member + "#links", b""))):
            target = targets.get(attributes.get("r:id", ""), "")
            if target:
                place = attributes.get("location", "")
                out.setdefault(
                    attributes.get("ref", "").split(":")[0], f"{target}#{place}" if place else target
                )
        return out


def _attributes(tag: bytes) -> dict[str, str]:
    return {
        key.decode(): unescape(value.decode("utf-8", "replace")) for key, value in _ATTRIBUTE.findall(tag)
    }


def _relations(xml: bytes) -> dict[str, str]:
    found = map(_attributes, _RELATION.findall(xml))
    return {item["Id"]: item["Target"] for item in found if "Id" in item and "Target" in item}


def look_through(archive: Archive) -> Parts:
    """Unpack every member once, counted, and keep what matters. Raises InputError for a hostile one."""
    parts = Parts()
    for member in archive.members:
        name = member.filename
        parts.names.add(name)
        parts.macros = parts.macros or name.endswith("vbaProject.bin")
        parts.external += name.startswith("xl/externalLinks/") and name.endswith(".xml")
        is_sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
        keep = name.startswith("xl/") and (name.endswith(".rels") or name == "xl/workbook.xml")
        before = b""
        kept = bytearray()
        for piece in archive.pieces(member):
            window = before + piece
            if name.endswith((".xml", ".rels")) and any(sign in window for sign in _DOCTYPES):
                raise InputError(
                    "The file holds XML entities, which no spreadsheet program writes.",
                    hint="Do not open it. Ask whoever sent it for a CSV, and tell your security officer.",
                    code="OIRU-4024",
                )
            before = _scan_sheet(parts, name, window) if is_sheet else window[-32:]
            if keep and len(kept) < _SMALL:
                kept += piece
        if kept:
            parts.texts[name] = bytes(kept)
    return parts


def _scan_sheet(parts: Parts, name: str, window: bytes) -> bytes:
    """Formulas and links of one stretch of a sheet; what of it must be seen again with the next."""
    links = parts.links.setdefault(name, {})
    # Up to the end of the last whole cell: what follows comes again in the next window, and is not counted twice.
    end = max(window.rfind(b"</c>"), window.rfind(b"</hyperlinks>"), window.rfind(b"</sheetData>"))
    end = end if end >= 0 else max(len(window) - _TAIL, 0)
    stretch = window[:end]
    parts.formulas[name] = parts.formulas.get(name, 0) + stretch.count(b"<f>") + stretch.count(b"<f ")
    for found in _FORMULA.finditer(stretch):
        link = _HYPERLINK.match(unescape(found[2].decode("utf-8", "replace")))
        if link and len(links) < _LINKS:
            links[found[1].decode()] = link[1].replace('""', '"')
    if b"<hyperlink " in window:
        key = name + "#links"
        parts.texts[key] = (parts.texts.get(key, b"") + b"".join(_LINK.findall(stretch)))[: _SMALL * 8]
    return window[end:]
