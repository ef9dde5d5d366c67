"""Help."""

from __future__ import annotations

from django.http import HttpResponse

from openiru.foundation.operations.desk import SIGNED_IN, Desk, page, show


@page(SIGNED_IN)
def overview(desk: Desk) -> HttpResponse:
    """Who may do what, keys, words."""
    return show(desk, "desk/help.html")
