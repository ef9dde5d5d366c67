"""Within a round of looks, names' answers are kept for their time and connections while they are trustworthy; never longer."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from tests.egress.http_clients import ROOMY, SHORT, client_for
from tests.egress.http_servers import Play, Server, Zone, dns_serving, page, redirect

from openiru.core.verification.observation import Trouble
from openiru.egress import keeping, lookups
from openiru.egress.keeping import KeptAnswers
from openiru.egress.lookups import Rcode

NAME = "kept.example.com"
A_LOOK = "http://a.example/"


def _one(_name: str, kind: str, _count: int) -> tuple[int, list[str]]:
    return (0, ["A 93.184.215.14"] if kind == "A" else ["AAAA 2606:4700:4700::1111"])


def _soon() -> float:
    return time.monotonic() + 5


def test_both_kinds_are_asked_at_once_and_heard_in_order() -> None:
    with dns_serving(_one, ttl=7) as dns:
        found = lookups.ask(NAME, dns.place, _soon())
        assert sorted(kind for _, kind in dns.asked) == ["A", "AAAA"]
    assert (found.rcode, found.ttl) == (Rcode.FOUND, 7)
    assert found.addresses == ("93.184.215.14", "2606:4700:4700::1111")


def test_an_answer_is_kept_for_its_time_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    now = [began]
    monkeypatch.setattr("openiru.egress.keeping.time.monotonic", lambda: now[0])
    asked: list[float] = []

    def ask(*_: object) -> lookups.Answer:
        asked.append(now[0] - began)
        return lookups.Answer(Rcode.FOUND, "", ("93.184.215.14",), ttl=20)

    monkeypatch.setattr(lookups, "ask", ask)
    kept = KeptAnswers()
    for after in (0, 10, 19.9, 20.1, 40, 40.2):
        now[0] = began + after
        kept.ask(NAME, ("127.0.0.1", 53), now[0] + 5)
    assert asked == pytest.approx([0, 20.1, 40.2])


@pytest.mark.parametrize(("ttl", "questions"), [(0, 3), (1_000_000, 2)])
def test_no_time_is_no_keeping_and_much_time_is_capped(
    ttl: int, questions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("openiru.egress.keeping.time.monotonic", lambda: now[0])
    asked: list[float] = []

    def ask(*_: object) -> lookups.Answer:
        asked.append(now[0])
        return lookups.Answer(Rcode.FOUND, "", ("93.184.215.14",), ttl=ttl)

    monkeypatch.setattr(lookups, "ask", ask)
    kept = KeptAnswers()
    for moment in (100.0, 101.0, 101.0 + keeping.LONGEST_SECONDS):
        now[0] = moment
        kept.ask(NAME, ("127.0.0.1", 53), moment + 5)
    assert len(asked) == questions


@pytest.mark.parametrize("rcode", [2, 3])
def test_that_a_name_is_not_there_is_asked_anew_each_time(rcode: int) -> None:
    zone: Zone = lambda *_: (rcode, [])  # noqa: E731 - a zone in one line
    with dns_serving(zone, ttl=300) as dns:
        kept = KeptAnswers()
        for _ in range(2):
            assert kept.ask(NAME, dns.place, _soon()).rcode is not Rcode.FOUND
        assert len(dns.asked) == 4


class Lasting(Server):
    """Answers question after question on one connection, until the play or the other side ends it."""

    def _serve(self, sock: socket.socket) -> None:
        with sock:
            sock.settimeout(10)
            try:
                while request := self._request(sock):
                    self.requests.append(request)
                    self.default(sock, request)
            except OSError:
                return

    @staticmethod
    def _request(sock: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            piece = sock.recv(65_536)
            if not piece:
                return b""
            data += piece
        return data


@contextmanager
def lasting(play: Play) -> Iterator[Lasting]:
    server = Lasting(play)
    try:
        yield server
    finally:
        server.close()


def test_a_round_goes_on_over_one_connection_and_ends_with_it() -> None:
    with lasting(page()) as server:
        client = client_for(server.port)
        with client.round() as kept:
            seen = [kept.get(f"{A_LOOK}{n}") for n in range(5)]
        assert server.connections == 1
        assert b"\r\nconnection: keep-alive\r\n" in server.requests[0].lower()
        client.get(A_LOOK)
        kept.get(A_LOOK)
        assert server.connections == 3
        assert b"\r\nconnection: close\r\n" in server.requests[-1].lower()
    assert [one.status for one in seen] == [200] * 5


def test_names_do_not_share_a_connection_even_at_one_port() -> None:
    with lasting(page()) as server, client_for(server.port, b_example=server.port).round() as kept:
        kept.get("http://a.example/")
        kept.get("http://b.example/")
        assert server.connections == 2


def _raw(data: bytes) -> Play:
    def play(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(data)

    return play


def _then_hang_up(data: bytes) -> Play:
    def play(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(data)
        sock.shutdown(socket.SHUT_RDWR)

    return play


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
NOT_KEPT: dict[str, Callable[[], Play]] = {
    "it says close": lambda: _raw(OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nhi"),
    "an older protocol": lambda: _raw(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
    "no length": lambda: _then_hang_up(OK + b"\r\nhi"),
    "two lengths": lambda: _raw(
        OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"
    ),
    "bytes behind the answer": lambda: _raw(OK + b"Content-Length: 2\r\n\r\nhiHTTP/1.1 404 No\r\n\r\n"),
    "a redirect whose body is not read": lambda: redirect("http://a.example/", 302),
    "an answer cut at the limit": lambda: page(b"x" * (SHORT.body_bytes + 10)),
    "broken gzip": lambda: page(b"nonsense", "200 OK", "Content-Encoding: gzip"),
    "no HTTP": lambda: _raw(b"SSH-2.0-x\r\n\r\n"),
}


@pytest.mark.parametrize("why", NOT_KEPT)
def test_a_connection_that_cannot_be_trusted_is_never_used_again(why: str) -> None:
    with lasting(NOT_KEPT[why]()) as server:
        with client_for(server.port, SHORT).round() as kept:
            kept.get(A_LOOK)
            kept.get(A_LOOK)
        assert server.connections == len(server.requests)
        assert server.connections >= 2


def test_a_connection_that_ended_meanwhile_is_made_anew_and_the_look_is_whole() -> None:
    with (
        lasting(_then_hang_up(OK + b"Content-Length: 2\r\n\r\nhi")) as server,
        client_for(server.port).round() as kept,
    ):
        seen = [kept.get(A_LOOK) for _ in range(3)]
    assert [(one.status, one.body, one.trouble) for one in seen] == [(200, "hi", Trouble.NONE)] * 3


def test_words_that_nobody_asked_for_are_never_an_answer() -> None:
    def play(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(OK + b"Content-Length: 4\r\n\r\nmine")
        time.sleep(0.05)
        sock.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    with lasting(play) as server, client_for(server.port).round() as kept:
        first = kept.get(A_LOOK)
        time.sleep(0.2)
        second = kept.get(A_LOOK)
        assert server.connections == 2
    assert [(one.status, one.body) for one in (first, second)] == [(200, "mine")] * 2


def test_a_server_that_dies_before_the_second_answer_is_asked_over_a_new_connection_once() -> None:
    def play(sock: socket.socket, request: bytes) -> None:
        if len(server.requests) % 2:
            sock.sendall(OK + b"Content-Length: 2\r\n\r\nhi")
        else:
            sock.shutdown(socket.SHUT_RDWR)

    with lasting(play) as server, client_for(server.port, ROOMY).round() as kept:
        assert [kept.get(A_LOOK).status for _ in range(2)] == [200, 200]
        assert server.connections == 2
