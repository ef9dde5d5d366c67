"""A certificate authority for one test run, and names that lead to one TLS port on loopback."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from openiru.egress.names import Endpoint, Names
from openiru.egress.targets import Target


class TlsNames(Names):
    """Every name is at one loopback port that speaks TLS. For tests only: no such names exist in the program."""

    def __init__(self, port: int) -> None:
        self._port = port

    def endpoints(self, target: Target, deadline: float) -> tuple[Endpoint, ...]:  # noqa: ARG002 - the port's signature
        return (Endpoint("127.0.0.1", self._port, tls=True),)

    def refusal(self, address: str, port: int) -> str:
        return "" if (address, port) == ("127.0.0.1", self._port) else "elsewhere"


def certificate(folder: Path, name: str, *, days: int = 1) -> Path:
    """A self-signed certificate with its key in one file; ``days`` below zero: it has run out."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=30))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}{days}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


def server_context(pem: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def answer_once(listener: socket.socket, context: ssl.SSLContext, names: list[str | None]) -> None:
    """Takes one connection, notes the name it was called by (SNI), answers, hangs up."""
    context.sni_callback = lambda _sock, name, _context: names.append(name)
    sock, _ = listener.accept()
    try:
        with context.wrap_socket(sock, server_side=True) as tls:
            tls.recv(9999)
            tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
    except OSError:
        sock.close()
