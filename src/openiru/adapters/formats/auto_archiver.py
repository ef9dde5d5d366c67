"""The sheet of Bellingcat's auto-archiver, as CSV (interop design page, 2.12). Its column names drift."""

from __future__ import annotations

from typing import ClassVar

from openiru.adapters.formats._columns import FIELDS
from openiru.adapters.formats._fold import fold
from openiru.adapters.formats._layout import Layout
from openiru.adapters.formats._rows import Finish
from openiru.adapters.formats._table import Dialect
from openiru.adapters.formats.csv import CsvReader, head_lines

_NAMES = {
    "link": "address",
    "url": "address",
    "source url": "address",
    "media url": "address",
    "archive date": "seen_at",
    "date archived": "seen_at",
    "archived at": "seen_at",
    "upload timestamp": "posted_at",
    "timestamp": "posted_at",
    "upload title": "title",
    "title": "title",
    "text content": "quote",
    "text": "quote",
    "hash": "digest",
    "hashes": "digest",
    "sha256": "digest",
}
_STATUS = ("archive status", "status", "archiving status")
_PLACE = ("archive location", "archive url", "archive", "wacz")
_NOTE = FIELDS.index("note")


def _places(header: list[str], names: tuple[str, ...]) -> list[int]:
    places = {fold(name): place for place, name in enumerate(header)}
    return [places[fold(name)] for name in names if fold(name) in places]


def _finish(layout: Layout, header: list[str]) -> Finish:
    del layout
    groups = (_places(header, _STATUS), _places(header, _PLACE))

    def finish(values: list[object], cells: list[str]) -> None:
        """How the archiving went and where the copy is: beside the contribution, for the evidence room."""
        filled = (next((cells[at].strip() for at in places if cells[at].strip()), "") for places in groups)
        said = [text for text in filled if text]
        if said:
            values[_NOTE] = "auto-archiver: " + "; ".join(said)[:500]

    return finish


class AutoArchiverReader(CsvReader):
    """auto-archiver sheets: link, archive status, archive date, hash and the rest, by any of their names."""

    name: ClassVar[str] = "auto_archiver"
    title: ClassVar[str] = "auto-archiver sheet (CSV)"
    dialect: ClassVar[Dialect] = Dialect(
        names={fold(key): value for key, value in _NAMES.items()}, finish=_finish
    )

    def sniff(self, head: bytes, name: str) -> float:
        """By at least two columns that only this sheet has."""
        del name
        own = (
            "archive status",
            "archive location",
            "archive date",
            "replaywebpage",
            "perceptual hashes",
            "upload timestamp",
        )
        best = max((sum(word in line.lower() for word in own) for line in head_lines(head)[:5]), default=0)
        return 0.96 if best > 1 else 0.0
