"""What the log keeps of a published report: one number for all its figures."""

from __future__ import annotations

import hashlib

from openiru.core.evidence.jcs import Json, jcs
from openiru.core.impact.rates import Rate
from openiru.core.impact.report import Report


def figures_digest(made: Report) -> str:
    """SHA-256, hex, over the figures and tables as canonical JSON: whoever has the report can compute it again."""
    return hashlib.sha256(jcs(_plain(made))).hexdigest()


def _plain(made: Report) -> dict[str, Json]:
    return {
        "operations": made.operations,
        "environment": made.environment.value,
        "ledger_size": made.as_of.size,
        "figures": {
            figure.id: [figure.value.numerator, figure.value.denominator]
            if isinstance(figure.value, Rate)
            else figure.value
            for figure in made.figures
        },
        "tables": {
            table.dimension: {row.name: dict(row.counts) for row in table.rows} for table in made.tables
        },
    }
