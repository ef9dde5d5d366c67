"""The visitor of our own desk: loopback alone, cookies kept, redirects followed within the desk; and a port that is free."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from openiru.core.errors import OutsideError, RefusedError
from openiru.egress.local import Visitor, free_port


class Desk(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, status: int, text: str, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self) -> None:
        if self.path == "/around":
            self._answer(302, "", Location="/around")
        elif self.path == "/elsewhere":
            self._answer(302, "", Location="http://desk.example/page?a=b")
        else:
            kept = self.headers.get("Cookie", "")
            self._answer(
                200, f"{self.headers['Host']} {self.path} {kept}", Set_Cookie="desk=one; HttpOnly; Path=/"
            )

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(303, "", Location=f"/done?{body}", Set_Cookie="other=two")


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def test_cookies_are_kept_and_forms_lead_on(port: int) -> None:
    visitor = Visitor("0.0.0.0", port)  # noqa: S104 - an address that stands for all is asked on loopback
    assert visitor.get("/one").text == f"localhost:{port} /one "
    seen = visitor.post("/form", {"who": "a b"})
    assert (seen.status, seen.path) == (200, "/done?who=a+b")
    assert seen.text.endswith("desk=one; other=two")


def test_a_redirect_to_another_host_leads_to_the_same_path_of_the_desk(port: int) -> None:
    assert Visitor("localhost", port).get("/elsewhere").text.startswith(f"localhost:{port} /page?a=b")


def test_a_circle_ends(port: int) -> None:
    with pytest.raises(OutsideError, match="circle"):
        Visitor("127.0.0.1", port).get("/around")


def test_nobody_at_the_port_is_said() -> None:
    with pytest.raises(OutsideError, match="does not answer"):
        Visitor("127.0.0.1", free_port("127.0.0.1", 0)).get("/")


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_another_machine_is_never_asked(host: str) -> None:
    with pytest.raises(RefusedError):
        Visitor(host, 80)


def test_a_port_where_somebody_listens_is_left_for_another() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port("127.0.0.1", port) != port
    assert free_port("127.0.0.1", port) == port
