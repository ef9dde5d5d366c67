"""What each platform answers for content that is not there (any more): one function a behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from examples.loopback.pages import SHELL, Reply, as_json, note, page, redirect
from examples.places import Place, Platform

Missing = Callable[[Platform, Place | None, int], Reply]


def _telegram(_platform: Platform, place: Place | None, _turn: int) -> Reply:
    handle = place.account if place else "openiru_demo"
    body = f'<div class="tgme_page_description">If you have <b>Telegram</b>, you can contact @{handle}</div>'
    head = '<meta name="robots" content="noindex, nofollow">'
    return Reply(200, page("Telegram: contact", body, head=head))


def _player(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    status = '{"playabilityStatus":{"status":"ERROR","reason":"Video unavailable"}}'
    return Reply(200, page("Video", f"<script>var player = {status};</script>"))


def _tombstone_post(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    body = '<div data-typename="TweetTombstone">This post was taken down for breaking the rules (invented).</div>'
    return Reply(200, page("Post", body))


def _login(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return redirect("/login?next=content")


def _soft(platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return note(200, platform.name, "Sorry, this page is not available.")


def _soft_local(platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return note(200, platform.name, "Ova stranica nije dostupna. Сав садржај је измишљен.")


def _status_code(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return Reply(200, page("Video", '<script type="application/json">{"statusCode":10204}</script>'))


def _archive(_platform: Platform, place: Place | None, _turn: int) -> Reply:
    if place and place.exists:  # it was there and has been made dark
        return note(
            200, "Item not available", "The item is not available due to issues with the item's content."
        )
    return note(404, "Page not found", "No such item (invented archive).")


def _identical(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return Reply(200, SHELL)


def _legal(platform: Platform, _place: Place | None, _turn: int) -> Reply:
    link = f'<https://{platform.hosts[0]}/>; rel="blocked-by"'
    return note(451, "Unavailable for legal reasons", "Withheld by order (invented).", Link=link)


def _forbidden(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return note(403, "Forbidden", "You may not see this.")


def _too_many(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return note(429, "Too many requests", "Please come back later.", Retry_After="120")


def _geo(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return note(200, "Not in your country", "This content is not available in your country.")


def _slow(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return Reply(404, page("Not found", "<p>Nothing here.</p>"), wait=1.0)


def _flapping(platform: Platform, _place: Place | None, turn: int) -> Reply:
    if turn % 2 == 0:
        return note(503, "Service unavailable", "One of the two servers is away.", Retry_After="60")
    return note(200, platform.name, "Cached copy of an older state. Nothing can be said about today.")


def _tombstone(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    body = '<div class="post-tombstone">This post was removed by the moderators.</div>'
    return Reply(200, page("Forum", body))


def _oembed(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return as_json(404, {"type": "error", "error": "document not found"})


def _challenge(_platform: Platform, _place: Place | None, _turn: int) -> Reply:
    return note(200, "One moment", "Checking your browser before you go on. Please solve the captcha.")


MISSING: Final[Mapping[str, Missing]] = {
    "telegram_like": _telegram,
    "player_status": _player,
    "tombstone_post": _tombstone_post,
    "login_wall": _login,
    "soft_404": _soft,
    "soft_404_local": _soft_local,
    "status_code_json": _status_code,
    "not_found": lambda _p, _pl, _t: note(404, "Not found", "Nothing here."),
    "gone_410": lambda _p, _pl, _t: note(410, "Gone", "Taken down for good."),
    "archive_like": _archive,
    "identical_shell": _identical,
    "redirect_home": lambda p, _pl, _t: redirect(f"https://{p.hosts[0]}/"),
    "redirect_404": lambda _p, _pl, _t: redirect("/gone/away"),
    "legal_451": _legal,
    "forbidden_403": _forbidden,
    "too_many_429": _too_many,
    "geo_block": _geo,
    "slow_404": _slow,
    "flapping": _flapping,
    "tombstone_page": _tombstone,
    "oembed": _oembed,
    "host_gone": lambda _p, _pl, _t: note(404, "Not found", "This host is gone; its name is, too."),
    "challenge": _challenge,
}

#: these say plainly that something never was, and lie only about what was taken away
HONEST_ABOUT_NEVER: Final = frozenset(
    {"legal_451", "geo_block", "tombstone_post", "flapping", "tombstone_page"}
)


def missing(platform: Platform, place: Place | None, turn: int) -> Reply:
    """The answer for what is not there; ``turn``: how often a flapping place was asked before."""
    if platform.behaviour in HONEST_ABOUT_NEVER and not (place and place.exists):
        return note(404, "Not found", "Nothing was ever here.")
    return MISSING[platform.behaviour](platform, place, turn)


#: which of the three ports a behaviour answers on
MOVING: Final = frozenset({"redirect_home", "redirect_404", "login_wall"})
STUBBORN: Final = frozenset({"slow_404", "flapping", "too_many_429", "forbidden_403", "challenge"})


def port_class(behaviour: str) -> str:
    """One port for a class of behaviour, so that they can be told apart in the log."""
    if behaviour in MOVING:
        return "moving"
    return "stubborn" if behaviour in STUBBORN else "plain"
