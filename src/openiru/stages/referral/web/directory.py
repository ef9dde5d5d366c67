"""The directory of providers: who is addressed, how and when, and how they answered here."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext

from openiru.core.errors import InputError, NotFoundError, SettingError, UsageError
from openiru.core.referral.countries import is_third_country
from openiru.core.referral.hours import hours_of
from openiru.core.referral.rules import send_window
from openiru.core.zones import zone_named
from openiru.foundation.database.acting import acting
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.directory.queries import platforms, provider, providers
from openiru.foundation.operations.desk import PAGE, Desk, done, field, once_form, page, paged, show
from openiru.foundation.operations.doorway import parts_of
from openiru.stages.referral import shown
from openiru.stages.referral.planning import fault_of
from openiru.stages.referral.preparing import MOST_LINES
from openiru.stages.referral.web.asked import named, text
from openiru.stages.referral.web.words import CHANNELS

NEW: Final = {"zone": "UTC", "channel": "email", "max_lines": 500, "languages": []}
_LONGEST: Final = {"name": 500, "country": 2, "address": 500, "rule": 2_000, "hours": 200, "zone": 80}


@page("item.read")
def listed(desk: Desk) -> HttpResponse:
    """Providers by slug, with figures of this operation."""
    (after,) = parts_of(desk.request.GET.get("cursor", ""), [str])
    with acting(desk.by):
        found = providers(after=after, limit=PAGE + 1)
        history, places = shown.response_history(), platforms()
    on: dict[str, list[dict[str, Any]]] = {}
    for place in places:
        on.setdefault(place["provider"] or "", []).append(place)
    rows = [
        {
            **row,
            "platforms": on.get(row["slug"], []),
            "history": history.get(row["slug"]),
            "abroad": is_third_country(row["country"]),
        }
        for row in found
    ]
    return show(
        desk,
        "referral/providers.html",
        list=paged(desk, rows, lambda row: [row["slug"]]),
        nobody=on.get("", []),
        may_edit=desk.may("directory.edit"),
    )


@page("item.read")
def shown_one(desk: Desk, slug: str) -> HttpResponse:
    """One provider."""
    with acting(desk.by):
        found = provider(_slug(slug))
        history = shown.response_history().get(found["slug"])
        places = [place for place in platforms() if place["provider"] == found["slug"]]
        letters = shown.referrals(states=(), provider=found["slug"], before=None, limit=10)
    return show(
        desk,
        "referral/provider.html",
        row=found,
        history=history,
        platforms=places,
        letters=letters,
        abroad=is_third_country(found["country"]),
        fault=fault_of(found["channel"]),
        leaves=send_window(hours_of(found["hours"], found["zone"]), urgent=False, now=desk.at),
        may_edit=desk.may("directory.edit"),
    )


@page("directory.edit", methods=("GET", "POST"))
def edit(desk: Desk, slug: str = "") -> HttpResponse:
    """Add a provider, or bring it up to date: every field of it is in the form."""
    if desk.request.method == "GET":
        with acting(desk.by):
            row = provider(_slug(slug)) if slug else NEW
        return show(desk, "referral/provider_edit.html", row=row, channels=CHANNELS.items(), most=MOST_LINES)
    new = _provider(desk, _slug(slug) if slug else field(desk, "slug", longest=200))

    def do() -> Any:
        with acting(desk.by):
            if not slug and new["slug"] in {one["slug"] for one in providers()}:
                raise UsageError(
                    f"there is a provider {new['slug']} already", where="slug", hint="Open it and change it."
                )
            return load_directory(by=desk.by, providers=[new])

    once_form(desk, "edit_provider", new, do)
    return done(
        desk, desk.url("provider-show", slug=new["slug"]), gettext("The directory was brought up to date.")
    )


def _provider(desk: Desk, slug: str) -> dict[str, Any]:
    """The provider of the form. UsageError or SettingError for what the directory could not keep."""
    given = {
        name: field(desk, name, longest=longest, needed=name in {"name", "zone"})
        for name, longest in _LONGEST.items()
    }
    if any(sign in slug for sign in "|/ ") or not slug.isprintable():
        raise UsageError("a short name has no blank, stroke or slash", where="slug")
    channel = field(desk, "channel")
    if channel not in CHANNELS:
        raise UsageError("there is no such way to a provider", where="channel")
    try:
        zone_named(given["zone"])
        hours_of(given["hours"], given["zone"])
    except SettingError as error:
        raise InputError(error.message, where=error.where, hint=error.hint) from error
    most = field(desk, "max_lines", longest=5)
    if not most.isascii() or not most.isdigit() or not 1 <= int(most) <= MOST_LINES:
        raise UsageError(f"a letter has 1 to {MOST_LINES} lines", where="max_lines")
    languages = [one for one in field(desk, "languages", needed=False).replace(",", " ").split() if one]
    return {
        **given,
        "slug": slug,
        "country": given["country"].upper(),
        "channel": channel,
        "max_lines": int(most),
        "languages": languages,
    }


@page("directory.edit", methods=("GET", "POST"))
def platform(desk: Desk) -> HttpResponse:
    """Name who answers for a platform, and the two addresses by which a reading of it is checked."""
    with acting(desk.by):
        known, places = providers(), {one["slug"]: one for one in platforms()}
    if desk.request.method == "GET":
        slug = text(desk, "slug")
        row = places.get(slug, {"slug": slug})
        return show(desk, "referral/platform_edit.html", row=row, providers=known, there=slug in places)
    slug = field(desk, "slug", longest=200)
    new = {
        "slug": _slug(slug),
        "name": field(desk, "name", longest=500, needed=False),
        "provider": field(desk, "provider", longest=200, needed=False),
        "control_alive": field(desk, "control_alive", longest=8_000, needed=False),
        "control_dead": field(desk, "control_dead", longest=8_000, needed=False),
    }

    def do() -> Any:
        return load_directory(by=desk.by, platforms=[new])

    once_form(desk, "edit_platform", new, do)
    return done(desk, desk.url("provider-list"), gettext("The directory was brought up to date."))


def _slug(slug: str) -> str:
    found = named(slug)
    if any(sign in found for sign in "|/ "):
        raise NotFoundError(f"there is no entry {found} in the directory")
    return found
