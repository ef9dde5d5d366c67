"""People at browsers, for benchmarks.desk: each does the next step of their round at fixed moments."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Final
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.imports import lines

EVERY_S = 5.0
LETTER_LINES = 30
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
#: Steps that are no more than a page.
PAGES: Final = {
    name: f"/o/day/{path}"
    for name, path in (
        ("queue", "queue"),
        ("room", "room"),
        ("figures", "room.json"),
        ("items", "items"),
        ("outbox", "outbox"),
        ("tracking", "tracking"),
    )
}
BY_HTMX: Final = {"HX-Request": "true"}


class Person(threading.Thread):
    """Somebody at a browser: does the next step of their round every EVERY_S seconds."""

    def __init__(self, port: int, cookies: dict[str, str], steps: Sequence[str], delay: float) -> None:
        super().__init__(daemon=True)
        self.port, self.cookies, self.steps, self.delay = port, dict(cookies), steps, delay
        self.times: list[tuple[str, float, int]] = []
        self.until = 0.0
        self.form: dict[str, str] = {}
        self.item = ""
        self.letter = ("", "")
        self._line: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Steps at their moments until ``until``; a step that is late is counted late."""
        due, number = time.perf_counter() + self.delay, random.Random(self.delay).randrange(len(self.steps))
        while due < self.until:
            time.sleep(max(0.0, due - time.perf_counter()))
            name = self.steps[number % len(self.steps)]
            status = self.ask(PAGES[name])[0] if name in PAGES else getattr(self, f"_do_{name}")()
            self.times.append((name, time.perf_counter() - due, status))
            number, due = number + 1, due + EVERY_S

    def ask(
        self, path: str, form: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        """One request over the connection that stays open, as a browser's does."""
        if self._line is None:
            self._line = http.client.HTTPConnection("localhost", self.port, timeout=60)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **headers}
        body = None
        if form is not None:
            sent |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://localhost:{self.port}",
            }
            body = urlencode({**form, "csrfmiddlewaretoken": form.get("csrfmiddlewaretoken", self.token)})
        try:
            self._line.request("GET" if form is None else "POST", path, body, sent)
            answer = self._line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            self._line.close()
            self._line = None
            return 0, {}, ""
        told = {name.lower(): value for name, value in answer.getheaders()}
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                kept, _, said = value.partition(";")[0].partition("=")
                self.cookies[kept] = said
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text):
            self.token = found[1]
        return answer.status, told, text

    token = ""

    def _do_next(self) -> int:
        if not self.token:
            self.ask("/o/day/queue")
        status, told, _ = self.ask("/o/day/queue/next", {"request_id": str(uuid4())})
        if status != 303 or "/assess/" not in told.get("location", ""):  # noqa: PLR2004 - see other
            return status
        return self._open(told["location"])

    def _open(self, path: str) -> int:
        status, _, text = self.ask(path)
        self._keep(text, path)
        return status

    def _keep(self, text: str, path: str) -> None:
        form = re.search(r'<form[^>]*class="[^"]*\bquick\b[^"]*".*?</form>', text, re.DOTALL)
        self.form = {name: unescape(value) for name, value in HIDDEN.findall(form[0])} if form else {}
        self.item = path.rpartition("/")[2]

    def _do_verdict(self) -> int:
        if not self.form:
            return self._do_next()
        path = f"/o/day/assess/{self.item}"
        said = self.form | {"sentence": "journalism", "confidence": "80"}
        status, told, text = self.ask(path, said, **BY_HTMX)
        if status == 200 and "hx-push-url" in told:  # noqa: PLR2004 - ok
            self._keep(text, told["hx-push-url"])
        else:
            self.form = {}
        return status

    def _do_record(self) -> int:
        return self.ask(f"/o/day/items/{self.item}")[0] if self.item else self.ask(PAGES["queue"])[0]

    def _do_parse(self) -> int:
        if not self.token:
            self.ask(PAGES["queue"])
        return self.ask("/o/day/contribute/parse", {"text": next(POOL)}, **BY_HTMX)[0]

    def _do_letter(self) -> int:
        status, _, text = self.ask(self.letter[0])
        form = re.search(r'<form[^>]*class="portal-lines".*?</form>', text, re.DOTALL)
        self.form = {name: unescape(value) for name, value in HIDDEN.findall(form[0])} if form else {}
        return status

    def _do_answer(self) -> int:
        if not self.form:
            return self._do_letter()
        line = random.randrange(1, LETTER_LINES + 1)
        status = self.ask(self.letter[0], self.form | {f"v-{line}": "removed", f"t-{line}": ""})[0]
        self.form = {}
        return status


def _pool() -> Iterator[str]:
    rows = list(lines(2_000))
    while True:
        for row in rows:
            yield f"{row[0]} and https://pages.test/tried-{row[3]}"


class _Safe:
    """One after the other, however many threads ask."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source, self._lock = source, threading.Lock()

    def __next__(self) -> str:
        with self._lock:
            return next(self._source)


POOL = _Safe(_pool())
