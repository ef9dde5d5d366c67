"""What the pages of removal tracking say: one word for each group of outcomes, each outcome and each reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from openiru.core.verification.outcome import Reason

Words = Mapping[str, Any]

#: Group -> (word, what it means, the shape of desk.css).
GROUPS: Final[Mapping[str, tuple[Any, Any, str]]] = {
    "gone": (_("gone"), _("Two looks, at least ten minutes apart, found it gone."), "gone"),
    "back": (_("is back"), _("It was confirmed gone, and is there again."), "live"),
    "live": (_("live"), _("The last look that could tell saw it."), "live"),
    "restricted": (
        _("restricted"),
        _("It is there, but not for everybody: by country, age, login or law."),
        "restricted",
    ),
    "unsure": (_("not confirmed"), _("One look found it gone; the second is still to come."), "inconclusive"),
    "unseen": (_("not known"), _("No look has said anything yet."), "inconclusive"),
}
REASONS: Final[Words] = {
    Reason.STATUS_GONE: _("the server said that it is not there (404 or 410)"),
    Reason.MARKER_GONE: _("the page says that it is not there"),
    Reason.SOFT_404_BY_CAPTURE: _("a page like that of an address that never was, unlike what was stored"),
    Reason.SOFT_404_BY_CONTROL: _("a page like that of an address that never was, unlike one that is there"),
    Reason.SOFT_404_BY_REDIRECT: _("led to the same place as an address that never was"),
    Reason.NAME_GONE: _("the name of the host was unknown for 24 hours"),
    Reason.MARKER_ALIVE: _("the page bears the mark of what is there"),
    Reason.LIKE_CAPTURE: _("like what was stored"),
    Reason.SIBLING_404: _("an address beside it that never was is refused, this one is not"),
    Reason.LEGAL: _("withheld for legal reasons"),
    Reason.GEO: _("withheld in the country from which it was looked at"),
    Reason.AGE: _("only after a check of age"),
    Reason.LOGIN: _("only after signing in"),
    Reason.PRIVATE: _("private"),
    Reason.REDIRECTED: _("led to another place that has content"),
    Reason.EXPIRED: _("ran out by itself"),
    Reason.NAME_UNKNOWN: _("the name of the host is unknown, not for long enough yet"),
    Reason.TROUBLE: _("the server did not answer, or not in time"),
    Reason.STATUS_UNSURE: _("a status that says nothing of the content"),
    Reason.HIDDEN: _("a check, a consent page or an empty frame stood before it"),
    Reason.CONFLICT: _("marks of both kinds on one page"),
    Reason.HOME: _("led to the front page, and only this address was"),
    Reason.SHELL_OR_SOFT_404: _("the same page for everything; nothing tells them apart"),
    Reason.DRIFT: _("neither like an address that never was nor like what was stored"),
    Reason.UNTOLD: _("nothing speaks for or against"),
    Reason.CONTROL_MISREAD: _("the platform was misread in this run, so no look of it counts"),
}
UNKNOWN_GROUP: Final = ("", "", "neutral")


def group(name: str) -> tuple[Any, Any, str]:
    """Word, meaning and shape of a group."""
    return GROUPS.get(name, UNKNOWN_GROUP)
