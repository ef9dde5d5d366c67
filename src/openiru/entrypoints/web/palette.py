"""Find or go to."""

from __future__ import annotations

from django.http import HttpResponse

from openiru.foundation.operations.desk import SIGNED_IN, Desk, page, show


@page(SIGNED_IN)
def palette(desk: Desk) -> HttpResponse:
    """Pages that the person may see."""
    return show(desk, "desk/palette.html")
