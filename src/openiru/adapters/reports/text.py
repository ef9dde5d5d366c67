"""A report as plain text for a terminal or a mail: no colour, no control characters, LF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

from openiru.adapters.reports import layout
from openiru.core.impact.indicators import BY_ID, STAGES
from openiru.core.impact.numbers import NumberFormat, number_format
from openiru.core.impact.report import Report, Table

_CELLS: Final = 20


class TextReport:
    """Plain text, UTF-8."""

    name: ClassVar[str] = "text"
    suffix: ClassVar[str] = ".txt"
    media_type: ClassVar[str] = "text/plain; charset=utf-8"

    def render(self, report: Report, language: str = "en") -> bytes:
        """The report; numbers are written as in ``language``."""
        fmt = number_format(language)
        blocks = ["\n".join(block) for block in _blocks(report, fmt)]
        return ("\n\n".join(block for block in blocks if block) + "\n").encode()


def _blocks(report: Report, fmt: NumberFormat) -> Iterator[Iterable[str]]:
    notice = layout.NOTICE[report.environment]
    yield _head(report, fmt, notice)
    yield [layout.clean(sentence) for sentence in report.statement]
    yield _funnel(report, fmt)
    yield _columns(
        ("Figure", "Value", "Unit", "Verb", "Qualifier"),
        [layout.figure_row(figure, fmt) for figure in report.figures],
    )
    for each in report.breakdowns:
        yield [layout.clean(each.title), *_columns(("", ""), layout.breakdown_rows(each, fmt))]
    if rows := layout.removal_rows(report, fmt):
        yield ["Removal rate", *_columns(layout.REMOVAL_HEAD, rows)]
    if report.time_to_removal is not None:
        yield ["Time to removal", *_columns(("", ""), layout.time_rows(report.time_to_removal, fmt))]
    for table in report.tables:
        yield _table(table, fmt)
    yield [f"{layout.clean(each.what)}: {layout.clean(each.caught)}" for each in report.went_wrong]
    yield [f"Figures {layout.as_of(report, fmt)}." + (f" {notice}." if notice else "")]


def _head(report: Report, fmt: NumberFormat, notice: str) -> list[str]:
    lines = [f"*** {notice.upper()} ***"] if notice else []
    lines += [layout.clean(report.title), ", ".join(map(layout.clean, report.operations))]
    return [*lines, layout.as_of(report, fmt)]


def _funnel(report: Report, fmt: NumberFormat) -> Iterator[str]:
    stages = layout.funnel(report, fmt)
    most = max((stage.count for stage in stages), default=0) or 1
    wide = max((len(stage.name) for stage in stages), default=0)
    for stage in stages:
        full = round(_CELLS * stage.count / most)
        bar = "█" * full + "░" * (_CELLS - full)
        losses = f"  ({stage.losses})" if stage.losses else ""
        yield f"{stage.name.ljust(wide)}  {bar}  {stage.shown.rjust(9)}{losses}"


def _table(table: Table, fmt: NumberFormat) -> Iterator[str]:
    yield f"By {table.dimension}"
    if table.note:
        yield layout.clean(table.note)
    head = (table.dimension.capitalize(), *(BY_ID[name].name for name in STAGES))
    rows = [
        (layout.clean(row.name), *(fmt.whole(row.counts.get(name, 0)) for name in STAGES))
        for row in table.rows
    ]
    yield from _columns(head, rows)


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    everything = [head, *rows] if any(head) else list(rows)
    widths = [max(len(row[at]) for row in everything) for at in range(len(head))] if everything else []
    numeric = [
        at > 0 and all(row[at][:1].isdigit() or not row[at] for row in rows) for at in range(len(head))
    ]
    for row in everything:
        cells = [
            cell.rjust(wide) if right else cell.ljust(wide)
            for cell, wide, right in zip(row, widths, numeric, strict=True)
        ]
        yield "  ".join(cells).rstrip()
