"""My work: my operations, and in one of them what waits for me, what I did last, and where to go on."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from openiru.core.vocabulary import Phase
from openiru.entrypoints.web.waiting import recent, waiting
from openiru.foundation.database.acting import acting
from openiru.foundation.operations import queries
from openiru.foundation.operations.desk import SIGNED_IN, Desk, page, show

PHASES: Final = {
    Phase.CONTRIBUTION.value: _("contribution"),
    Phase.CROSS_CHECK.value: _("cross-check"),
    Phase.DECONFLICTION.value: _("deconfliction"),
    Phase.ASSESSMENT.value: _("assessment"),
    Phase.REFERRAL.value: _("referral"),
    Phase.FOLLOW_UP.value: _("follow-up"),
    Phase.EVALUATION.value: _("evaluation"),
}


@page(SIGNED_IN)
def home(desk: Desk) -> HttpResponse:
    """The operations in which the unit takes part, and how to come by one."""
    return show(desk, "desk/home.html")


@page(SIGNED_IN)
def operation(desk: Desk) -> HttpResponse:
    """What waits in one operation."""
    with acting(desk.by):
        windows = queries.phases(desk.here)
    running = [one["phase"] for one in windows if one["starts_at"] <= desk.at < one["ends_at"]]
    return show(
        desk,
        "desk/work.html",
        waiting=waiting(desk),
        recent=recent(desk),
        may_contribute=desk.may("contribute")
        and desk.operation is not None
        and not desk.operation["closed_at"],
        phases=[PHASES.get(phase, phase) for phase in running],
    )
