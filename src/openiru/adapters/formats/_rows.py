"""From the cells of one row to a contribution: the inner loop of every table reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import tzinfo
from operator import itemgetter

from openiru.adapters.formats._cells import (
    LONGEST_ADDRESS,
    ORDINARY,
    address_in_formula,
    addresses_in,
    excerpt,
    hides_direction,
    normal_digest,
    whole_number,
    without_poison,
)
from openiru.adapters.formats._columns import FIELDS
from openiru.adapters.formats._dates import DateColumn
from openiru.adapters.formats._draft import Draft, make_row
from openiru.adapters.formats._notes import Notebook
from openiru.engines.text import visible
from openiru.ports.formats import Note, Refused, Row

Outcome = Row | Refused | Note
#: A format's last word: the values in the order of FIELDS, and the cells they came from.
Finish = Callable[[list[object], list[str]], None]
_normal = ORDINARY.fullmatch
_NOT_TEXT = frozenset({"seen_at", "posted_at", "views"})
_AT = {name: place for place, name in enumerate(FIELDS)}
_SEEN, _POSTED, _VIEWS, _DIGEST = _AT["seen_at"], _AT["posted_at"], _AT["views"], _AT["digest"]
_ZONE, _NOTE = _AT["seen_zone"], _AT["note"]


class RowBuilder:
    """Builds rows from cells; remembers what a person must be told.

    ``careful`` looks for NULs and broken characters in every cell: the scan of the file says whether there
    are any. ``width`` is how many cells the header has: a longer row was cut in the wrong place. ``zone`` is
    the zone of local times; ``zone_name`` what is written beside them. ``finish`` is a format's own last word.
    """

    def __init__(
        self,
        index: Mapping[str, int],
        *,
        width: int,
        zone: tzinfo,
        zone_name: str = "",
        careful: bool = True,
        dates: Mapping[str, DateColumn] | None = None,
        finish: Finish | None = None,
    ) -> None:
        # Fields that the file does not have are picked from two cells added at the end: nothing, and no text.
        self._pick = itemgetter(*(index.get(name, -2 if name in _NOT_TEXT else -1) for name in FIELDS))
        self._width = width
        self._zone_name = zone_name
        self.careful = careful
        self._finish = finish
        given = dict(dates or {})
        self.dates = {
            place: given.get(name) or DateColumn(zone)
            for name, place in (("seen_at", _SEEN), ("posted_at", _POSTED))
            if name in index
        }
        self._digest = "digest" in index
        self._views = "views" in index
        self._memories = [(place, column.memory) for place, column in self.dates.items()]
        self._numbers = self._digest or self._views
        self.notebook = Notebook()
        self.short = 0

    def __call__(self, number: int, cells: list[str]) -> Row | list[Outcome]:
        """One row, or what else became of it. ``cells`` may be changed."""
        if len(cells) != self._width and not self._fits(cells):
            return [self._too_long(number, cells)]
        bare = [*map(str.strip, cells), None, ""]
        values: list[object] = [*self._pick(bare)]
        said = self._clean(number, values) if self.careful else None
        for place, memory in self._memories:
            # The usual case without a call: this very date was read before.
            known = memory.get(values[place])  # type: ignore[call-overload]  # a cell, stripped
            if known is None:
                said = self._date(number, values, place, said)
            else:
                values[place] = known[0]
                if place == _SEEN:
                    values[_ZONE] = values[_ZONE] or known[1] or self._zone_name
        if self._numbers:
            said = self._others(number, values, said)
        if self._finish is not None:
            self._finish(values, cells)
        address: str = values[0]  # type: ignore[assignment]  # a cell, stripped
        if said is None and len(address) <= LONGEST_ADDRESS and _normal(address):
            return Draft(number, *values)  # type: ignore[arg-type, return-value]  # it becomes a Row
        return self._slowly(number, address, values, cells, said or [])

    def _fits(self, cells: list[str]) -> bool:
        """Whether a row of another length can be read: missing cells are added, empty ones too many are no harm."""
        if len(cells) > self._width:
            return not any(cells[self._width :])
        self.short += 1
        cells.extend([""] * (self._width - len(cells)))
        return True

    def _too_long(self, number: int, cells: list[str]) -> Refused:
        reason = (
            f"It has {len(cells)} cells where the header has {self._width}: probably a separator stands inside a "
            "cell without quotation marks, and the cells after it would be misread."
        )
        return Refused(number, reason, "OIRU-4004", excerpt(cells))

    def _clean(self, number: int, values: list[object]) -> list[Outcome] | None:
        texts = {place: value for place, value in enumerate(values) if isinstance(value, str)}
        broken = [FIELDS[place] for place, text in texts.items() if _poisoned(text)]
        if not broken:
            return None
        if broken[0] == "address":
            return None  # refused where addresses are looked at
        for place, text in texts.items():
            values[place] = without_poison(text)
        kind = "holds NUL or broken characters; they are kept as visible signs"
        return [*self.notebook.say(f"The row {kind} ({', '.join(broken)}).", number, kind=kind)]

    def _date(
        self, number: int, values: list[object], place: int, said: list[Outcome] | None
    ) -> list[Outcome] | None:
        text = str(values[place])
        if not text:
            values[place] = None
            return said
        found = self.dates[place].read(text)
        if found is None:
            values[place] = None
            kind = "A date cannot be read; the row is taken without it."
            return [*(said or ()), *self.notebook.say(f"“{visible(text, 40)}”: {kind}", number, kind=kind)]
        values[place] = found[0]
        if place == _SEEN:
            values[_ZONE] = values[_ZONE] or found[1] or self._zone_name
        return said

    def _others(self, number: int, values: list[object], said: list[Outcome] | None) -> list[Outcome] | None:
        out = said
        if self._views:
            text = str(values[_VIEWS])
            count = values[_VIEWS] = whole_number(text)
            if text and count is None:
                kind = "A number of views cannot be read; the row is taken without it."
                out = [*(out or ()), *self.notebook.say(f"“{visible(text, 40)}”: {kind}", number, kind=kind)]
        if self._digest and values[_DIGEST]:
            text = str(values[_DIGEST])
            values[_DIGEST] = normal_digest(text)
            if not values[_DIGEST]:
                kind = "What stands as a digest is none; the row is taken without it."
                out = [*(out or ()), *self.notebook.say(f"“{visible(text, 40)}”: {kind}", number, kind=kind)]
        return out

    def _slowly(
        self, number: int, address: str, values: list[object], cells: list[str], said: list[Outcome]
    ) -> list[Outcome]:
        """Anything but one plain address: formulas, several in a cell, hidden signs, nothing at all."""
        linked = address_in_formula(address)
        if linked:
            kind = "The cell is a HYPERLINK formula; its address is taken."
            said = [*said, *self.notebook.say(kind, number)]
            address = linked
        refused = refusal(number, address, cells)
        if refused is not None:
            return [*said, refused]
        found = addresses_in(address)
        if not found:
            return [*said, no_address(number, address, cells)]
        if len(found) > 1:
            kind = "A cell holds several addresses; each becomes a contribution of this row."
            said = [*said, *self.notebook.say(f"{len(found)} addresses: {kind}", number, kind=kind)]
        if any(map(hides_direction, found)):
            kind = "An address holds hidden signs that turn the direction of writing; it may not be what it looks like."
            said = [*said, *self.notebook.say(kind, number)]
        rest = values[1:]
        return [*said, *(make_row(number, [piece, *rest]) for piece in found)]


def _poisoned(text: str) -> bool:
    return "\x00" in text or "\ufffd" in text or (not text.isascii() and without_poison(text) != text)


def refusal(number: int, address: str, cells: list[str]) -> Refused | None:
    """Why an address cannot be taken as it stands; None when it can."""
    if len(address) > LONGEST_ADDRESS:
        reason = (
            f"The address has {len(address):,} characters; no address is longer than {LONGEST_ADDRESS:,}."
        )
        return Refused(number, reason, "OIRU-4003", excerpt([address]))
    if _poisoned(address):
        reason = "The address holds NUL or characters that are broken in this encoding."
        return Refused(number, reason, "OIRU-4005", excerpt(cells))
    return None


def no_address(number: int, address: str, cells: list[str]) -> Refused:
    """The refusal of a row without an address, with what stands in its place."""
    if not address:
        return Refused(number, "The row has no address.", "OIRU-4001", excerpt(cells))
    reason = f"“{visible(address, 40)}” is not an address."
    return Refused(number, reason, "OIRU-4002", excerpt(cells))
