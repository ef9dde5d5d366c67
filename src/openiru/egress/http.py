"""The guarded client: one look at one address that somebody else chose, and that may be hostile.

Plain sockets and h11 instead of a client library: the name is resolved once, the address that was checked is
the address that is connected to, and every byte that comes in is counted before it is believed. No cookies,
no credentials, no referrer, no proxy, no environment. Compression: gzip only.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import h11

from openiru.core.verification.observation import Hop, Observation, Trouble
from openiru.egress.bodies import Body, digest, read_text
from openiru.egress.keeping import KeptAnswers, Lines
from openiru.egress.limits import Limits
from openiru.egress.names import Endpoint, Names, NameTroubleError
from openiru.egress.targets import Target, TargetRefusedError, read_target
from openiru.egress.wire import LookFailedError, Wire, connect, strict_tls

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LONGEST_LOCATION = 4096
_SWITCHING = 101
_NEVER_KEPT = frozenset({"set-cookie", "set-cookie2"})
DEFAULT_USER_AGENT = "Mozilla/5.0 (compatible; OpenIRU)"


@dataclass(slots=True)
class _Head:
    """Status and headers of one answer, and what reads the rest of it."""

    status: int
    headers: dict[str, str]
    location: str
    conn: h11.Connection


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
            return _Head(event.status_code, headers, _header_text(locations[0]) if locations else "", conn)
        else:
            raise LookFailedError(Trouble.PROTOCOL, "the connection closed without an answer")


def _next_event(wire: Wire, conn: h11.Connection) -> object:
    while True:
        event = conn.next_event()
        if event is not h11.NEED_DATA:
            return event
        conn.receive_data(wire.receive())


def _read_body(wire: Wire, head: _Head, limits: Limits, trail: _Trail) -> bool:
    """The decoded body into the trail, also the part that came before a failure. Whether it ended where it said."""
    body = Body(head.headers.get("content-encoding", ""), limits)
    try:
        while True:
            event = _next_event(wire, head.conn)
            wire.check_time()
            if not isinstance(event, h11.Data):
                body.end()
                return _ended(head)
            if not body.feed(bytes(event.data)):
                trail.cut = True
                return False
    except BaseException:
        trail.cut = True
        raise
    finally:
        trail.data = body.data


def _ended(head: _Head) -> bool:
    """Whether another question may follow: both sides are willing, one length delimited the answer, nothing came behind."""
    said = sum(name in head.headers for name in ("content-length", "transfer-encoding"))
    conn = head.conn
    done = conn.our_state is h11.DONE and conn.their_state is h11.DONE
    return done and said == 1 and conn.trailing_data[0] == b""


class GuardedClient:
    """Looks at addresses within limits, through the names it was given, and through nothing else.

    ``names`` decides what may be reached; ``vantage`` names the exit and stands in every observation. One
    client may be used by several threads: it keeps nothing between looks, save within a ``round``.
    """

    def __init__(
        self,
        names: Names,
        limits: Limits | None = None,
        user_agent: str = DEFAULT_USER_AGENT,
        vantage: str = "",
        *,
        tls: ssl.SSLContext | None = None,
        lines: Lines | None = None,
    ) -> None:
        self._names = names
        self._limits = limits or Limits()
        self._user_agent = user_agent
        self._vantage = vantage
        self._tls = tls
        self._lines = lines or Lines()

    @contextmanager
    def round(self) -> Iterator[GuardedClient]:
        """A client for one round of looks: names' answers and connections are kept within it, and given up at its end."""
        names, lines = self._names.asking(KeptAnswers().ask), Lines(keeps=True)
        try:
            yield GuardedClient(
                names, self._limits, self._user_agent, self._vantage, tls=self._tls, lines=lines
            )
        finally:
            lines.close()

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
        wire, address, head = self._exchange(target, deadline)
        whole = False
        try:
            trail.hops.append(Hop(target.url, head.status, address, _printable(head.location)))
            if head.status in _REDIRECTS and head.location:
                return head.location
            trail.final, trail.head = target, head
            if read_body:
                wire.enter_body(trail.deadline)
                whole = _read_body(wire, head, self._limits, trail)
            return None
        finally:
            if whole:
                self._lines.give_back(wire)
            else:
                wire.close()

    def _exchange(self, target: Target, deadline: float) -> tuple[Wire, str, _Head]:
        """The head of the answer, over a kept connection if there is one.

        A kept one may have ended unseen: then, and only when no byte of an answer came, a new one is asked once more.
        """
        endpoints = self._names.endpoints(target, deadline)[: self._limits.addresses_tried]
        kept = self._lines.take(self._names, target, endpoints)
        if kept is not None:
            wire, address = kept
            wire.again(deadline)
            try:
                return wire, address, self._asked(wire, target)
            except (LookFailedError, h11.RemoteProtocolError, OSError) as error:
                wire.close()
                if wire.received or isinstance(error, TimeoutError):
                    raise
        wire, address = self._connect(target, endpoints, deadline)
        try:
            return wire, address, self._asked(wire, target)
        except BaseException:
            wire.close()
            raise

    def _asked(self, wire: Wire, target: Target) -> _Head:
        conn = h11.Connection(h11.CLIENT, max_incomplete_event_size=self._limits.header_bytes)
        wire.send(self._request(conn, target))
        return _read_head(wire, conn, self._limits)

    def _connect(self, target: Target, endpoints: Sequence[Endpoint], deadline: float) -> tuple[Wire, str]:
        """The first endpoint that takes the call; a refusal of the guard is not tried around."""
        failure: OSError | None = None
        for endpoint in endpoints:
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
            ("Connection", "keep-alive" if self._lines.keeps else "close"),
        ]
        request = conn.send(h11.Request(method="GET", target=target.path, headers=headers)) or b""
        return request + (conn.send(h11.EndOfMessage()) or b"")
