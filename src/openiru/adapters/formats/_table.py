"""A table of any origin (CSV, sheet) as contributions: streams, and says what stands around it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from openiru.adapters.formats._cells import can_be_address, excerpt
from openiru.adapters.formats._columns import check_mapping
from openiru.adapters.formats._dates import DateColumn, zone_of
from openiru.adapters.formats._fold import fold
from openiru.adapters.formats._layout import SAMPLE, Layout, lay_out, say_lines
from openiru.adapters.formats._rows import Finish, Outcome, RowBuilder
from openiru.ports.formats import Note, Refused, Row

Event = tuple[int, list[str]] | Refused | Note
_PENDING = 60
_WITHOUT_ADDRESS = frozenset({"OIRU-4001", "OIRU-4002"})
_TOTALS = {
    fold(word)
    for word in ("total", "sum", "ukupno", "zbroj", "skupaj", "вкупно", "укупно", "gjithsej", "summe")
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a format knows about its tables beforehand.

    ``names``: folded column name -> field, before the general table. ``month_first``: order of dates, if it is
    fixed. ``zone``: the zone of its local times. ``finish``: its last word on the values of a row (a list in the
    order of FIELDS) and the cells they came from; it is made for one layout.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    month_first: bool | None = None
    zone: str = ""
    ask: str = "address"
    finish: Callable[[Layout, list[str]], Finish] | None = None


class TableReader:
    """Reads one table once. ``events`` are its rows with the numbers a person counts."""

    def __init__(
        self,
        events: Iterable[Event],
        mapping: Mapping[str, str] | None,
        dialect: Dialect | None = None,
        *,
        careful: bool = True,
    ) -> None:
        self._mapping = check_mapping(mapping)
        self._dialect = dialect or Dialect()
        self._careful = careful
        self._events = iter(events)
        self._empty = _Empty()
        self._head: list[Event] = []
        sample = self._sample()
        self.layout = lay_out(sample, self._mapping, self._dialect.names, ask=self._dialect.ask)
        self._build = self._builder(sample)

    def _sample(self) -> list[tuple[int, list[str]]]:
        """The first non-empty rows; empty ones are counted and gone, so that a million of them cost nothing."""
        rows: list[tuple[int, list[str]]] = []
        for event in self._events:
            if isinstance(event, tuple):
                if not any(map(str.strip, event[1])):
                    self._empty.add(event[0])
                    continue
                rows.append(event)
            self._head.append(event)
            if len(rows) >= SAMPLE or len(self._head) >= 2 * SAMPLE:
                break
        return rows

    def _builder(self, sample: list[tuple[int, list[str]]]) -> RowBuilder:
        layout, dialect = self.layout, self._dialect
        zone_name = self._mapping.get("zone", "")
        zone = zone_of(zone_name or dialect.zone)
        dates: dict[str, DateColumn] = {}
        for name in ("seen_at", "posted_at"):
            place = layout.columns.index.get(name)
            if place is not None:
                dates[name] = column = DateColumn(zone, month_first=dialect.month_first)
                column.decide(cells[place] for _, cells in sample[layout.first :] if place < len(cells))
        header = dict(sample).get(layout.header, [])
        return RowBuilder(
            layout.columns.index,
            width=layout.width,
            zone=zone,
            zone_name=zone_name,
            careful=self._careful,
            dates=dates,
            finish=dialect.finish(layout, header) if dialect.finish else None,
        )

    def notes(self) -> tuple[str, ...]:
        """What the head of the table says to a person."""
        return self.layout.notes

    def rows(self) -> Iterator[Outcome]:
        """Every row in order, taken or refused; notes where they belong."""
        for text in self.layout.notes:
            yield Note(text)
        yield from self._titles()
        yield from self._body(chain(self._after_header(), self._events))
        yield from self._farewell()

    def _titles(self) -> Iterator[Outcome]:
        """A title line that holds an address is nobody's contribution, and must not vanish either."""
        titles = set(self.layout.titles)
        for event in self._head:
            if isinstance(event, tuple) and event[0] in titles and any(map(can_be_address, event[1])):
                yield Refused(
                    event[0],
                    "It stands above the header but holds an address.",
                    "OIRU-4006",
                    excerpt(event[1]),
                )

    def _after_header(self) -> Iterator[Event]:
        seen = 0
        for event in self._head:
            if isinstance(event, tuple):
                seen += 1
                if seen <= self.layout.first:
                    continue
            yield event
        self._head = []

    def _body(self, events: Iterable[Event]) -> Iterator[Outcome]:
        build = self._build
        pending: list[Refused] = []  # lines without an address that may turn out to be notes below the table
        for event in events:
            if not isinstance(event, tuple):
                yield from pending
                pending = []
                yield event
                continue
            number, cells = event
            if not any(cells):
                self._empty.add(number)
                continue
            out = build(number, cells)
            if isinstance(out, Row):
                if pending:
                    yield from pending
                    pending = []
                yield out
                continue
            if not any(map(str.strip, cells)):
                self._empty.add(number)
                continue
            if len(pending) < _PENDING and self._may_be_note(out, cells):
                pending.extend(item for item in out if isinstance(item, Refused))
                continue
            yield from pending
            pending = []
            yield from out
        yield from self._below(pending)

    def _may_be_note(self, out: list[Outcome], cells: list[str]) -> bool:
        """A lone sentence, or a total: what stands below a table."""
        refused = out[-1]  # before it may stand what was said of its date
        if not isinstance(refused, Refused) or refused.code not in _WITHOUT_ADDRESS:
            return False
        filled = [cell for cell in cells if cell.strip()]
        if self.layout.width > 1 and len(filled) == 1:
            return True
        return len(filled) <= 3 and fold(filled[0]) in _TOTALS  # noqa: PLR2004 - word, number, unit

    def _below(self, pending: list[Refused]) -> Iterator[Outcome]:
        if pending:
            numbers = [item.number for item in pending]
            words = "; ".join(item.excerpt for item in pending[:3])
            yield Note(f"{say_lines(numbers)} below the table: taken as notes ({words}).", numbers[0])

    def _farewell(self) -> Iterator[Note]:
        yield from self._build.notebook.rest()
        yield from self._empty.note()
        if self._build.short:
            yield Note(
                f"{self._build.short} rows have fewer cells than the header; the missing ones are empty."
            )
        for column in self._build.dates.values():
            if column.guessed:
                yield Note("Dates such as 3/4/2020 were read in the European order, day before month.")
            if column.unzoned and not self._mapping.get("zone") and not self._dialect.zone:
                yield Note("Times without a zone were read as UTC; say which they are in: --map zone=...")


class _Empty:
    """Counts empty rows and remembers where they stand, in constant memory."""

    def __init__(self) -> None:
        self.count = self.first = self.last = 0

    def add(self, number: int) -> None:
        self.count += 1
        self.first = self.first or number
        self.last = number

    def note(self) -> Iterator[Note]:
        if self.count == 1:
            yield Note("One empty line was skipped.", self.first)
        elif self.count:
            text = (
                f"{self.count:,} empty lines were skipped, the first is {self.first}, the last {self.last}."
            )
            yield Note(text, self.first)
