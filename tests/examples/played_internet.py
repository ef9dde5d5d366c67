"""The played internet, started for real and reached as OpenIRU reaches it: by HTTP, DNS and SMTP only."""

from __future__ import annotations

import http.client
import json
import smtplib
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dns.message
import dns.query

ROOT = Path(__file__).parents[2]
START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)


@dataclass
class Seen:
    """One HTTP answer."""

    status: int
    body: str
    headers: dict[str, str]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Played:
    """A running program and how to ask it."""

    state: Path
    process: subprocess.Popen[bytes]
    ready: dict[str, Any]
    platforms: dict[str, dict[str, Any]] = field(default_factory=dict)

    def get(self, url: str, method: str = "GET") -> Seen:
        """What the host of the address answers; redirects are not followed."""
        parts = urlsplit(url)
        names = json.loads((self.state / "table.json").read_text("utf-8"))["names"]
        host = parts.hostname or ""
        port = names.get(host) or names["*." + host.partition(".")[2]]
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return self._ask(port, method, path, host)

    def control(self, path: str, method: str = "GET", body: str = "", host: str = "127.0.0.1") -> Seen:
        port = int(self.ready["control"].rpartition(":")[2])
        return self._ask(port, method, f"/_control/{path}", f"{host}:{port}", body)

    def _ask(self, port: int, method: str, path: str, host: str, body: str = "") -> Seen:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(method, path, body=body or None, headers={"Host": host})
            answer = connection.getresponse()
            text = answer.read().decode()
            return Seen(answer.status, text, {k.lower(): v for k, v in answer.getheaders()})
        finally:
            connection.close()

    def resolve(self, name: str, kind: str = "A", *, tcp: bool = False) -> dns.message.Message:
        host, _, port = self.ready["dns"].rpartition(":")
        ask = dns.query.tcp if tcp else dns.query.udp
        return ask(dns.message.make_query(name, kind), host, port=int(port), timeout=5)

    def tick(self, hours: float) -> dict[str, Any]:
        """Sets business time to so many hours after the start of the operation."""
        now = (START + timedelta(hours=hours)).isoformat()
        answer: dict[str, Any] = self.control("tick", "POST", json.dumps({"now": now})).json()
        return answer

    def later(self, hours: float) -> None:
        """Lets so many hours of business time pass."""
        now = datetime.fromisoformat(self.control("state").json()["now"])
        self.tick((now - START).total_seconds() / 3600 + hours)

    def refer(
        self,
        provider: str,
        reference: str,
        urls: Sequence[str],
        message_id: str = "",
        sender: str = "unit@unit-hr.example",
    ) -> None:
        """Sends a referral as a unit would; raises what the mail server answers."""
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = f"referrals@{provider}.example"
        mail["Subject"] = f"Referral {reference} (invented data)"
        mail["Message-ID"] = message_id or f"<{reference}@unit-hr.example>"
        mail.set_content("Invented data.")
        lines = [{"line": n, "key": f"key-{n}", "url": url} for n, url in enumerate(urls, start=1)]
        data = json.dumps({"reference": reference, "provider": provider, "lines": lines}).encode()
        mail.add_attachment(data, maintype="application", subtype="json", filename=f"{reference}.json")
        host, _, port = self.ready["smtp"].rpartition(":")
        with smtplib.SMTP(host, int(port), timeout=10) as client:
            client.send_message(mail)

    def addresses(self, slug: str) -> list[str]:
        """Known places of a platform, by the demonstration's own files."""
        expected = json.loads((ROOT / "examples/action-day/expected.json").read_text("utf-8"))
        return [a for a, p in expected["plan"].items() if p["platform"] == slug and p["extent"] == "item"]


def start(state: Path, *options: str) -> Played:
    """Starts the program and waits until it says that it is ready."""
    command = [sys.executable, "-m", "examples.loopback", "--state", str(state), *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603 (our own program)
    ready = state / "ready.json"
    deadline = time.monotonic() + 30
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the played internet did not start (exit code {process.poll()})")
        time.sleep(0.02)
    world = json.loads((ROOT / "examples/loopback/platforms.json").read_text("utf-8"))
    return Played(
        state, process, json.loads(ready.read_text("utf-8")), {p["slug"]: p for p in world["platforms"]}
    )


def stop(played: Played) -> None:
    played.process.terminate()
    played.process.wait(timeout=10)
