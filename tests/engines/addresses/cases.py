"""The catalogue of addresses, read once for all tests of the engine."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Case(NamedTuple):
    """One row of ``cases.tsv``."""

    raw: str
    key: str
    kind: str
    extent: str


def read_cases() -> list[Case]:
    """All rows, in their order."""
    text = Path(__file__).with_name("cases.tsv").read_text("utf-8")
    return [Case(*line.split("\t")) for line in text.splitlines() if line and not line.startswith("# ")]


CASES = read_cases()
