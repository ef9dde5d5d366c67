"""Mail servers for tests: one that keeps its word (aiosmtpd), and one that does whatever a script says."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "unit", "pass-wörd-4711"


@dataclass
class Inbox:
    """Keeps what arrives; ``answers`` are given one by one to RCPT and then to DATA before the usual ones."""

    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    rcpt_answers: list[str] = field(default_factory=list)
    data_answers: list[str] = field(default_factory=list)
    mail_options: list[str] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's hook
        self, _server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.mail_options += options
        return "250 ok"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.rcpt_answers:
            return self.rcpt_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's hook
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        if self.data_answers:
            return self.data_answers.pop(0)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 2.0.0 Ok: queued as 4F2A9C01"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-made certificate for 127.0.0.1 and its key; it is also the file of trusted certificates."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    names = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    encoding = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, encoding, serialization.NoEncryption())
    )
    return cert_file, key_file


def server_context(cert_file: Path, key_file: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    return context


def _authenticate(_s: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=good, handled=good)


@contextlib.contextmanager
def honest(
    inbox: Inbox, *, context: ssl.SSLContext | None = None, auth: bool = False, implicit: bool = False
) -> Iterator[int]:
    """A well-behaved server on a free port of 127.0.0.1; yields the port."""
    options: dict[str, Any] = {"data_size_limit": 40_000_000}
    if auth:
        options |= {
            "authenticator": _authenticate,
            "auth_required": True,
            "auth_require_tls": context is not None and not implicit,
        }
    if context is not None and implicit:
        options["ssl_context"] = context
    elif context is not None:
        options |= {"tls_context": context, "require_starttls": True}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class Peer:
    """One accepted connection, as a script sees it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.heard: list[bytes] = []
        self.connected = True
        self._buffer = b""

    def say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def hear(self) -> bytes:
        """One line without its end; empty when the other side is gone."""
        while b"\r\n" not in self._buffer:
            data = self.connection.recv(65536)
            if not data:
                self.connected = False
                return b""
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        self.heard.append(line)
        return line

    def until_dot(self) -> None:
        while self.connected and self.hear() != b".":
            pass

    def serve(self, *, until: bytes) -> None:
        """Answer like a plain server up to, and without answering, the command that begins with ``until``."""
        self.say("220 test ready")
        while (line := self.hear()) and not line.upper().startswith(until):
            self.say("354 go on" if line.upper() == b"DATA" else "250 ok")
            if line.upper() == b"DATA":
                self.until_dot()
                if until == b".":
                    return


@contextlib.contextmanager
def scripted(script: Callable[[Peer], None]) -> Iterator[tuple[int, list[Peer]]]:
    """A server that runs ``script`` for each connection, then closes it; yields the port and the peers."""
    peers: list[Peer] = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(20)

    def run() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(20)
            peer = Peer(connection)
            peers.append(peer)
            with connection, contextlib.suppress(OSError):
                script(peer)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1]), peers
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
