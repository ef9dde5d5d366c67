"""What a renderer of reports promises: the same bytes for the same report, and nothing that the report does not say."""

from __future__ import annotations

from typing import ClassVar, Protocol

from openiru.core.impact.report import Report


class ReportRenderer(Protocol):
    """Renders a report. Registered as an entry point of the group ``openiru.reports``."""

    name: ClassVar[str]
    suffix: ClassVar[str]
    media_type: ClassVar[str]

    def render(self, report: Report, language: str = "en") -> bytes:
        """The whole document. Deterministic; no clock, no network, no external resource."""
