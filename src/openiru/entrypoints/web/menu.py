"""The menu: ONE table. A line is shown where the person may do its verb, and inside an operation where its address needs one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from openiru.foundation.operations.desk_frame import Desk


@dataclass(frozen=True, slots=True)
class Line:
    """One page. ``verb`` empty: everybody who is signed in. ``inside``: its address begins with that of the operation."""

    label: Any
    url: str
    verb: str = ""
    group: str = "system"
    inside: bool = True


#: Groups in the order of the main job.
GROUPS: Final[dict[str, Any]] = {
    "mine": "",
    "contribute": _("Contribute"),
    "deconflict": _("Deconflict"),
    "assess": _("Assess"),
    "refer": _("Refer"),
    "follow_up": _("Follow up"),
    "operation": _("Operation"),
    "oversight": _("Oversight"),
    "system": _("System"),
}

MENU: Final = (
    Line(_("My work"), "desk-operation", group="mine"),
    Line(_("My operations"), "desk-home", group="mine", inside=False),
    Line(_("Contribute"), "intake-contribute", "contribute", "contribute"),
    Line(_("Import a file"), "intake-wizard", "contribute", "contribute"),
    Line(_("Imports"), "intake-imports", "contribute", "contribute"),
    Line(_("Items"), "intake-items", "item.read", "contribute"),
    Line(_("Copies"), "intake-copies", "item.read", "contribute"),
    Line(_("Shorteners"), "intake-shorteners", "item.read", "contribute"),
    Line(_("Holds"), "intake-holds", "item.read", "deconflict"),
    Line(_("Rounds"), "intake-rounds", "item.read", "deconflict"),
    Line(_("Lists out and back"), "intake-lists", "list.export", "deconflict"),
    Line(_("Queue"), "assessment-queue", "assess", "assess"),
    Line(_("Disagreements"), "assessment-disagreements", "assess", "assess"),
    Line(_("Other languages"), "assessment-languages", "translate", "assess"),
    Line(_("More than one piece"), "assessment-wide", "item.read", "assess"),
    Line(_("Alarms"), "assessment-alarms", "alarm.hand_over", "assess"),
    Line(_("My day"), "assessment-own", "assess", "mine"),
    Line(_("Operations room"), "room", "report", "operation"),
    Line(_("Statistics"), "statistics", "report", "operation"),
    Line(_("Statements"), "statements", "statement.read", "operation"),
    Line(_("Set-up"), "setup", group="operation"),
    Line(_("Mandates"), "mandates", group="operation", inside=False),
    Line(_("Open an operation"), "operation-new", "operation.open", "operation", inside=False),
    Line(_("Events"), "oversight", "event.read", "oversight"),
    Line(_("Sample of decisions"), "sample", "oversee", "oversight"),
    Line(_("Recommendations"), "recommendations", "report", "oversight"),
    Line(_("Prepare"), "referral-prepare", "referral.prepare", "refer"),
    Line(_("Outbox"), "referral-outbox", "item.read", "refer"),
    Line(_("Providers"), "provider-list", "item.read", "refer"),
    Line(_("Answers"), "referral-answers", "item.read", "follow_up"),
    Line(_("Removal tracking"), "verification-tracking", "item.read", "follow_up"),
    Line(_("Units"), "units", group="system", inside=False),
    Line(_("People of my unit"), "people", "person.add", "system", inside=False),
    Line(_("Access tokens"), "tokens", group="system", inside=False),
    Line(_("Ledger and system"), "system", "system.read", "system", inside=False),
    Line(_("Help"), "help", group="system", inside=False),
)


@dataclass(frozen=True, slots=True)
class Link:
    """A line as it is shown."""

    label: Any
    href: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group as it is shown."""

    label: Any
    links: tuple[Link, ...]


def menu(desk: Desk) -> list[Group]:
    """The menu of this person here; groups without a line are left out."""
    shown = []
    for name, label in GROUPS.items():
        links = tuple(_links(desk, name))
        if links:
            shown.append(Group(label, links))
    return shown


def _links(desk: Desk, group: str) -> Iterator[Link]:
    for line in MENU:
        if line.group != group or (line.verb and not desk.may(line.verb)) or (line.inside and not desk.slug):
            continue
        href = address_of(line, desk.slug)
        if href:
            yield Link(line.label, href, desk.request.path == href)


def address_of(line: Line, slug: str) -> str:
    """Where a line leads; nothing when this instance has no such page."""
    return reversed_or_nothing(line.url, slug if line.inside else "")


def reversed_or_nothing(name: str, slug: str = "", **given: Any) -> str:
    """The address of a page by the name of its route; nothing when this instance has no such page."""
    try:
        return reverse(name, kwargs=({"operation": slug} if slug else {}) | given)
    except NoReverseMatch:
        return ""
