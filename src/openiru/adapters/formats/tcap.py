"""The Terrorist Content Analytics Platform's CSV, as analysts hold it (fields: interop design page, 2.4)."""

from __future__ import annotations

from typing import ClassVar

from openiru.adapters.formats._columns import FIELDS
from openiru.adapters.formats._fold import fold
from openiru.adapters.formats._layout import Layout
from openiru.adapters.formats._rows import Finish
from openiru.adapters.formats._table import Dialect
from openiru.adapters.formats.csv import CsvReader, head_lines

_NAMES = {
    "URL": "address",
    "Created On": "seen_at",
    "Description": "title",
    "Content Data Type": "kind",
    "ID": "source_ref",
    "Core Terrorist Group - Terrorist Group Fk → Name": "group",
}
_ADDRESS, _NOTE, _RESTRICTION = (FIELDS.index(name) for name in ("address", "note", "restriction"))


def _finish(layout: Layout, header: list[str]) -> Finish:
    del layout
    places = {fold(name): place for place, name in enumerate(header)}
    protocol, extreme, personal = (
        places.get(fold(name), -1) for name in ("Protocol", "Extreme Content", "Pi I")
    )

    def finish(values: list[object], cells: list[str]) -> None:
        """An address without its scheme gets the one beside it; the platform's own flags are kept in words."""
        scheme = cells[protocol].strip() if protocol >= 0 else ""
        address = str(values[_ADDRESS])
        if address and "://" not in address and scheme.lower() in {"http://", "https://"}:
            values[_ADDRESS] = scheme + address
        flag = cells[extreme].strip().upper() if extreme >= 0 else ""
        if flag:
            values[_NOTE] = f"TCAP extreme content: {flag}"
        if personal >= 0 and cells[personal].strip().upper() == "YES":
            values[_RESTRICTION] = "TCAP: holds personal information"

    return finish


class TcapReader(CsvReader):
    """TCAP exports: American dates, addresses without scheme, YES, NO and NTS."""

    name: ClassVar[str] = "tcap"
    title: ClassVar[str] = "TCAP export (CSV)"
    dialect: ClassVar[Dialect] = Dialect(
        names={fold(key): value for key, value in _NAMES.items()}, month_first=True, finish=_finish
    )

    def sniff(self, head: bytes, name: str) -> float:
        """By the columns that only TCAP has."""
        del name
        first = (head_lines(head) or [""])[0].lower()
        return 0.97 if "extreme content" in first and "content data type" in first else 0.0
