"""docs/reference/routes.md shows every page, form and operation of the interface under the verb that it declares."""

from __future__ import annotations

import django
from tests.house.source import ROOT

PAGE = ROOT / "docs" / "reference" / "routes.md"


def listed() -> str:
    """The lists as they must stand in the page."""
    django.setup()
    from openiru.entrypoints.web.ways import ways
    from openiru.foundation.people.permissions import MAY

    found = ways()
    parts = []
    for verb in ("", *(verb for verb in MAY if verb in found)):
        head = f"## `{verb}`" if verb else "## Whoever is signed in, or has a token"
        parts.append("\n".join([head, "", *(f"- `{way}`" for way in found[verb])]))
    return "\n\n".join(parts)


def test_the_page_shows_the_routes_of_the_program() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text[text.index("## ") :].strip() == listed()
