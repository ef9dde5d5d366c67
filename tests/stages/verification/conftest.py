"""A loopback web server that tells each test what it wants to see, and a looker that can reach nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from openiru.settings import CONFIG

Answer = tuple[int, str]
PROSE = (
    "Voda je topla i mirna, a na stolu stoje hleb, sir i sveze voce za goste koji dolaze na rucak u podne. "
)


@dataclass
class Site:
    """What the server answers: a path, or a host with everything on it, to a status and a body."""

    answers: dict[str, Answer] = field(default_factory=dict)
    missing: Callable[[str], Answer] = lambda _path: (404, "not here")
    asked: list[str] = field(default_factory=list)

    def says(self, path: str, status: int, body: str = "") -> None:
        """From now on."""
        self.answers[path] = (status, body or f"<html><body>{path} {PROSE * 3}</body></html>")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    it = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            it.asked.append(self.path)
            status, body = it.answers.get(self.path) or it.missing(self.path)
            data = body.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    table = tmp_path / "table.json"
    port = server.server_address[1]
    table.write_text(json.dumps({"dns": None, "names": {"pages.example": port, "other.example": port}}))

    monkeypatch.setattr(
        "openiru.foundation.directory.lookers.CONFIG", replace(CONFIG, names_table=str(table))
    )
    yield it
    server.shutdown()
    server.server_close()
    thread.join()
