"""The guarded client: one look at one address that somebody else chose, and that may be hostile.

Plain sockets and h11 instead of a client library: the name is resolved once, the address that was checked is
the address that is connected to, and every byte that comes in is counted before it is believed. No cookies,
no credentials, no referrer, no proxy, no environment. Compression: gzip only.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import h11

from openiru.core.verification.observation import Hop, Observation, Trouble
from openiru.egress.bodies import Body, digest, read_text
from openiru.egress.limits import Limits
from openiru.egress.names import Names, NameTroubleError
from openiru.egress.targets import Target, TargetRefusedError, read_target
from openiru.egress.wire import LookFailedError, Wire, connect, strict_tls

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_LOCATION = 4096
_SWITCHING = 101
_NEVER_KEPT = frozenset({"set-cookie", "set-cookie2"})
DEFAULT_USER_AGENT = "Mozilla/5.0 (compatible; OpenIRU)"


@dataclass(slots=True)
class _Head:
    """Status and headers of one answer."""

    status: int
    headers: dict[str, str]
    location: str


@dataclass(slots=True)
class _Trail:
    """What is known so far, so that a failure keeps what was seen before it."""

    url: str
    deadline: float
    hops: list[Hop] = field(default_factory=list)
    final: Target | None = None
    head: _Head | None = None
    data: bytes = b""
    cut: bool = False
    trouble: Trouble = Trouble.NONE
    details: list[str] = field(default_factory=list)

    def fail(self, trouble: Trouble, detail: str) -> None:
        self.trouble = trouble
        self.details.append(detail)


def _printable(text: str, longest: int = _LONGEST_LOCATION) -> str:
    """Text from outside for logs and screens: control characters become U+FFFD."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text[:longest])


def _header_text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _read_headers(raw: Iterable[tuple[bytes, bytes]], limits: Limits) -> dict[str, str]:
    """Lower-case names, repeated ones joined by a comma, cookies left out. Raises LookFailedError."""
    pairs = list(raw)
    if len(pairs) > limits.header_count:
        raise LookFailedError(Trouble.TOO_LARGE, f"the answer has more than {limits.header_count} headers")
    if sum(len(name) + len(value) + 4 for name, value in pairs) > limits.header_bytes:
        raise LookFailedError(Trouble.TOO_LARGE, f"the headers have more than {limits.header_bytes} bytes")
    headers: dict[str, str] = {}
    for name, value in pairs:
        key = name.decode("ascii").lower()
        if key not in _NEVER_KEPT:
            text = _printable(_header_text(value), limits.header_bytes)
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _read_head(wire: Wire, conn: h11.Connection, limits: Limits) -> _Head:
    """The final head of the answer; a few interim ones (1xx) are passed over."""
    interim = 0
    while True:
        event = _next_event(wire, conn)
        if isinstance(event, h11.InformationalResponse):
            interim += 1
            if interim > limits.interim_answers or event.status_code == _SWITCHING:
                raise LookFailedError(Trouble.PROTOCOL, "the server does not come to its answer")
        elif isinstance(event, h11.Response):
            headers = _read_headers(event.headers, limits)
            locations = [value for name, value in event.headers if name == b"location"]
            return _Head(event.status_code, headers, _header_text(locations[0]) if locations else "")
        else:
            raise LookFailedError(Trouble.PROTOCOL, "the connection closed without an answer")


def _next_event(wire: Wire, conn: h11.Connection) -> object:
    while True:
        event = conn.next_event()
        if event is not h11.NEED_DATA:
            return event
        conn.receive_data(wire.receive())


def _read_body(wire: Wire, conn: h11.Connection, limits: Limits, trail: _Trail) -> None:
    """The decoded body into the trail, also the part that came before a failure."""
    encoding = trail.head.headers.get("content-encoding", "") if trail.head else ""
    body = Body(encoding, limits)
    try:
        while True:
            event = _next_event(wire, conn)
            wire.check_time()
            if not isinstance(event, h11.Data):
                body.end()
                return
            if not body.feed(bytes(event.data)):
                trail.cut = True
                return
    except BaseException:
        trail.cut = True
        raise
    finally:
        trail.data = body.data


