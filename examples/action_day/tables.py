"""The units' own tables: CSV in the code pages they use, a spreadsheet, JSON lines, and an agency's export."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from examples.action_day.model import NOTICE, Entry, Source
from examples.action_day.sheet import Cell, workbook
from examples.texts import reason, sentences, title

REFUSED_NUMBERS = dict[str, int]


TWO_LINES: Final = frozenset({12, 80})
FORMULA: Final = 30


@dataclass(frozen=True, slots=True)
class Layout:
    """How one unit's table looks."""

    head: tuple[str, ...]  # title lines above the header
    columns: tuple[str, ...]  # number, address, seen, language, kind, reason, group, quote
    foot: str
    delimiter: str = ";"
    dates: str = "%d.%m.%Y %H:%M"


LAYOUTS: Final = {
    "RS": Layout(
        ("Јединица РС: прилог за дан упућивања (измишљени подаци)", ""),
        ("Редни број", "Адреса", "Датум", "Језик", "Врста", "Разлог", "Група", "Цитат"),
        "Напомена: сви подаци су измишљени.",
    ),
    "HR": Layout(
        (),
        ("Redni broj", "Poveznica", "Datum", "Jezik", "Vrsta", "Razlog", "Skupina", "Citat"),
        "Napomena: svi su podaci izmišljeni.",
    ),
    "AL": Layout(
        (),
        ("Nr.", "Lidhja", "Data", "Gjuha", "Lloji", "Arsyeja", "Grupi", "Citimi"),
        "",
        ",",
        "%Y-%m-%d %H:%M",
    ),
    "SI": Layout(
        ("Enota SI: prispevki za dan prijav", "Izmišljeni podatki", ""),
        ("Zap. št.", "Povezava", "Datum", "Jezik", "Vrsta", "Razlog", "Skupina", "Citat"),
        "Opomba: vsi podatki so izmišljeni.",
    ),
}
ENGLISH: Final = Layout(
    (),
    ("No.", "URL", "Date", "Language", "Kind", "Reason", "Group", "Quote"),
    "",
    ",",
    "%Y-%m-%dT%H:%M:%S%z",
)
TCAP: Final = (
    "ID",
    "Description",
    "URL",
    "Domain",
    "Created On",
    "Content Data Type",
    "Extreme Content",
    "Pi I",
    "Protocol",
    "Core Tech Platform - Tech Platform → Name",
    "Core Terrorist Group - Terrorist Group Fk → Name",
    "Core Terrorist Group - Terrorist Group Fk → Entity Type",
    "Core Terrorist Group - Terrorist Group Fk → Ideology",
)


def local(entry: Entry, source: Source) -> datetime:
    """When it was seen, on the unit's own clock."""
    return entry.seen_at.astimezone(ZoneInfo(source.zone))


def quote(entry: Entry, encoding: str) -> str:
    """Some words of the content, where the file's code page can write them."""
    if entry.item is None or entry.item.extent != "item":
        return ""
    words = sentences(entry.item.token, entry.item.language, 1)[0]
    try:
        words.encode(encoding)
    except UnicodeEncodeError:
        return ""
    return words


def cells(no: int, entry: Entry, source: Source) -> tuple[str, ...]:
    """The cells after number, address and date."""
    item = entry.item
    told = reason(item.token if item else f"{source.path}{no}", source.language)
    if item is None or item.extent != "item":
        return ("", "", told, "", "")
    return (item.language, item.sort, told, item.group, quote(entry, source.encoding))


def comma_separated(source: Source, entries: list[Entry]) -> tuple[bytes, REFUSED_NUMBERS]:
    """A CSV file, and the line numbers of the rows that must be refused."""
    layout = LAYOUTS.get(source.unit, ENGLISH)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=layout.delimiter, lineterminator="\r\n")
    for line in layout.head:
        out.write(line + "\r\n")
    writer.writerow(layout.columns)
    refused: REFUSED_NUMBERS = {}
    number = len(layout.head) + 2
    for no, entry in enumerate(entries, start=1):
        row = [str(no), entry.address, local(entry, source).strftime(layout.dates), *cells(no, entry, source)]
        if source.unit == "HR" and no in TWO_LINES and entry.item:
            row[-1] = f"Izmišljeno.\n{row[-1]}"  # a cell of two lines: the numbers must still be right
        if source.unit == "HR" and no == FORMULA and entry.item:
            row[1] = f'=HYPERLINK("{entry.item.address}";"{NOTICE}")'
        writer.writerow(row)
        if entry.refused:
            refused[entry.refused] = number
        number += 1 + row[-1].count("\n")
    if layout.foot:
        out.write(f"\r\n{layout.foot}\r\n")
    return out.getvalue().encode(source.encoding), refused


def spreadsheet(source: Source, entries: list[Entry]) -> tuple[bytes, REFUSED_NUMBERS]:
    """An XLSX file with title lines above and notes below, and the numbers of the rows to be refused."""
    layout = LAYOUTS[source.unit]
    rows: list[tuple[Cell, ...]] = [(line,) for line in layout.head]
    rows.append(layout.columns)
    refused: REFUSED_NUMBERS = {}
    for no, entry in enumerate(entries, start=1):
        rows.append((no, entry.address, local(entry, source), *cells(no, entry, source)))
        if entry.refused:
            refused[entry.refused] = len(rows)
    rows += [(), (layout.foot,)]
    return workbook("Prispevki", rows), refused


def json_lines(_source: Source, entries: list[Entry]) -> tuple[bytes, REFUSED_NUMBERS]:
    """One object a line."""
    lines: list[str] = []
    refused: REFUSED_NUMBERS = {}
    for no, entry in enumerate(entries, start=1):
        item = entry.item
        known = {"language": item.language, "kind": item.sort} if item and item.extent == "item" else {}
        named = {"group": item.group, "brand": item.brand} if item and item.group else {}
        data = {
            "id": f"AGY-{no:05}",
            "url": entry.address,
            "seen_at": entry.seen_at.isoformat().replace("+00:00", "Z"),
            "reason": reason(item.token if item else str(no), "en"),
            **known,
            **named,
            "tlp": "green",
            "notice": NOTICE,
        }
        lines.append(json.dumps(data, ensure_ascii=False))
        if entry.refused:
            refused[entry.refused] = no
    return ("\n".join(lines) + "\n").encode(), refused


def tcap(source: Source, entries: list[Entry]) -> tuple[bytes, REFUSED_NUMBERS]:
    """The columns of a content platform's export: American dates, addresses without scheme."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(TCAP)
    refused: REFUSED_NUMBERS = {}
    for no, entry in enumerate(entries, start=1):
        item = entry.item
        bare = entry.address
        host = bare.partition("/")[0].rpartition("@")[2]
        told = title(item.token, "en") if item else "nothing"
        when = local(entry, source).strftime("%m/%d/%y %H:%M:%S")
        shown = [no + 70000, f"Invented: {told}", bare, host, when, "URL", "NTS", "NO", "https://"]
        writer.writerow([*shown, item.platform if item else "", item.group if item else "", "GRP", "INV"])
        if entry.refused:
            refused[entry.refused] = no + 1
    return out.getvalue().encode(), refused
