"""E4: chains of redirects. None may reach the canary, all are recorded."""

import pytest
from tests.egress.http_clients import client_for
from tests.egress.http_servers import page, raw, redirect, serving

from openiru.core.verification.observation import Trouble

REFUSED = [
    "http://127.0.0.1:{canary}/",
    "http://127.0.0.1/",
    "http://localhost:{canary}/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://a.example:{canary}/",
    "http://a.example:22/",
    "http://a.example:5432/",
    "http://a.example:6379/",
    "http://user@a.example/",
    "http://a.example@canary.example/",
    "http://canary.example/",
    "//canary.example/",
    "https://canary.example/",
    "\\\\canary.example\\",
    "http:\\\\canary.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{canary}/_x",
    "data:text/html,hi",
    "ftp://a.example/",
    "javascript:alert(1)",
    "tg://resolve?domain=x",
    "http://a.example\t.canary.example/",
    "http://",
    "http://a..example/",
    "http://%00/",
    "http://a.example/" + "x" * 20_000,
]
FOLLOWED = [
    "/end",
    "end",
    "./x/../end",
    "?q=1",
    "http://a.example/end",
    "https://a.example/end",
    "//A.EXAMPLE/end",
]


@pytest.mark.parametrize("location", REFUSED)
def test_a_redirect_to_where_nobody_may_look_ends_the_look_and_is_recorded(location: str) -> None:
    with serving(page(b"canary")) as canary, serving(page()) as server:
        target = location.format(canary=canary.port)
        server.routes["/a"] = redirect(target)
        seen = client_for(server.port).get("http://a.example/a")
    assert canary.connections == 0
    assert (seen.status, seen.trouble) == (0, Trouble.REFUSED_BY_GUARD)
    assert seen.detail
    assert len(seen.hops) == 1
    assert seen.hops[0].location.startswith(target[:9].replace("\t", "\ufffd"))


@pytest.mark.parametrize("location", FOLLOWED)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_relative_and_absolute_redirects_are_followed_and_recorded(location: str, status: int) -> None:
    with serving(page(b"end"), a=redirect(location, status)) as server:
        seen = client_for(server.port).get("http://a.example/a")
    assert seen.body == "end"
    assert [(hop.status, hop.location) for hop in seen.hops] == [(status, location), (200, "")]


def test_eight_redirects_are_followed_and_the_ninth_is_not() -> None:
    with serving(page(b"end")) as server:
        server.routes |= {f"/{n}": redirect(f"/{n + 1}") for n in range(9)}
        nine = client_for(server.port).get("http://a.example/0")
        eight = client_for(server.port).get("http://a.example/1")
    assert (nine.trouble, len(nine.hops), nine.status) == (Trouble.TOO_MANY_REDIRECTS, 9, 0)
    assert (eight.body, len(eight.hops)) == ("end", 9)


def test_a_loop_ends() -> None:
    with serving(redirect("http://a.example/")) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert (seen.trouble, len(seen.hops)) == (Trouble.TOO_MANY_REDIRECTS, 9)


def test_a_refresh_in_the_page_is_not_followed() -> None:
    with serving(page(b'<meta http-equiv="refresh" content="0;url=http://a.example/b">')) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert (seen.status, len(seen.hops), len(server.requests)) == (200, 1, 1)


def test_going_from_https_to_http_is_never_silent() -> None:
    with serving(page(), a=redirect("http://a.example/b")) as server:
        seen = client_for(server.port).get("https://a.example/a")
    assert (seen.status, seen.trouble) == (200, Trouble.NONE)
    assert "from https to http" in seen.detail


def test_a_line_break_in_a_location_injects_nothing() -> None:
    data = b"HTTP/1.1 302 Moved\r\nLocation: /b\r\nX: y\r\nLocation: http://canary.example/\r\nContent-Length: 0\r\n\r\n"
    with serving(page(b"end"), a=raw(data)) as server:
        seen = client_for(server.port).get("http://a.example/a")
    assert seen.final_url == "http://a.example/b"


def test_a_redirect_without_a_place_is_an_answer() -> None:
    with serving(page(b"where to?", "302 Found")) as server:
        seen = client_for(server.port).get("http://a.example/a")
    assert (seen.status, seen.body) == (302, "where to?")
