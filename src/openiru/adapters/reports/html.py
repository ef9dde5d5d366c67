"""A report as one HTML file: no script, nothing loaded, light and dark, a table beside each chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import ClassVar, Final

from openiru.adapters.reports import layout
from openiru.core.impact.indicators import BY_ID, STAGES
from openiru.core.impact.numbers import NumberFormat, number_format
from openiru.core.impact.report import Report, TimeToRemoval
from openiru.engines.charts import Bar, funnel, steps

#: The page may load nothing and run nothing; only its own style applies.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

STYLE: Final = """
:root{--ink:#1c2430;--soft:#5b6675;--paper:#fff;--rule:#d9dee5;--bar:#2f6690;--track:#eef1f5;--warn:#8a4b00;
--warn-paper:#fff3e0}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa6b5;--paper:#12171e;--rule:#2c3643;
--bar:#6fb1e0;--track:#1d2530;--warn:#ffcf8f;--warn-paper:#3a2a12}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1.5rem;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2.2rem 0 .6rem}
.notice{background:var(--warn-paper);color:var(--warn);border:1px solid currentColor;border-radius:4px;
padding:.4rem .8rem;font-weight:600}
.under,caption{color:var(--soft);font-size:.85rem;text-align:left}
blockquote{margin:0;padding:.2rem 1rem;border-left:4px solid var(--bar)}
.scroll{overflow-x:auto;margin:.4rem 0 1.2rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.9rem}
th,td{padding:.3rem .6rem;border-bottom:1px solid var(--rule);text-align:right;vertical-align:top}
th:first-child,td:first-child,.words th,.words td,.stages th:last-child,.stages td:last-child{text-align:left}
.figures th:nth-child(2),.figures td:nth-child(2){text-align:right;white-space:nowrap}
.stages th:last-child,.stages td:last-child{width:60%}.pairs{width:auto}.pairs td:last-child,.pairs th:last-child{padding-left:2.5rem}
caption{padding-bottom:.3rem}thead th{vertical-align:bottom;color:var(--soft);font-weight:600}
svg{width:100%;height:auto;display:block;margin:.4rem 0}
svg text{font:13px system-ui,sans-serif;fill:var(--ink)}svg .loss,svg .label{fill:var(--soft)}
.bar{fill:var(--bar)}.track{fill:var(--track)}.axis{stroke:var(--rule)}
.band{fill:var(--bar);opacity:.25}.line{stroke:var(--bar);stroke-width:1.5}
@media print{.notice.top{position:fixed;top:0;left:0;right:0}body{padding-top:3rem}}
"""


class HtmlReport:
    """One HTML file, UTF-8."""

    name: ClassVar[str] = "html"
    suffix: ClassVar[str] = ".html"
    media_type: ClassVar[str] = "text/html; charset=utf-8"

    def render(self, report: Report, language: str = "en") -> bytes:
        """The page; numbers are written as in ``language``, words in English."""
        return ("\n".join(_page(report, number_format(language))) + "\n").encode(errors="replace")


def _page(report: Report, fmt: NumberFormat) -> Iterator[str]:
    notice = layout.NOTICE[report.environment]
    title = layout.clean(report.title)
    yield '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{escape(f'{title} · {notice}' if notice else title)}</title>"
    yield f"<style>{STYLE}</style></head><body>"
    yield f'<p class="notice top" role="note">{escape(notice)}</p>' if notice else ""
    yield f"<h1>{escape(title)}</h1>"
    operations = ", ".join(map(layout.clean, report.operations))
    yield f'<p class="under">{escape(operations)} · {escape(layout.as_of(report, fmt))}</p>'
    yield from _statement(report)
    yield from _funnel(report, fmt)
    yield from _figures(report, fmt)
    yield from _breakdowns(report, fmt)
    yield from _removal(report, fmt)
    if report.time_to_removal is not None:
        yield from _times(report, report.time_to_removal, fmt)
    yield from _tables(report, fmt)
    yield from _went_wrong(report)
    yield f'<p class="notice" role="note">{escape(notice)}</p>' if notice else ""
    yield "</body></html>"


def _statement(report: Report) -> Iterator[str]:
    if report.statement:
        sentences = " ".join(map(layout.clean, report.statement))
        yield f"<h2>Statement</h2><blockquote><p>{escape(sentences)}</p></blockquote>"


def _funnel(report: Report, fmt: NumberFormat) -> Iterator[str]:
    stages = layout.funnel(report, fmt)
    if not stages:
        return
    yield "<h2>From contribution to verified gone</h2>"
    yield funnel(
        [Bar(stage.name, stage.count, stage.shown, stage.losses) for stage in stages],
        title="Items at each stage",
    )
    yield _under(report, fmt, stages[0].count)
    rows = [(stage.name, stage.shown, stage.losses) for stage in stages]
    yield _table(
        ("Stage", "Items", "Did not reach it"),
        rows,
        "Items at each stage, and why some did not reach it",
        kind="stages",
    )


def _figures(report: Report, fmt: NumberFormat) -> Iterator[str]:
    yield "<h2>Figures</h2>"
    rows = [(*layout.figure_row(figure, fmt), layout.definition(figure)) for figure in report.figures]
    head = ("Figure", "Value", "Unit", "Verb", "Qualifier", "What is counted")
    yield _table(head, rows, f"All figures, {layout.as_of(report, fmt)}", kind="figures words")


def _breakdowns(report: Report, fmt: NumberFormat) -> Iterator[str]:
    for each in report.breakdowns:
        yield f"<h2>{escape(layout.clean(each.title))}</h2>"
        unit = BY_ID[each.figure].unit if each.figure in BY_ID else each.figure
        head = ("What was said", unit.capitalize())
        caption = f"{unit.capitalize()}, {layout.as_of(report, fmt)}"
        yield _table(head, layout.breakdown_rows(each, fmt), caption, kind="pairs")


def _removal(report: Report, fmt: NumberFormat) -> Iterator[str]:
    rows = layout.removal_rows(report, fmt)
    if rows:
        yield "<h2>Removal rate</h2>"
        caption = "The band counts what could not be checked as not gone, then as gone. Few items: no rate."
        yield _table(layout.REMOVAL_HEAD, rows, caption)


def _times(report: Report, times: TimeToRemoval, fmt: NumberFormat) -> Iterator[str]:
    yield "<h2>Time to removal</h2>"
    yield steps(
        times.curve, title="Share of items still there, by hours since the start", horizon=times.horizon
    )
    yield _under(report, fmt, times.n)
    yield _table(
        ("Measure", "Value"),
        layout.time_rows(times, fmt),
        "From looks at intervals: bands, not points",
        kind="pairs",
    )
    rows = [
        (fmt.decimals(time, 2), fmt.share(low), fmt.share(high)) for time, low, high in _thinned(times.curve)
    ]
    yield _table(
        ("Hours", "At least still there", "At most still there"), rows, "The curve in numbers", kind="pairs"
    )


def _thinned(curve: Sequence[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """At most some forty rows of the curve, first and last among them: the drawing has them all."""
    every = max(1, -(-len(curve) // 40))
    kept = list(curve[::every])
    return kept if not curve or kept[-1] == curve[-1] else [*kept, curve[-1]]


def _tables(report: Report, fmt: NumberFormat) -> Iterator[str]:
    for table in report.tables:
        yield f"<h2>By {escape(table.dimension)}</h2>"
        head = (table.dimension.capitalize(), *(BY_ID[name].name for name in STAGES))
        rows = [
            (layout.clean(row.name), *(fmt.whole(row.counts.get(name, 0)) for name in STAGES))
            for row in table.rows
        ]
        note = f". {layout.clean(table.note)}" if table.note else ""
        yield _table(head, rows, f"Items, {layout.as_of(report, fmt)}{note}")


def _went_wrong(report: Report) -> Iterator[str]:
    if report.went_wrong:
        yield "<h2>What went wrong, and how it was caught</h2>"
        rows = [(layout.clean(each.what), layout.clean(each.caught)) for each in report.went_wrong]
        yield _table(("What", "How it was caught"), rows, "", kind="words")


def _under(report: Report, fmt: NumberFormat, n: int) -> str:
    return f'<p class="under">n = {escape(fmt.whole(n))} · {escape(layout.as_of(report, fmt))}</p>'


def _table(head: Iterable[str], rows: Iterable[Sequence[str]], caption: str, *, kind: str = "") -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    named = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll"><table class="{kind}">{named}<thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
