"""Statistics: the report as of any size or time, with definitions and bands, to take away, and two of them compared."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse

from openiru.core.errors import UsageError
from openiru.core.impact.changes import changes, definition_of, value_of, values
from openiru.core.impact.digest import figures_digest
from openiru.core.impact.indicators import STAGES
from openiru.core.impact.rates import Rate
from openiru.core.impact.report import Report
from openiru.foundation.operations.desk import Desk, page, show
from openiru.stages.impact import commands
from openiru.stages.impact.rendering import formats, render, renderer
from openiru.stages.impact.templatetags.figures import number_format
from openiru.stages.impact.web.asking import as_of

FORMS: Final = ("csv", "json", "html", "text")


@page("report")
def statistics(desk: Desk) -> HttpResponse:
    """The figures as of a size of the log or a time; ``?against=``: beside those of another."""
    given = desk.request.GET
    asked, against = given.get("as_of", ""), given.get("against", "")
    made = _made(desk, as_of(asked))
    if made is None:
        return show(desk, "impact/statistics.html", empty=True)
    other = _made(desk, as_of(against, "against")) if against.strip() else None
    fixed = urlencode({"as_of": made.as_of.size})
    return show(
        desk,
        "impact/statistics.html",
        made=made,
        asked=asked,
        against=against,
        figures=[_figure(one) for one in made.figures],
        tables=[_table(one) for one in made.tables],
        columns=STAGES,
        digest=figures_digest(made),
        other=other,
        changes=changes(values(other), values(made)) if other else (),
        downloads=[
            (name, f"{desk.url('statistics-file', form=name)}?{fixed}") for name in FORMS if name in formats()
        ],
        within=made.time_to_removal,
    )


@page("report")
def statistics_file(desk: Desk, form: str) -> HttpResponse:
    """The same report as a file: the same as-of gives the same bytes."""
    made = commands.report(by=desk.by, as_of=as_of(desk.request.GET.get("as_of", "")))
    if form not in FORMS:
        raise UsageError("there is no such form", where="form", hint=f"Forms: {', '.join(FORMS)}.")
    way = renderer(form)
    answer = HttpResponse(render(made, form), content_type=way.media_type)
    name = f"report-{desk.slug}-{made.as_of.size}{way.suffix}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _made(desk: Desk, at: int | datetime | None) -> Report | None:
    """The report; None while nothing has its index in the log, if nothing else was asked for."""
    try:
        return commands.report(by=desk.by, as_of=at)
    except UsageError:
        if at is not None:
            raise
        return None


def _figure(figure: Any) -> dict[str, Any]:
    rate = figure.value if isinstance(figure.value, Rate) else None
    return {
        "id": figure.id,
        "value": value_of(figure) if rate else number_format().whole(figure.value),
        "rate": rate,
        "unit": figure.unit,
        "definition": definition_of(figure.id),
    }


def _table(table: Any) -> dict[str, Any]:
    return {
        "dimension": table.dimension,
        "note": table.note,
        # Units stand in the order of the alphabet: nobody is ranked.
        "rows": [
            (row.name, [row.counts.get(name, 0) for name in STAGES])
            for row in sorted(table.rows, key=lambda row: row.name)
        ],
    }
