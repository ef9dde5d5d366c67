"""Prepare: what two people decided, by provider; what cannot go and why; one button that writes the batches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext, ngettext

from openiru.core.errors import UsageError
from openiru.core.referral.rules import INSTRUMENTS
from openiru.core.vocabulary import Instrument, LegalProfile
from openiru.foundation.database.acting import acting
from openiru.foundation.directory.queries import providers
from openiru.foundation.operations.desk import Desk, done, once_form, page, show
from openiru.foundation.people.queries import unit
from openiru.stages.referral import commands
from openiru.stages.referral.fitness import Refusal, Request
from openiru.stages.referral.planning import plan
from openiru.stages.referral.preparing import Preparation, Wanted, decided
from openiru.stages.referral.web.words import refusal

#: Items that the page judges and prepares at once; what is beyond follows when these are done.
MOST: Final = 2_000
#: Rows of one reason that are shown.
SHOWN: Final = 25


@page("referral.prepare", methods=("GET", "POST"))
def prepare(desk: Desk) -> HttpResponse:
    """The plan; POST writes it."""
    if desk.request.method == "POST":
        return _write(desk)
    asked = _asked(desk.request.GET)
    with acting(desk.by):
        found = plan(by=desk.by, wanted=_wanted(desk, asked), most=MOST)
        own = unit(desk.by.unit)
        known = providers()
    profile = LegalProfile(own["legal_profile"])
    return show(
        desk,
        "referral/prepare.html",
        plan=found,
        asked=asked,
        left=_by_reason(found.refused),
        providers=known,
        profile=profile,
        instruments=[(one, one in INSTRUMENTS[profile]) for one in Instrument],
        most=MOST,
        button=button(found.batches, found.items),
    )


def button(batches: int, items: int) -> str:
    """``Prepare 3 batches (46 items)``."""
    said = ngettext("Prepare %(count)d batch", "Prepare %(count)d batches", batches) % {"count": batches}
    inside = ngettext("%(count)d item", "%(count)d items", items) % {"count": items}
    return f"{said} ({inside})"


def _asked(given: QueryDict) -> dict[str, Any]:
    provider, again = given.get("provider", ""), given.get("again", "").strip()
    if "\x00" in provider + again or len(again) > 2_000:  # noqa: PLR2004 - as the interface has it
        raise UsageError("this is no text, or too long", where="again")
    return {"provider": provider, "urgent": given.get("urgent") == "1", "again": again}


def _wanted(desk: Desk, asked: dict[str, Any]) -> Wanted:
    request = Request(desk.by.unit, Instrument.REFERRAL, asked["again"])
    return Wanted(asked["provider"], "", asked["urgent"], request)


def _by_reason(refused: Iterable[Refusal]) -> list[dict[str, Any]]:
    """What cannot go, by reason, most frequent first; of each the first rows."""
    found: dict[str, list[Refusal]] = {}
    for one in refused:
        found.setdefault(one.code, []).append(one)
    return [
        {
            "code": code,
            "title": refusal(code)[0],
            "do": refusal(code)[1],
            "count": len(rows),
            "rows": rows[:SHOWN],
            "more": max(0, len(rows) - SHOWN),
        }
        for code, rows in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]


def _write(desk: Desk) -> HttpResponse:
    asked = _asked(desk.request.POST)

    def do() -> Any:
        with acting(desk.by) as now:
            ids = decided(now, MOST + 1)
            made = commands.prepare(
                by=desk.by,
                provider=asked["provider"],
                items=ids[:MOST] if len(ids) > MOST else None,
                urgent=asked["urgent"],
                again_reason=asked["again"],
            )
        return _told(made)

    told = once_form(desk, "prepare_referrals", asked, do)
    if not told["batches"]:
        return done(desk, desk.url("referral-prepare"), gettext("Nothing was prepared: below is why."))
    said = ngettext(
        "%(count)d batch was prepared. Nothing has been sent: read it, then let it go.",
        "%(count)d batches were prepared. Nothing has been sent: read them, then let them go.",
        told["batches"],
    )
    return done(desk, desk.url("referral-outbox"), said % {"count": told["batches"]})


def _told(made: Preparation) -> dict[str, int]:
    return {
        "batches": len(made.batches),
        "items": sum(one.lines for one in made.batches),
        "left": len(made.refused),
    }
