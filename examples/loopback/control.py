"""The control port: what time it is, what the providers hold, and pages to look at while one learns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Any

from examples.loopback.clock import stamp
from examples.loopback.desk import Desk
from examples.loopback.journal import RequestLog
from examples.loopback.letters import Inboxes
from examples.loopback.pages import Reply, as_json, page
from examples.loopback.web import Request
from examples.loopback.world import World


class Control:
    """``GET /_control/state``, ``POST /_control/tick`` with ``{"now": "..."}``, ``GET /_control/inboxes``, letters."""

    def __init__(
        self,
        world: World,
        inboxes: Inboxes,
        log: RequestLog,
        desk: Desk,
        on_tick: Callable[[datetime], None],
    ) -> None:
        self._world = world
        self._desk = desk
        self._inboxes = inboxes
        self._log = log
        self._on_tick = on_tick

    async def handle(self, request: Request) -> Reply:
        """Answers one request on the control port."""
        if request.host != "127.0.0.1":  # a page in a browser must not be able to turn the clock
            return as_json(421, {"error": "the control port answers for 127.0.0.1 only"})
        self._world.advance()
        match request.method, request.target:
            case "GET", "/_control/state":
                return as_json(200, self.state())
            case "POST", "/_control/tick":
                return self._tick(request)
            case "GET", "/_control/inboxes":
                return Reply(200, self._page())
        return self._letter(request)

    def _letter(self, request: Request) -> Reply:
        head, _, no = request.target.rpartition("/")
        if head != "/_control/letters" or not no.isdecimal():
            return as_json(404, {"error": "no such control"})
        if request.method != "POST":
            return self._desk.show(int(no))
        origin = request.headers.get("origin", "")
        if origin and origin != f"http://{request.headers.get('host', '')}":
            return as_json(403, {"error": "forms of other pages are not taken"})
        return self._desk.answer(int(no), request.body)

    def state(self) -> dict[str, Any]:
        """Everything a test or a curious person asks about."""
        world = self._world
        due = world.next_due()
        by_platform = Counter(token.partition(":")[0] for token in world.removed)
        return {
            "now": stamp(world.clock.now()),
            "clock_rate": world.clock.rate,
            "seed": world.seed,
            "platforms": len(world.catalogue.platforms),
            "providers": len(world.catalogue.providers),
            "removed": len(world.removed),
            "removed_by_platform": dict(sorted(by_platform.items())),
            "reinstated": len(world.reinstated),
            "letters": self._inboxes.cases,
            "duplicates": self._inboxes.duplicates,
            "pending": world.pending,
            "next_due": stamp(due) if due else None,
            "requests": self._log.count,
        }

    def _tick(self, request: Request) -> Reply:
        try:
            moment = datetime.fromisoformat(json.loads(request.body)["now"])
        except (ValueError, KeyError, TypeError):
            return as_json(400, {"error": 'send {"now": "2026-11-16T09:00:00Z"}'})
        if moment.tzinfo is None:
            return as_json(400, {"error": "the time needs its zone, such as Z"})
        now = self._world.clock.tick(moment)
        self._on_tick(now)
        self._world.advance()
        return as_json(200, {"now": stamp(now), "pending": self._world.pending})

    def _page(self) -> str:
        cells = ("provider", "reference", "received_at", "lines", "subject")
        rows = "".join(
            f'<tr><td><a href="letters/{no}">{no}</a></td>'
            + "".join(f"<td>{escape(str(case[c]))}</td>" for c in cells)
            + "</tr>"
            for no, case in enumerate(self._inboxes.cases)
        )
        head = "".join(f"<th>{c}</th>" for c in ("letter", *cells))
        return page("What the nine played providers received", f"<table><tr>{head}</tr>{rows}</table>")
