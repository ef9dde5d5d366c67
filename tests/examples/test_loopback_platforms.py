"""Each of the 27 platforms answers for what is there, and lies in its own way about what is not."""

from __future__ import annotations

import time

import pytest
from tests.examples.played_internet import Played

#: what the known-dead control answers: status, then words of the page or a header that must be there
DEAD = {
    "telegram": (200, "noindex, nofollow"),
    "youtube": (200, '"status":"ERROR","reason":"Video unavailable"'),
    "x": (404, "Nothing was ever here."),
    "facebook": (302, "location: /login?next=content"),
    "instagram": (200, "Sorry, this page is not available."),
    "tiktok": (200, '"statusCode":10204'),
    "soundcloud": (404, "Nothing here."),
    "archive.org": (404, "No such item"),
    "justpaste.it": (404, "Nothing here."),
    "filebay.example": (410, "Taken down for good."),
    "pasteboard.example": (200, "Sorry, this page is not available."),
    "clipshare.example": (200, "the same shell for every address"),
    "quillpress.example": (302, "location: https://quillpress.example/"),
    "vidhall.example": (404, "Nothing was ever here."),
    "cloudnest.example": (403, "You may not see this."),
    "tubeway.example": (429, "retry-after: 120"),
    "chatring.example": (302, "location: /login?next=content"),
    "geovid.example": (404, "Nothing was ever here."),
    "slowfiles.example": (404, "Nothing here."),
    "flapnet.example": (404, "Nothing was ever here."),
    "forumville.example": (404, "Nothing was ever here."),
    "docpile.example": (404, '"error": "document not found"'),
    "dropcrate.example": (302, "location: /gone/away"),
    "songbox.example": (200, "Ova stranica nije dostupna."),
    "mirrorhut.example": (404, "This host is gone"),
    "pixwall.example": (200, "solve the captcha"),
    "linkleaf.example": (404, "Nothing here."),
}


def test_there_are_twenty_seven_platforms_and_each_is_in_this_table(played: Played) -> None:
    assert len(played.platforms) == 27
    assert set(DEAD) == set(played.platforms)


@pytest.mark.parametrize("slug", DEAD)
def test_the_known_alive_address_shows_invented_content(played: Played, slug: str) -> None:
    seen = played.get(played.platforms[slug]["control"]["alive"])
    assert seen.status == 200
    assert slug == "clipshare.example" or "Invented data." in seen.body
    assert seen.headers["x-notice"] == "Invented data"
    assert slug == "clipshare.example" or 'id="content"' in seen.body


@pytest.mark.parametrize("slug", DEAD)
def test_the_known_dead_address_answers_by_the_platforms_behaviour(played: Played, slug: str) -> None:
    status, mark = DEAD[slug]
    seen = played.get(played.platforms[slug]["control"]["dead"])
    headers = "".join(f"{name}: {value}\n" for name, value in seen.headers.items())
    assert seen.status == status
    assert mark in seen.body + headers
    assert 'id="content"' not in seen.body


def test_a_random_sibling_of_a_living_address_is_dead(played: Played) -> None:
    alive = played.platforms["pasteboard.example"]["control"]["alive"]
    sibling = played.get(alive.rpartition("/")[0] + "/k3jx90sd")
    dead = played.get(played.platforms["pasteboard.example"]["control"]["dead"])
    assert sibling.status == 200
    assert sibling.body == dead.body


def test_every_spelling_of_a_place_reaches_the_same_content(played: Played) -> None:
    ident = played.platforms["youtube"]["control"]["alive"].rpartition("=")[2]
    forms = (
        f"https://youtu.be/{ident}",
        f"https://m.youtube.com/watch?app=x&v={ident}",
        f"http://youtube.com/shorts/{ident}",
    )
    bodies = {played.get(url).body for url in (*forms, played.platforms["youtube"]["control"]["alive"])}
    assert len(bodies) == 1
    assert '"status":"OK"' in bodies.pop()


def test_the_slow_platform_lets_one_wait_and_the_others_do_not(played: Played) -> None:
    started = time.monotonic()
    played.get(played.platforms["slowfiles.example"]["control"]["dead"])
    assert time.monotonic() - started >= 0.3


def test_the_shell_is_the_same_for_living_and_dead(played: Played) -> None:
    control = played.platforms["clipshare.example"]["control"]
    assert played.get(control["alive"]).body == played.get(control["dead"]).body


def test_telegram_shows_title_and_page_members_only_for_what_is_there(played: Played) -> None:
    control = played.platforms["telegram"]["control"]
    alive, dead = played.get(control["alive"]).body, played.get(control["dead"]).body
    assert "tgme_page_title" in alive
    assert "og:title" in alive
    assert "tgme_page_title" not in dead
    assert "you can contact @openiru_demo_kontrola" in dead


def test_programs_are_answered_in_json_where_the_platform_does_so(played: Played) -> None:
    for slug, missing in (("youtube", 404), ("tiktok", 400), ("docpile.example", 404)):
        control = played.platforms[slug]["control"]
        host = played.platforms[slug]["hosts"][0]
        assert played.get(f"https://{host}/oembed?url={control['alive']}").json()["version"] == "1.0"
        assert played.get(f"https://{host}/oembed?url={control['dead']}").status == missing


def test_the_archive_tells_what_never_was_from_what_is_there(played: Played) -> None:
    control = played.platforms["archive.org"]["control"]
    assert played.get(control["alive"].replace("/details/", "/metadata/")).json()["files"]
    assert "files" not in played.get(control["dead"].replace("/details/", "/metadata/")).json()


def test_redirects_end_at_home_at_a_sign_in_page_or_at_a_404(played: Played) -> None:
    assert "home page" in played.get("https://quillpress.example/").body
    assert "sign in" in played.get("https://www.facebook.com/login?next=content").body
    assert played.get("https://dropcrate.example/gone/away").status == 404


def test_the_collection_says_how_much_it_holds(played: Played) -> None:
    assert "2,000,000 items (invented)" in played.get("https://archive.org/details/fav-openiru_demo").body


def test_short_links_lead_on_one_by_two_hops_and_one_to_itself(played: Played) -> None:
    first = played.get("https://bit.ly/openiru-demo2")
    assert (first.status, first.headers["location"]) == (301, "https://t.co/openiru-demo2")
    second = played.get(first.headers["location"])
    assert second.headers["location"].startswith("https://www.youtube.com/watch?v=oi-demo")
    assert played.get("https://t.co/openiru-demo6").headers["location"] == "https://t.co/openiru-demo6"
    assert played.get("https://bit.ly/openiru-demo-none").status == 404
