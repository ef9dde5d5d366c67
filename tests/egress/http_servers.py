"""Played servers on loopback: scripted HTTP (good and hostile), a canary that must never be reached, a small DNS."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Play = Callable[[socket.socket, bytes], None]


def page(body: bytes = b"<p>hello</p>", status: str = "200 OK", *headers: str) -> Play:
    """A whole answer at once."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    if not any(line.lower().startswith("content-type") for line in headers):
        lines.append("Content-Type: text/html; charset=utf-8")
    return raw("\r\n".join(lines).encode("utf-8") + b"\r\n\r\n" + body)


def redirect(location: str, status: int = 302) -> Play:
    return raw(f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())


def raw(data: bytes) -> Play:
    def play(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(data)

    return play


@dataclass
class Server:
    """One port. ``routes``: first request path that matches exactly, else ``default``."""

    default: Play
    routes: dict[str, Play] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self.stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), sock:
            sock.settimeout(20)
            request = b""
            while b"\r\n\r\n" not in request:
                piece = sock.recv(65_536)
                if not piece:
                    return
                request += piece
            self.requests.append(request)
            path = request.split(b" ", 2)[1].decode()
            self.routes.get(path, self.default)(sock, request)
            sock.shutdown(socket.SHUT_WR)
            sock.settimeout(1)
            sock.recv(1)

    def close(self) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


@contextlib.contextmanager
def serving(default: Play | None = None, **routes: Play) -> Iterator[Server]:
    server = Server(default or page(), {f"/{name}": play for name, play in routes.items()})
    try:
        yield server
    finally:
        server.close()


Zone = Callable[[str, str, int], tuple[int, list[str]]]


class DnsServer:
    """Answers by ``zone(name, type, number of this question)`` -> rcode and records ("A 1.2.3.4", "CNAME x.")."""

    def __init__(self, zone: Zone, ttl: int = 0) -> None:
        self._zone = zone
        self._ttl = ttl
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sock.bind(("127.0.0.1", 0))
        self.place = ("127.0.0.1", int(self._sock.getsockname()[1]))
        self.asked: list[tuple[str, str]] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                data, peer = self._sock.recvfrom(4096)
            except OSError:
                return
            if data == b"stop":
                return
            self._sock.sendto(self._answer(data), peer)

    def _answer(self, data: bytes) -> bytes:
        query = dns.message.from_wire(data)
        question = query.question[0]
        name, kind = question.name.to_text().rstrip("."), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        rcode, records = self._zone(name, kind, len(self.asked))
        response = dns.message.make_response(query)
        response.set_rcode(dns.rcode.Rcode(rcode))
        response.flags |= dns.flags.RA
        owner = question.name.to_text()
        for record in [] if rcode else records:
            rdtype, _, value = record.partition(" ")
            response.answer.append(dns.rrset.from_text(owner, self._ttl, "IN", rdtype, value))
            owner = value if rdtype == "CNAME" else owner
        return response.to_wire(max_size=65_535)

    def close(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.sendto(b"stop", self.place)
        self._thread.join(5)
        self._sock.close()


@contextlib.contextmanager
def dns_serving(zone: Zone, ttl: int = 0) -> Iterator[DnsServer]:
    server = DnsServer(zone, ttl)
    try:
        yield server
    finally:
        server.close()