class GuardedClient:
    """Looks at addresses within limits, through the names it was given, and through nothing else.

    ``names`` decides what may be reached; ``vantage`` names the exit and stands in every observation. One
    client may be used by several threads: it keeps no state between looks.
    """

    def __init__(
        self,
        names: Names,
        limits: Limits | None = None,
        user_agent: str = DEFAULT_USER_AGENT,
        vantage: str = "",
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._names = names
        self._limits = limits or Limits()
        self._user_agent = user_agent
        self._vantage = vantage
        self._tls = tls

    def get(self, url: str) -> Observation:
        """One look with its body. Never raises for what the outside does."""
        return self._observe(url, read_body=True)

    def resolve(self, url: str) -> Observation:
        """Follows redirects to the end; the last body is not read."""
        return self._observe(url, read_body=False)

    def _observe(self, url: str, *, read_body: bool) -> Observation:
        started = time.monotonic()
        trail = _Trail(url, started + self._limits.total_seconds)
        try:
            self._follow(trail, read_body=read_body)
        except TargetRefusedError as error:
            trail.fail(Trouble.REFUSED_BY_GUARD, str(error))
        except (NameTroubleError, LookFailedError) as error:
            trail.fail(error.trouble, error.detail)
        except h11.RemoteProtocolError as error:
            trail.fail(Trouble.PROTOCOL, f"no proper HTTP: {error}")
        except ssl.SSLError as error:
            trail.fail(Trouble.TLS, getattr(error, "verify_message", "") or error.reason or "TLS failed")
        except TimeoutError:
            trail.fail(Trouble.TIMEOUT, "the server did not answer in time")
        except OSError as error:
            trail.fail(Trouble.CONNECT, error.strerror or type(error).__name__)
        return self._observation(trail, started)

    def _observation(self, trail: _Trail, started: float) -> Observation:
        head = trail.head
        headers = head.headers if head else {}
        return Observation(
            url=trail.url,
            status=head.status if head else 0,
            trouble=trail.trouble,
            detail=_printable("; ".join(trail.details)),
            final_url=trail.final.url if trail.final else "",
            hops=tuple(trail.hops),
            headers=headers,
            body=read_text(headers, trail.data),
            body_digest=digest(trail.data) if trail.data else "",
            vantage=self._vantage,
            took_ms=round((time.monotonic() - started) * 1000),
            cut=trail.cut,
        )

    def _read_target(self, text: str, base: Target | None) -> Target:
        return read_target(text, ports=self._limits.ports, base=base, longest=self._limits.url_length)

    def _follow(self, trail: _Trail, *, read_body: bool) -> None:
        target = self._read_target(trail.url, None)
        for _ in range(self._limits.redirects + 1):
            location = self._hop(trail, target, read_body=read_body)
            if location is None:
                return
            following = self._read_target(location, target)
            if target.scheme == "https" and following.scheme == "http":
                trail.details.append(f"led from https to http: {following.host}")
            target = following
        detail = f"more than {self._limits.redirects} redirects"
        raise LookFailedError(Trouble.TOO_MANY_REDIRECTS, detail)

    def _hop(self, trail: _Trail, target: Target, *, read_body: bool) -> str | None:
        """One question. Gives back where it leads on, or None when this was the last."""
        deadline = min(trail.deadline, time.monotonic() + self._limits.header_seconds)
        wire, address = self._connect(target, deadline)
        try:
            conn = h11.Connection(h11.CLIENT, max_incomplete_event_size=self._limits.header_bytes)
            wire.send(self._request(conn, target))
            head = _read_head(wire, conn, self._limits)
            trail.hops.append(Hop(target.url, head.status, address, _printable(head.location)))
            if head.status in _REDIRECTS and head.location:
                return head.location
            trail.final, trail.head = target, head
            if read_body:
                wire.enter_body(trail.deadline)
                _read_body(wire, conn, self._limits, trail)
            return None
        finally:
            wire.close()

    def _connect(self, target: Target, deadline: float) -> tuple[Wire, str]:
        """The first endpoint that takes the call; a refusal of the guard is not tried around."""
        endpoints = self._names.endpoints(target, deadline)
        failure: OSError | None = None
        for endpoint in endpoints[: self._limits.addresses_tried]:
            try:
                wire = connect(self._names, endpoint, target.host, self._limits, deadline, self._context)
            except ssl.SSLError:
                raise
            except OSError as error:
                failure = error
            else:
                return wire, endpoint.address
        raise failure or OSError("the name has no address")

    def _context(self) -> ssl.SSLContext:
        """Made when first needed: reading the system's authorities takes some 20 ms."""
        if self._tls is None:
            self._tls = strict_tls()
        return self._tls

    def _request(self, conn: h11.Connection, target: Target) -> bytes:
        headers = [
            ("Host", target.host_header),
            ("User-Agent", self._user_agent),
            ("Accept", "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"),
            ("Accept-Encoding", "gzip, identity"),
            ("Accept-Language", "en"),
            ("Connection", "close"),
        ]
        request = conn.send(h11.Request(method="GET", target=target.path, headers=headers)) or b""
        return request + (conn.send(h11.EndOfMessage()) or b"")
