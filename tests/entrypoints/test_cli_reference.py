"""docs/reference/cli.md is what the program says of itself."""

from __future__ import annotations

from pathlib import Path

from openiru.entrypoints.cli.reference import markdown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "cli.md"


def test_the_page_is_made_from_the_program_as_it_is_now() -> None:
    """Make it anew: python -m openiru.entrypoints.cli.reference > docs/reference/cli.md"""
    assert PAGE.read_text(encoding="utf-8") == markdown()
