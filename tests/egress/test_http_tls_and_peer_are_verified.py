import socket
import ssl
import threading
from pathlib import Path

import pytest
from tests.egress.http_clients import ROOMY, SHORT, client_for
from tests.egress.http_servers import page, serving
from tests.egress.http_tls import TlsNames, answer_once, certificate, server_context

from openiru.core.verification.observation import Observation, Trouble
from openiru.egress import wire
from openiru.egress.http import GuardedClient
from openiru.egress.wire import strict_tls


def look(
    pem: Path, *, trusted: Path | None, url: str = "https://a.example/"
) -> tuple[Observation, list[str | None]]:
    context = strict_tls()
    if trusted:
        context.load_verify_locations(trusted)
    called: list[str | None] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=answer_once, args=(listener, server_context(pem), called))
        thread.start()
        seen = GuardedClient(TlsNames(listener.getsockname()[1]), ROOMY, tls=context).get(url)
        thread.join(5)
    return seen, called


def test_a_good_certificate_is_taken_and_the_server_is_called_by_its_name(tmp_path: Path) -> None:
    pem = certificate(tmp_path, "a.example")
    seen, called = look(pem, trusted=pem)
    assert (seen.body, seen.trouble) == ("secret", Trouble.NONE)
    assert called == ["a.example"]


def test_an_unknown_authority_another_name_and_an_old_certificate_are_refused(tmp_path: Path) -> None:
    good, other, old = (
        certificate(tmp_path, "a.example"),
        certificate(tmp_path, "b.example"),
        certificate(tmp_path, "a.example", days=-1),
    )
    for pem, trusted in ((good, None), (other, other), (old, old)):
        seen, _ = look(pem, trusted=trusted)
        assert (seen.status, seen.trouble, seen.body) == (0, Trouble.TLS, "")
        assert seen.detail


def test_plain_http_on_a_tls_port_is_tls_trouble(tmp_path: Path) -> None:
    with serving(page()) as server:
        seen = GuardedClient(TlsNames(server.port), SHORT).get("https://a.example/")
    assert seen.trouble in {Trouble.TLS, Trouble.TIMEOUT, Trouble.CONNECT}
    assert seen.status == 0


def test_verification_cannot_be_switched_off_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("PYTHONHTTPSVERIFY", "0")
    context = strict_tls()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.keylog_filename is None


def test_a_connection_that_ends_up_elsewhere_is_dropped_before_a_byte_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with serving(page(b"canary")) as canary, serving(page()) as server:
        real = wire.open_socket
        monkeypatch.setattr(
            wire, "open_socket", lambda address, _port, seconds: real(address, canary.port, seconds)
        )
        seen = client_for(server.port).get("http://a.example/")
    assert seen.trouble is Trouble.REFUSED_BY_GUARD
    assert canary.requests == []
