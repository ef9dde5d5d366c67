"""Our own desk on this very machine: a port that is free, and a visitor who asks for pages. Nothing else is reached.

The guarded client (http.py) is for the open net and for played names, and refuses loopback; this one knows loopback alone.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import urlencode, urlsplit

from openiru.core.errors import OutsideError, RefusedError

SECONDS: Final = 20.0
LARGEST: Final = 4 * 1024 * 1024
MOST_STEPS: Final = 5
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
FORM: Final = "application/x-www-form-urlencoded"


def free_port(host: str, wanted: int) -> int:
    """``wanted`` when nobody listens there, else a port that the system gives."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for port in (wanted, 0):
        with closing(socket.socket(family, socket.SOCK_STREAM)) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((host, port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise OutsideError(f"no port is free on {host}", where=host)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page: its status, where it was in the end (path), its text."""

    status: int
    path: str
    text: str


class Visitor:
    """Asks for pages as a browser does: it keeps cookies and follows redirects within the desk. One host, loopback only."""

    def __init__(self, host: str, port: int) -> None:
        """``host``: where the desk listens; an address for all of them is asked on loopback. RefusedError for another machine."""
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
        if address.is_unspecified:
            address = ipaddress.ip_address("::1" if address.version == 6 else "127.0.0.1")  # noqa: PLR2004 - IPv6
        if not address.is_loopback:
            raise RefusedError(f"{host} is not this machine", where=host)
        self._host, self._port = str(address), port
        self._cookies: SimpleCookie = SimpleCookie()

    def get(self, path: str) -> Seen:
        """One page. OutsideError when nobody answers."""
        return self._follow(self._ask("GET", path))

    def post(self, path: str, form: Mapping[str, str]) -> Seen:
        """Send a form, and see where it leads."""
        return self._follow(self._ask("POST", path, urlencode(form)))

    def _follow(self, answer: tuple[Seen, str]) -> Seen:
        seen, where = answer
        for _ in range(MOST_STEPS):
            if seen.status not in _MOVED:
                return seen
            to = urlsplit(where)
            seen, where = self._ask("GET", to.path + (f"?{to.query}" if to.query else ""))
        raise OutsideError(f"the desk leads around in a circle from {seen.path}", where=seen.path)

    def _ask(self, method: str, path: str, body: str = "") -> tuple[Seen, str]:
        name = f"localhost:{self._port}"
        kept = "; ".join(f"{one.key}={one.coded_value}" for one in self._cookies.values())
        headers = {"Host": name, "Origin": f"http://{name}"} | ({"Cookie": kept} if kept else {})
        with closing(http.client.HTTPConnection(self._host, self._port, timeout=SECONDS)) as connection:
            try:
                connection.request(
                    method, path, body or None, headers | ({"Content-Type": FORM} if body else {})
                )
                answer = connection.getresponse()
                text = answer.read(LARGEST).decode(errors="replace")
            except (OSError, http.client.HTTPException) as error:
                raise OutsideError(
                    f"the desk does not answer at port {self._port}: {error}", where=path
                ) from error
        for line in answer.headers.get_all("Set-Cookie", ()):
            self._cookies.load(line)
        return Seen(answer.status, path, text), answer.headers.get("Location", "")
