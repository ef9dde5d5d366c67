"""One connection to one endpoint: guarded where it is made, bounded in time, bytes and slowness."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from ipaddress import ip_address

from openiru.core.verification.observation import Trouble
from openiru.egress.limits import Limits
from openiru.egress.names import Endpoint, Names, remaining

_PIECE = 16_384


class LookFailedError(Exception):
    """Why a look ended early. It never leaves egress as an exception."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail


def strict_tls() -> ssl.SSLContext:
    """TLS 1.2 or newer, certificate and name verified, HTTP/1.1 only; no key log, ever."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context


def open_socket(address: str, port: int, seconds: float) -> socket.socket:
    """A TCP connection to a numeric address. The only place of the looker that opens a socket."""
    version6 = ip_address(address).version == 6  # noqa: PLR2004 - IP version
    sock = socket.socket(socket.AF_INET6 if version6 else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.settimeout(seconds)
        sock.connect((address, port))
    except BaseException:
        sock.close()
        raise
    return sock


def _check(names: Names, address: str, port: int) -> None:
    if why := names.refusal(address, port):
        raise LookFailedError(Trouble.REFUSED_BY_GUARD, why)


def _check_peer(names: Names, endpoint: Endpoint, sock: socket.socket) -> None:
    """What the system says we are connected to must be what was permitted, and must still be permitted."""
    address, port = sock.getpeername()[:2]
    if ip_address(address) != ip_address(endpoint.address) or port != endpoint.port:
        raise LookFailedError(Trouble.REFUSED_BY_GUARD, f"connected to {address}, not to {endpoint.address}")
    _check(names, address, port)


class Wire:
    """A stream of bytes with a deadline. Close it whatever happens."""

    def __init__(
        self, sock: socket.socket, limits: Limits, deadline: float, endpoint: Endpoint, host: str
    ) -> None:
        self.endpoint = endpoint
        self.host = host
        self.uses = 1
        self._sock = sock
        self._limits = limits
        self._deadline = deadline
        self._window: float | None = None
        self._window_bytes = 0
        self.received = 0

    @property
    def descriptor(self) -> int:
        """For whoever waits for several; -1 when closed."""
        return self._sock.fileno()

    def again(self, deadline: float) -> None:
        """One question more, with limits of its own."""
        self._deadline = deadline
        self._window = None
        self.received = 0
        self.uses += 1

    def close(self) -> None:
        """Hang up. What the other side still sends is not read."""
        self._sock.close()

    def enter_body(self, deadline: float) -> None:
        """From here on the deadline is ``deadline``, and too little in a window of time ends the look."""
        self._deadline = deadline
        self._window = time.monotonic()
        self._window_bytes = 0

    def send(self, data: bytes) -> None:
        """All of ``data``, or TimeoutError."""
        self._sock.settimeout(self._left())
        self._sock.sendall(data)

    def receive(self) -> bytes:
        """What comes next, at most 16 KiB; empty at the end. Raises LookFailedError, OSError."""
        if self.received >= self._limits.wire_bytes:
            raise LookFailedError(Trouble.TOO_LARGE, f"more than {self._limits.wire_bytes} bytes came")
        data = self._receive_in_time()
        self.received += len(data)
        self._window_bytes += len(data)
        self._check_rate(time.monotonic())
        return data

    def _receive_in_time(self) -> bytes:
        """Waits until the deadline, waking at the end of each window to look at the rate."""
        while True:
            wait = self._left()
            if self._window is not None:
                wait = min(wait, max(0.001, self._window + self._limits.rate_window - time.monotonic()))
            self._sock.settimeout(wait)
            try:
                return self._sock.recv(_PIECE)
            except TimeoutError:
                self._check_rate(time.monotonic())

    def check_time(self) -> None:
        """Raises LookFailedError when the deadline has passed."""
        self._left()

    def _left(self) -> float:
        left = remaining(self._deadline)
        if left <= 0:
            raise LookFailedError(Trouble.TIMEOUT, "the answer did not end in time")
        return left

    def _check_rate(self, now: float) -> None:
        if self._window is None or now - self._window < self._limits.rate_window:
            return
        if self._window_bytes < self._limits.rate_floor * (now - self._window):
            floor = f"{self._limits.rate_floor:g} bytes a second"
            raise LookFailedError(Trouble.TIMEOUT, f"the answer came slower than {floor}")
        self._window, self._window_bytes = now, 0


def connect(
    names: Names,
    endpoint: Endpoint,
    host: str,
    limits: Limits,
    deadline: float,
    tls: Callable[[], ssl.SSLContext],
) -> Wire:
    """A connection to exactly this endpoint, checked before and after.

    ``host`` is the name for TLS, ``tls`` gives the context when it is needed. Raises LookFailedError, ssl.SSLError, OSError.
    """
    _check(names, endpoint.address, endpoint.port)
    seconds = min(limits.connect_seconds, remaining(deadline))
    if seconds <= 0:
        raise LookFailedError(Trouble.TIMEOUT, "no time was left to connect")
    sock = open_socket(endpoint.address, endpoint.port, seconds)
    try:
        _check_peer(names, endpoint, sock)
        if endpoint.tls:
            sock.settimeout(min(limits.connect_seconds, max(0.001, remaining(deadline))))
            sock = tls().wrap_socket(sock, server_hostname=host)
    except BaseException:
        sock.close()
        raise
    return Wire(sock, limits, deadline, endpoint, host)
