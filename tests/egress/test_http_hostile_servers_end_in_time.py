"""E5: servers that mean harm. Each look ends within its deadline and two seconds, and the next one is unharmed."""

import gzip
import resource
import socket
import struct
import threading
import time
import zlib
from dataclasses import replace

import pytest
from tests.egress.http_clients import SHORT, client_for
from tests.egress.http_servers import Play, page, raw, redirect, serving
from tests.egress.http_tls import TlsNames

from openiru.core.verification.observation import Trouble
from openiru.egress.http import GuardedClient

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def drip(head: bytes, piece: bytes, pause: float) -> Play:
    """The head, then pieces for as long as anybody listens."""

    def play(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(head)
        for _ in range(100_000):
            sock.sendall(piece)
            if pause:
                time.sleep(pause)

    return play


def silence(sock: socket.socket, _request: bytes) -> None:
    """The other side listens and never answers."""
    sock.settimeout(20)
    sock.recv(1)


def after(head: bytes) -> Play:
    """A head, then nothing and no end."""

    def play(sock: socket.socket, request: bytes) -> None:
        sock.sendall(head)
        silence(sock, request)

    return play


def reset(sock: socket.socket, _request: bytes) -> None:
    """Hangs up with a reset in the middle of the body."""
    sock.sendall(OK + b"Content-Length: 1000\r\n\r\nabc")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


MULTIPART = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n"
BOMB = gzip.compress(b"\x00" * 30_000_000)
T = Trouble
BEHAVIOURS: dict[str, tuple[Play, set[Trouble]]] = {
    "never answers": (silence, {T.TIMEOUT}),
    "tarpit, a byte at a time": (drip(OK + b"\r\n", b"x", 0.1), {T.TIMEOUT}),
    "tarpit in the head": (drip(b"HTTP/1.1 200 OK\r\n", b"X", 0.1), {T.TIMEOUT}),
    "endless headers": (drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 500, 0), {T.TOO_LARGE, T.PROTOCOL}),
    "one header without end": (drip(b"HTTP/1.1 200 OK\r\nX: ", b"y" * 8192, 0), {T.TOO_LARGE, T.PROTOCOL}),
    "a hundred and one headers": (raw(OK + b"X-A: b\r\n" * 100 + b"\r\n"), {T.TOO_LARGE}),
    "headers of 65 kB in all": (raw(OK + b"X-A: " + b"b" * 65_540 + b"\r\n\r\n"), {T.TOO_LARGE, T.PROTOCOL}),
    "body without end": (drip(OK + b"\r\n", b"z" * 16_384, 0), {T.NONE}),
    "chunks without end": (drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"c" * 4096 + b"\r\n", 0), {T.NONE}),
    "crumbs": (drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nc\r\n" * 4000, 0), {T.PROTOCOL, T.TIMEOUT, T.TOO_LARGE}),
    "chunk size that is none": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), {T.PROTOCOL}),
    "chunk extension without end": (drip(OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"e" * 8192, 0), {T.PROTOCOL, T.TOO_LARGE}),
    "less than it said": (raw(OK + b"Content-Length: 1000\r\n\r\nabc"), {T.PROTOCOL}),
    "two lengths": (raw(OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), {T.PROTOCOL}),
    "a length that is none": (raw(OK + b"Content-Length: -1\r\n\r\nabcd"), {T.PROTOCOL}),
    "gzip bomb": (page(BOMB, "200 OK", "Content-Encoding: gzip"), {T.TOO_LARGE}),
    "gzip bomb on a 404": (page(BOMB, "404 No", "Content-Encoding: gzip"), {T.TOO_LARGE}),
    "redirect with a bomb": (raw(b"HTTP/1.1 302 F\r\nLocation: /silent\r\nContent-Encoding: gzip\r\n\r\n" + BOMB[:9000]), {T.TIMEOUT}),
    "gzip that is none": (page(b"plain text", "200 OK", "Content-Encoding: gzip"), {T.PROTOCOL}),
    "gzip that ends early": (page(gzip.compress(b"hello" * 99)[:-9], "200 OK", "Content-Encoding: gzip"), {T.PROTOCOL}),
    "ten thousand gzip members": (page(gzip.compress(b"") * 10_000, "200 OK", "Content-Encoding: gzip"), {T.NONE}),
    "brotli": (page(b"\x0b\x02\x80hello\x03", "200 OK", "Content-Encoding: br"), {T.PROTOCOL}),
    "zstd": (page(b"\x28\xb5\x2f\xfd", "200 OK", "Content-Encoding: zstd"), {T.PROTOCOL}),
    "deflate": (page(zlib.compress(b"hi"), "200 OK", "Content-Encoding: deflate"), {T.PROTOCOL}),
    "nested encodings": (page(gzip.compress(BOMB), "200 OK", "Content-Encoding: gzip, gzip"), {T.PROTOCOL}),
    "half open": (after(OK + b"Content-Length: 1000\r\n\r\nabc"), {T.TIMEOUT}),
    "HTTP/0.9": (raw(b"<html>hello</html>\n"), {T.PROTOCOL}),
    "binary garbage": (raw(bytes(range(256)) * 64), {T.PROTOCOL}),
    "closes at once": (raw(b""), {T.PROTOCOL}),
    "flood of interim answers": (drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0), {T.PROTOCOL}),
    "switches protocols": (raw(b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n"), {T.PROTOCOL}),
    "multipart that replaces itself": (drip(MULTIPART, b"--b\r\n\r\nx\r\n", 0.05), {T.TIMEOUT}),
    "stream of events": (drip(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b"data: x\n\n", 0.05), {T.TIMEOUT}),
    "reset in the middle": (reset, {T.CONNECT, T.PROTOCOL}),
    "status that is none": (raw(b"HTTP/1.1 99999 X\r\n\r\n"), {T.PROTOCOL}),
    "header with a NUL": (raw(b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n"), {T.PROTOCOL}),
    "slow redirects": (redirect("/r"), {T.TOO_MANY_REDIRECTS}),
}  # fmt: skip


def _stall(listener: socket.socket) -> None:
    """Takes a connection, hears the first words of TLS, and says nothing until the other side has had enough."""
    with listener.accept()[0] as sock:
        sock.recv(9999)
        sock.settimeout(5)
        sock.recv(1)


def _memory() -> int:
    """Highest resident size of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_every_hostile_behaviour_ends_in_time_with_its_trouble_and_harms_nobody_else(behaviour: str) -> None:
    play, expected = BEHAVIOURS[behaviour]
    with serving(play, fine=page(b"fine"), silent=silence) as server:
        client = client_for(server.port, SHORT)
        before, started = _memory(), time.monotonic()
        seen = client.get("http://a.example/")
        took = time.monotonic() - started
        following = client_for(server.port).get("http://a.example/fine")
    assert seen.trouble in expected, seen.detail
    assert took < SHORT.total_seconds + 2
    assert _memory() - before < 64 * 1024 * 1024
    assert len(seen.body) <= SHORT.body_bytes
    assert (following.status, following.body) == (200, "fine")


def test_a_head_that_came_is_kept_when_its_body_fails() -> None:
    with serving(raw(OK + b"Content-Length: 1000\r\n\r\nabc")) as server:
        seen = client_for(server.port).get("http://a.example/")
    assert (seen.status, seen.trouble, seen.body, seen.cut) == (200, Trouble.PROTOCOL, "abc", True)


def test_the_deadline_counts_for_all_redirects_together() -> None:
    def slow(sock: socket.socket, _request: bytes) -> None:
        time.sleep(0.6)
        sock.sendall(b"HTTP/1.1 302 F\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")

    with serving(slow) as server:
        started = time.monotonic()
        seen = client_for(server.port, SHORT).get("http://a.example/")
    assert seen.trouble is Trouble.TIMEOUT
    assert len(seen.hops) <= 4
    assert time.monotonic() - started < SHORT.total_seconds + 1


def test_a_server_that_stalls_the_tls_handshake_is_left_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_stall, args=(listener,))
        thread.start()
        started = time.monotonic()
        seen = GuardedClient(TlsNames(listener.getsockname()[1]), SHORT).get("https://a.example/")
        thread.join(5)
    assert seen.trouble is Trouble.TIMEOUT
    assert time.monotonic() - started < SHORT.total_seconds + 1


@pytest.mark.campaign
def test_a_thousand_hostile_looks_leave_no_memory_behind() -> None:
    limits = replace(SHORT, total_seconds=0.3, header_seconds=0.2, rate_window=0.1)
    quick = [play for play, troubles in BEHAVIOURS.values() if Trouble.TIMEOUT not in troubles]
    before = _memory()
    for play in quick:
        with serving(play) as server:
            client = client_for(server.port, limits)
            for _ in range(1000 // len(quick) + 1):
                client.get("http://a.example/")
    assert _memory() - before < 128 * 1024 * 1024
