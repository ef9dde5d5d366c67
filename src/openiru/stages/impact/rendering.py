"""Reports as documents, by the renderers that the entry points offer: this room knows none of them."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from openiru.core.errors import UsageError
from openiru.core.impact.report import Report
from openiru.ports.reports import ReportRenderer

GROUP = "openiru.reports"


@cache
def formats() -> dict[str, ReportRenderer]:
    """Name -> renderer, of every installed one."""
    return {point.name: point.load()() for point in sorted(entry_points(group=GROUP))}


def renderer(name: str) -> ReportRenderer:
    """The renderer ``name``; UsageError that lists those that there are."""
    try:
        return formats()[name]
    except KeyError:
        known = ", ".join(formats()) or "none is installed"
        raise UsageError(
            f"there is no report format {name!r}", where="--format", hint=f"Formats: {known}."
        ) from None


def render(report: Report, name: str = "text", language: str = "en") -> bytes:
    """``report`` as a document: the same report, format and language give the same bytes."""
    return renderer(name).render(report, language)
