"""From a request to a reply: which platform, which place, and what it answers."""

from __future__ import annotations

from collections import Counter
from urllib.parse import parse_qs, unquote, urlsplit

from examples.loopback.behaviours import missing
from examples.loopback.pages import SHELL, Reply, as_json, content, note, page, redirect
from examples.loopback.world import World
from examples.places import Place, Platform
from examples.texts import title

COLLECTION = "https://archive.org/details/fav-openiru_demo"
OEMBED = frozenset({"player_status", "status_code_json", "oembed"})


class Sites:
    """All played hosts. Nothing by chance; the only memory is how often a flapping place was asked."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: Counter[str] = Counter()

    def reply(self, host: str, target: str) -> tuple[Reply, Place | None]:
        """The reply for ``target`` (path and query) at ``host``, and the place that was meant."""
        self._world.advance()
        if host in self._world.catalogue.shorteners:
            return self._shortened(host, target), None
        platform = self._world.catalogue.platform_of(host)
        if platform is None:
            return note(421, "Misdirected", "There is no such host in the played internet."), None
        place = self._world.catalogue.find(f"http://{host}{target}")
        if special := self._special(platform, target, place):
            return special, place
        return self._content(platform, place, target), place

    def _content(self, platform: Platform, place: Place | None, target: str) -> Reply:
        if place and self._world.alive(place):
            return Reply(200, SHELL) if platform.behaviour == "identical_shell" else content(platform, place)
        token = place.token if place else target
        turn = self._asked[token]
        if platform.behaviour == "flapping":
            self._asked[token] += 1
        return missing(platform, place, turn)

    def _special(self, platform: Platform, target: str, place: Place | None) -> Reply | None:
        """Pages that are not content: home, sign-in, accounts, answers for programs."""
        parts = urlsplit(target)
        if platform.behaviour == "archive_like" and parts.path.startswith("/metadata/"):
            return self._metadata(place)
        if parts.path == "/oembed" and platform.behaviour in OEMBED:
            return self._oembed(platform, parse_qs(parts.query).get("url", [""])[0])
        if parts.path == "/gone/away":
            return note(404, "Not found", "Nothing here.")
        if parts.path == "/login":
            return note(200, "Sign in", "You must sign in to go on. This form is invented and does nothing.")
        if place is None and parts.path in {"", "/"}:
            return note(200, platform.name, f"The home page of a played platform, {platform.name}.")
        return self._wide(platform, parts.path, place)

    def _wide(self, platform: Platform, path: str, place: Place | None) -> Reply | None:
        if place is not None:
            return None
        if path == urlsplit(COLLECTION).path:
            return note(200, "Collection", "2,000,000 items (invented).")
        account = path.strip("/").removeprefix("s/").removeprefix("@").lower()
        known = account in platform.accounts or account.startswith("openiru_demo_")
        if not account or not known or "/" in account or platform.form == "word":
            return None
        head = f'<div class="tgme_page_title">{account}</div>' if platform.slug == "telegram" else ""
        return Reply(200, page(account, f"{head}<p>{title(account, 'en')}: an invented account.</p>"))

    def _metadata(self, place: Place | None) -> Reply:
        if place is None or not place.exists:
            return as_json(200, {})
        if not self._world.alive(place):
            return as_json(200, {"is_dark": True, "metadata": {"identifier": place.ident}})
        return as_json(200, {"metadata": {"identifier": place.ident}, "files": [{"name": "invented.txt"}]})

    def _oembed(self, platform: Platform, url: str) -> Reply:
        place = self._world.catalogue.find(unquote(url))
        if place and place.platform == platform.slug and self._world.alive(place):
            return as_json(200, {"type": "rich", "version": "1.0", "title": title(place.token, "en")})
        return as_json(
            400 if platform.behaviour == "status_code_json" else 404, {"code": 400, "error": "not found"}
        )

    def _shortened(self, host: str, target: str) -> Reply:
        goal = self._world.catalogue.shorteners[host].get(target)
        if goal is None:
            return note(404, "Not found", "No such short link.")
        if goal == "collection":
            goal = COLLECTION
        elif not goal.startswith("https://"):
            slug, _, n = goal.rpartition(":")
            goal = self._world.catalogue.platforms[slug].address(int(n))
        return redirect(goal, 301)
