"""A report for machines: JSON with sorted keys, and one tidy CSV table."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, ClassVar, Final

from openiru.core.impact.indicators import BY_ID, STAGES
from openiru.core.impact.rates import Rate
from openiru.core.impact.report import Figure, Report
from openiru.core.referral.attachments import guard

FORMAT: Final = "openiru-report/1"
CSV_COLUMNS: Final = (
    "table",
    "name",
    "indicator",
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
    "unit",
    "verb",
    "qualifier",
    "ledger_size",
    "as_of",
    "environment",
)
#: Decimals of shares and hours: enough for any use, few enough that the same figures give the same bytes.
_PLACES: Final = 6


class JsonReport:
    """JSON, UTF-8, keys sorted. A bound that is not reached (infinite) is null."""

    name: ClassVar[str] = "json"
    suffix: ClassVar[str] = ".json"
    media_type: ClassVar[str] = "application/json"

    def render(self, report: Report, language: str = "en") -> bytes:
        """The report; ``language`` changes nothing: machines read numbers in one way."""
        del language
        document = _plain(report) | {"format": FORMAT, "invented": report.environment.value != "live"}
        text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
        return (text + "\n").encode(errors="backslashreplace")


class CsvReport:
    """One row a figure and cell of a table; CRLF, RFC 4180, formulas disarmed."""

    name: ClassVar[str] = "csv"
    suffix: ClassVar[str] = ".csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8; header=present"

    def render(self, report: Report, language: str = "en") -> bytes:
        """The report; ``language`` changes nothing: machines read numbers in one way."""
        del language
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(CSV_COLUMNS)
        end = [str(report.as_of.size), report.as_of.time.isoformat(), report.environment.value]
        for cells in _cells(report):
            writer.writerow([guard(cell) for cell in (*cells, *end)])
        return out.getvalue().encode(errors="backslashreplace")


def _cells(report: Report) -> Iterator[list[str]]:
    for figure in report.figures:
        yield ["all", "", figure.id, *_value(figure), figure.unit, _verb(figure), figure.qualifier.value]
    for table in report.tables:
        for row in table.rows:
            for name in STAGES:
                indicator = BY_ID[name]
                count = str(row.counts.get(name, 0))
                yield [
                    *(table.dimension, row.name, name, count, "", "", "", ""),
                    *(indicator.unit, indicator.verb.name.lower(), "exact"),
                ]
    yield from _split(report)
    for provider, each in sorted(report.removal_by_provider):
        if each.rate is not None:
            cells = ["removal", provider, "removal_rate", *_rate(each.rate)]
            yield [*cells, "items", "gone", "exact"]


def _split(report: Report) -> Iterator[list[str]]:
    for each in report.breakdowns:
        indicator = BY_ID[each.figure]
        end = [indicator.unit, indicator.verb.name.lower(), "exact"]
        yield from (
            ["breakdown", words, each.figure, str(count), "", "", "", "", *end] for words, count in each.rows
        )


def _value(figure: Figure) -> list[str]:
    if isinstance(figure.value, Rate):
        return _rate(figure.value)
    return [str(figure.value), "", "", "", ""]


def _rate(rate: Rate) -> list[str]:
    low, high = (f"{bound:.{_PLACES}f}" for bound in (rate.low, rate.high))
    return [low, str(rate.numerator), str(rate.denominator), low, high]


def _verb(figure: Figure) -> str:
    return figure.verb.name.lower()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value.value, int) else value.value
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, _PLACES) if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value
