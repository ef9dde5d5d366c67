"""My work: my operations, and in one of them what waits for me."""

from __future__ import annotations

from django.http import HttpResponse

from openiru.foundation.operations.desk import SIGNED_IN, Desk, page, show


@page(SIGNED_IN)
def home(desk: Desk) -> HttpResponse:
    """The operations in which the unit takes part."""
    return show(desk, "desk/home.html")


@page(SIGNED_IN)
def operation(desk: Desk) -> HttpResponse:
    """What waits in one operation."""
    return show(desk, "desk/work.html")
