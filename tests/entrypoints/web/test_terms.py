"""The table of terms says of each what the catalogues say."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "docs" / "reference" / "terms-in-languages.md"
LOCALE = ROOT / "src/openiru/entrypoints/web/locale"


def rows() -> list[list[str]]:
    """English, Serbian, Arabic: the first table of the page."""
    first = TABLE.read_text(encoding="utf-8").split("\n## ")[0]
    lines = [line for line in first.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize(("language", "column"), [("sr", 1), ("ar", 2)])
def test_a_term_has_in_the_table_the_word_of_the_pages(language: str, column: int) -> None:
    with (LOCALE / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    said = {one.id: one.string for one in catalogue if isinstance(one.id, str)}
    table = rows()
    assert len(table) > 40
    assert {row[0]: row[column] for row in table} == {row[0]: said.get(row[0]) for row in table}
