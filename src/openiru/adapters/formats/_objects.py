"""Objects (JSON) as rows: keys are columns, recognised once for each set of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from openiru.adapters.formats._cells import can_be_address, excerpt
from openiru.adapters.formats._columns import Columns, check_mapping, recognise
from openiru.adapters.formats._dates import DateColumn, zone_of
from openiru.adapters.formats._rows import Outcome, RowBuilder
from openiru.engines.text import visible
from openiru.ports.formats import Note, Refused

_PLANS = 256


class ObjectRows:
    """Builds contributions from objects. One plan a set of keys; at most 256 plans are remembered."""

    def __init__(self, mapping: Mapping[str, str] | None) -> None:
        self._mapping = check_mapping(mapping)
        self._zone_name = self._mapping.get("zone", "")
        zone = zone_of(self._zone_name)
        self._zone = zone
        self._dates = {"seen_at": DateColumn(zone), "posted_at": DateColumn(zone)}
        self._plans: dict[tuple[str, ...], RowBuilder | None] = {}
        self.columns: dict[str, str] = {}
        self.ignored: list[str] = []
        self.notes: list[str] = []

    def __call__(self, number: int, value: Any, *, careful: bool = True) -> list[Outcome]:
        """What one element of the file is: a row, several, or the reason why not."""
        if isinstance(value, str):
            return self._built(("address",), [value], number, careful=careful)
        if not isinstance(value, dict):
            return [
                Refused(
                    number, "It is neither an object nor an address.", "OIRU-4031", visible(str(value)[:200])
                )
            ]
        flat = _flat(value)
        return self._built(tuple(flat), list(flat.values()), number, careful=careful)

    def _built(self, keys: tuple[str, ...], cells: list[str], number: int, *, careful: bool) -> list[Outcome]:
        if keys not in self._plans:
            self._plan(keys, cells)
        plan = self._plans[keys]
        if plan is None:
            reason = "No key of it is known as an address: " + ", ".join(
                visible(key, 30) for key in keys[:10]
            )
            return [Refused(number, reason, "OIRU-4010", excerpt(cells))]
        plan.careful = careful
        out = plan(number, cells)
        return out if isinstance(out, list) else [out]

    def _plan(self, keys: tuple[str, ...], cells: list[str]) -> None:
        if len(self._plans) >= _PLANS:
            self._plans.clear()
        known = {key: value for key, value in self._mapping.items() if value in keys}
        columns = recognise(keys, known, holds_address=[can_be_address(cell) for cell in cells])
        self._remember(columns)
        usable = "address" in columns.index
        self._plans[keys] = (
            RowBuilder(
                columns.index, width=len(keys), zone=self._zone, zone_name=self._zone_name, dates=self._dates
            )
            if usable
            else None
        )

    def _remember(self, columns: Columns) -> None:
        self.columns.update(columns.names)
        self.ignored.extend(name for name in columns.ignored if name not in self.ignored)
        self.notes.extend(note for note in columns.notes if note not in self.notes)

    def farewell(self) -> Iterator[Note]:
        """What is to be said at the end."""
        for text in self.notes:
            yield Note(text)
        if self.ignored:
            yield Note(
                "Keys that are not used: " + ", ".join(visible(key, 40) for key in self.ignored[:40]) + "."
            )
        for plan in self._plans.values():
            if plan is not None:
                yield from plan.notebook.rest()
        if any(column.guessed for column in self._dates.values()):
            yield Note("Dates such as 3/4/2020 were read in the European order, day before month.")
        if any(column.unzoned for column in self._dates.values()) and not self._zone_name:
            yield Note("Times without a zone were read as UTC; say which they are in: --map zone=...")


def _flat(value: Mapping[str, Any]) -> dict[str, str]:
    """One level of nesting is unfolded (``author.name``); lists become lines; the rest is not text of ours."""
    out: dict[str, str] = {}
    for key, item in value.items():
        if isinstance(item, dict):
            for inner, deeper in item.items():
                if not isinstance(deeper, dict | list):
                    out[f"{key}.{inner}"] = _text(deeper)
        elif isinstance(item, list):
            out[key] = "\n".join(_text(part) for part in item[:1000] if not isinstance(part, dict | list))
        else:
            out[key] = _text(item)
    return out


def _text(item: Any) -> str:
    if item is None:
        return ""
    if isinstance(item, str):
        return item
    return str(item).lower() if isinstance(item, bool) else str(item)
