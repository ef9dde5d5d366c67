import gzip
import hashlib
import socket
from dataclasses import replace

import pytest
from tests.egress.http_clients import ROOMY, client_for
from tests.egress.http_servers import page, raw, redirect, serving

from openiru.core.verification.observation import Trouble


def test_a_look_keeps_status_headers_body_digest_and_hop() -> None:
    body = "<p>Zdravo svete, žuta kuća</p>".encode()
    with serving(page(body, "200 OK", "X-Mark: one", "X-Mark: two", "Set-Cookie: id=1")) as server:
        seen = client_for(server.port).get("http://a.example/x?y=1#part")
    assert (seen.status, seen.trouble, seen.body) == (200, Trouble.NONE, body.decode())
    assert seen.headers["x-mark"] == "one, two"
    assert "set-cookie" not in seen.headers
    assert seen.body_digest == f"sha256:{hashlib.sha256(body).hexdigest()}"
    assert [(hop.url, hop.status, hop.address) for hop in seen.hops] == [
        ("http://a.example/x?y=1", 200, "127.0.0.1")
    ]
    assert (seen.final_url, seen.vantage) == ("http://a.example/x?y=1", "test")


def test_the_question_carries_no_cookie_no_referrer_no_credential() -> None:
    with serving(page(), a=redirect("/b")) as server:
        client_for(server.port).get("http://a.example/a")
    assert len(server.requests) == 2
    for request in server.requests:
        head = request.decode().lower()
        assert head.startswith(("get /a http/1.1\r\n", "get /b http/1.1\r\n"))
        assert "\r\nhost: a.example\r\n" in head
        assert "accept-encoding: gzip, identity" in head
        assert not any(word in head for word in ("cookie", "referer", "authorization", "\r\nrange"))


def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(page(b"proxy")) as proxy, serving(page(b"itself")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert client_for(server.port).get("http://a.example/").body == "itself"
    assert proxy.connections == 0


def test_an_https_address_of_the_table_is_spoken_as_plain_http() -> None:
    with serving(page(b"plain")) as server:
        seen = client_for(server.port).get("https://a.example/")
    assert (seen.body, seen.final_url) == ("plain", "https://a.example/")


@pytest.mark.parametrize(
    "status", ["404 Not Found", "410 Gone", "451 Unavailable", "403 No", "429 Slow", "500 Oh"]
)
def test_every_status_is_handed_on_without_judging(status: str) -> None:
    with serving(page(b"x", status, 'Link: <https://blocker.example/>; rel="blocked-by"')) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert (seen.status, seen.trouble, seen.body) == (int(status[:3]), Trouble.NONE, "x")
    assert "blocked-by" in seen.headers["link"]


def test_gzip_is_decoded_also_in_several_members() -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    with serving(page(body, "200 OK", "Content-Encoding: gzip")) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert (seen.body, seen.trouble, seen.cut) == ("one two", Trouble.NONE, False)


@pytest.mark.parametrize(
    ("header", "data", "text"),
    [
        ("text/html; charset=windows-1251", "Србија".encode("cp1251"), "Србија"),
        ("text/html; charset=iso-8859-2", "žaba".encode("iso8859-2"), "žaba"),
        (
            "text/html",
            b'<meta charset="windows-1250">' + "čaj".encode("cp1250"),
            '<meta charset="windows-1250">čaj',
        ),
        ("text/html; charset=utf-8", b"\xff\xfeh\x00i\x00", "hi"),
        ("text/html; charset=zip", b"plain", "plain"),
        ("text/html; charset=unicode_escape", rb"\u0041", r"\u0041"),
        ("text/html", b"a\xffb\x00c", "a\ufffdb\ufffdc"),
        ("application/ld+json", b'{"a": 1}', '{"a": 1}'),
        ("image/png", b"\x89PNG", ""),
    ],
)
def test_the_body_becomes_text_by_the_usual_signs(header: str, data: bytes, text: str) -> None:
    with serving(page(data, "200 OK", f"Content-Type: {header}")) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert seen.body == text
    assert seen.body_digest


def test_a_long_body_is_cut_at_the_cap_and_says_so() -> None:
    with serving(page(b"x" * 5_000)) as server:
        seen = client_for(server.port, replace(ROOMY, body_bytes=1_000)).get("http://a.example/")
    assert (len(seen.body), seen.cut, seen.trouble) == (1_000, True, Trouble.NONE)


def test_resolving_follows_to_the_end_and_reads_no_last_body() -> None:
    with serving(page(b"x" * 100_000), s=redirect("http://b.example/long?x=1", 301)) as server:
        seen = client_for(server.port, b_example=server.port).resolve("http://a.example/s")
    assert [(hop.status, hop.location) for hop in seen.hops] == [
        (301, "http://b.example/long?x=1"),
        (200, ""),
    ]
    assert (seen.final_url, seen.status, seen.body) == ("http://b.example/long?x=1", 200, "")


def test_interim_answers_are_passed_over() -> None:
    with serving(
        raw(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    ) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert (seen.status, seen.body, len(seen.hops)) == (200, "ok", 1)


def test_a_closed_port_is_a_connection_that_failed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    seen = client_for(port).get("http://a.example/")
    assert (seen.status, seen.trouble, seen.hops) == (0, Trouble.CONNECT, ())


def test_control_characters_in_what_came_back_are_neutralised() -> None:
    with serving(raw(b"HTTP/1.1 404 No\r\nX-A: a\xc2\x9b31mb\r\nContent-Length: 0\r\n\r\n")) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert seen.headers["x-a"] == "a\ufffd31mb"
