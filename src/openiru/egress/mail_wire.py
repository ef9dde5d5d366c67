"""The conversation with a mail server: bounded in time and size, and strict about what an answer is.

:class:`smtplib.SMTP` reads answers without end and counts its time-out anew with each byte; a server that
sends one byte a minute, or ``250-`` for ever, would hold it. This reader has one deadline for everything.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from ipaddress import ip_address
from typing import Final, NamedTuple

MAX_REPLY_LINE: Final = 4096  # RFC 5321 §4.5.3.1.5 says 512; some servers write more
MAX_REPLY_LINES: Final = 128
_REPLY: Final = re.compile(rb"([2-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)
_CHUNK: Final = 64 * 1024
_READY: Final = 220


class BadReplyError(Exception):
    """The other side says something that is no SMTP answer."""


class Reply(NamedTuple):
    """An answer: its code and its text, not yet fit to be shown."""

    code: int
    text: str


class Wire(smtplib.SMTP):
    """An SMTP connection whose reads and writes all end before one deadline."""

    def __init__(self, *, ehlo_name: str, step_seconds: float, total_seconds: float) -> None:
        # The name is given so that smtplib does not ask the resolver for ours.
        super().__init__(local_hostname=ehlo_name, timeout=step_seconds)
        self._step = step_seconds
        self._deadline = time.monotonic() + total_seconds
        self._buffer = b""

    def open(self, host: str, port: int, *, loopback_only: bool, context: ssl.SSLContext | None) -> Reply:
        """Connect, with TLS from the first byte if a ``context`` is given, and read the greeting."""
        self.sock = socket.create_connection((host, port), timeout=self._remaining())
        if loopback_only and not is_loopback(str(self.sock.getpeername()[0])):
            raise BadReplyError("the address found for the mail server is not on this machine")
        if context is not None:
            self._wrap(context, host)
        return Reply(*self._decoded(self.getreply()))

    def command(self, line: str) -> Reply:
        """Send one line and read its answer."""
        self.putcmd(line)
        return Reply(*self._decoded(self.getreply()))

    def hello(self) -> Reply:
        """EHLO; never the older HELO, which offers neither TLS nor authentication."""
        return Reply(*self._decoded(self.ehlo()))

    def secure(self, host: str, context: ssl.SSLContext) -> Reply:
        """STARTTLS (RFC 3207). What comes in clear after the answer is an injection: the talk ends."""
        reply = self.command("STARTTLS")
        if reply.code != _READY:
            return reply
        if self._buffer:
            raise BadReplyError("something was sent in clear after the answer to STARTTLS")
        self._wrap(context, host)
        self.ehlo_resp = None
        self.esmtp_features = {}
        self.does_esmtp = False
        return reply

    def content(self, message: bytes) -> None:
        """Write a message of CRLF lines, dots doubled (RFC 5321 §4.5.2), without the dot that ends it."""
        stuffed = re.sub(rb"(?m)^\.", b"..", message)
        for start in range(0, len(stuffed), _CHUNK):
            self.send(stuffed[start : start + _CHUNK])
        if self._buffer:
            raise BadReplyError("an answer came before the message had ended")

    def end(self, *, seconds: float) -> Reply:
        """Write the dot that ends the message and read the answer, which may take ``seconds``."""
        self._step, self._deadline = seconds, time.monotonic() + seconds
        self.send(b".\r\n")
        return Reply(*self._decoded(self.getreply()))

    def leave(self, *, seconds: float) -> None:
        """Say goodbye. Whether it is heard changes nothing: the answer that counts has been read."""
        self._step, self._deadline = seconds, time.monotonic() + seconds
        try:
            self.command("QUIT")
        except (OSError, BadReplyError):
            self.close()

    def getreply(self) -> tuple[int, bytes]:
        """One answer of one or more lines; :class:`BadReplyError` when it is none or has no end."""
        lines: list[bytes] = []
        code = b""
        while len(lines) < MAX_REPLY_LINES:
            match = _REPLY.fullmatch(self._line())
            if match is None or (code and match[1] != code):
                raise BadReplyError("what came back is not an SMTP answer")
            code = match[1]
            lines.append(match[3] or b"")
            if match[2] != b"-":
                return int(code), b"\n".join(lines)
        raise BadReplyError("the answer has no end")

    def send(self, s: object) -> None:
        """Write everything, or raise; the socket's time-out is what is left of the deadline."""
        data = s if isinstance(s, bytes) else str(s).encode("ascii")
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        self.sock.settimeout(self._remaining())
        self.sock.sendall(data)

    def _line(self) -> bytes:
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > MAX_REPLY_LINE:
                break
            self._buffer += self._receive()
        if end < 0 or end > MAX_REPLY_LINE:
            raise BadReplyError("a line of the answer is too long")
        line, self._buffer = self._buffer[:end], self._buffer[end + 1 :]
        return line.removesuffix(b"\r")

    def _receive(self) -> bytes:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        self.sock.settimeout(self._remaining())
        data = self.sock.recv(MAX_REPLY_LINE)
        if not data:
            raise smtplib.SMTPServerDisconnected("the server closed the connection")
        return data

    def _remaining(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(left, self._step)

    def _wrap(self, context: ssl.SSLContext, host: str) -> None:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("not connected")
        self.sock.settimeout(self._remaining())
        self.sock = context.wrap_socket(self.sock, server_hostname=host)

    @staticmethod
    def _decoded(reply: tuple[int, bytes]) -> tuple[int, str]:
        return reply[0], reply[1].decode("utf-8", "replace")


def is_loopback(host: str) -> bool:
    """Whether ``host`` is an address of this machine, or its name ``localhost``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
