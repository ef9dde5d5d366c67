"""Help: who may do what (made from the table that every command asks), the keys, how accessible these pages are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from openiru.core.vocabulary import Role
from openiru.entrypoints.web.frame import ROLES
from openiru.entrypoints.web.ways import ways
from openiru.foundation.operations.desk import SIGNED_IN, Desk, page, public, show
from openiru.foundation.people.permissions import MAY

#: The part of a verb before its dot -> what it is about, in the order of the main job; what is not here comes last.
ABOUT: Final = {
    "contribute": _("Contributions"),
    "item": _("Items"),
    "hold": _("Holds"),
    "list": _("Lists for comparison"),
    "round": _("Deconfliction rounds"),
    "assess": _("Assessments"),
    "referral": _("Referrals and answers"),
    "translate": _("Translations"),
    "alarm": _("Alarms"),
    "verify": _("Looks at addresses"),
    "report": _("Figures"),
    "statement": _("Statements"),
    "event": _("Events"),
    "oversee": _("Oversight"),
    "ledger": _("Ledger"),
    "operation": _("Operations"),
    "mandate": _("Mandates"),
    "clock": _("Played clock"),
    "directory": _("Directory of providers"),
    "unit": _("Units"),
    "person": _("People"),
    "token": _("Access tokens"),
    "notice": _("Notices to all desks"),
    "system": _("System"),
}
#: The machine does what no person may; it has no column.
COLUMNS: Final = tuple(role for role in Role if role is not Role.SERVICE)


@page(SIGNED_IN)
def overview(desk: Desk) -> HttpResponse:
    """Where help is."""
    return show(desk, "desk/help.html")


@page(SIGNED_IN)
def roles(desk: Desk) -> HttpResponse:
    """The whole matrix with the addresses under each verb; the person's own roles are marked."""
    groups: dict[str, list[Mapping[str, object]]] = {name: [] for name in ABOUT}
    for verb, may in MAY.items():
        if may - {Role.SERVICE}:
            row = {"verb": verb, "may": [role in may for role in COLUMNS], "ways": ways().get(verb, ())}
            groups.setdefault(verb.partition(".")[0], []).append(row)
    return show(
        desk,
        "desk/help_roles.html",
        columns=[{"name": ROLES.get(role.value, role.value), "own": desk.has(role)} for role in COLUMNS],
        groups=[{"name": ABOUT.get(name, name), "rows": rows} for name, rows in groups.items() if rows],
    )


@page(SIGNED_IN)
def shortcuts(desk: Desk) -> HttpResponse:
    """The keys, for those without scripts and for printing."""
    return show(desk, "desk/help_keys.html")


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement: open to everybody, as a statement must be."""
    return render(request, "desk/help_accessibility.html")
