"""The desk after the played day: it runs on what was played, until somebody closes it; or it is tried once, and ends."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from openiru.core.errors import OutsideError
from openiru.core.vocabulary import Role
from openiru.entrypoints import worker
from openiru.entrypoints.accounts import DOOR, accounts
from openiru.entrypoints.demo.days import Day
from openiru.foundation.database.outside import Seen, Visitor
from openiru.settings import CONFIG

#: On a busy machine the first start collects style sheets and compiles catalogues.
COMES_UP_S: Final = 120.0
LOOK_S: Final = 0.2
OK: Final = 200
_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
#: What each role finds to do in the operation that is left.
FINDS: Final[Mapping[Role, tuple[str, str]]] = {
    Role.ANALYST: ("queue", "verdicts to give, the first or the second"),
    Role.SECOND_ASSESSOR: ("disagreements", "two verdicts that differ"),
    Role.DECONFLICTION_OFFICER: ("holds", "a hold of another unit, and room for your own"),
    Role.COORDINATOR: ("room", "the operations room"),
    Role.ISSUING_OFFICER: ("outbox", "a batch that waits for a person"),
    Role.PROVIDER_LIAISON: ("answers", "a letter that nobody has answered"),
    Role.PROSECUTOR: ("tracking", "what stands behind each look"),
    Role.OVERSEER: ("oversight", "everything that was done"),
    Role.DATA_PROTECTION_OFFICER: ("oversight", "events without content; no item"),
    Role.ADMINISTRATOR: ("", "people, units, the system; no item"),
}


def facts(day: Day) -> dict[str, Any]:
    """Where the desk is and whom it can be seen as: for the last screen and for --json."""
    with_roles = accounts(day.scenario.who("lead").partition("/")[0])
    return {"address": CONFIG.origin, "sign_in": f"{CONFIG.origin}{DOOR}", "accounts": with_roles}


def open_desk(day: Day, *, stays: bool) -> int:
    """Run workers and web server on the played day until SIGINT or SIGTERM; without ``stays`` visit it once. The exit code."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with _running(stop):
        visitor = Visitor(*CONFIG.bind)
        if not _comes_up(visitor, stop):
            if stop.is_set():
                return 0
            raise OutsideError(
                f"the desk does not come up at {CONFIG.origin}", hint="Run: openiru up, and openiru status"
            )
        if not stays:
            day.figures["desk"]["tried"] = tried = visit(visitor, day)
            day.tell.line(f"The desk was started at {CONFIG.origin} and tried:")
            for one in tried:
                day.tell.line(f"  {one}")
            return 0
        invite(day)
        stop.wait()
        day.tell.line("The desk closes ...")
    day.tell.line(
        "The desk is closed. The database server runs on: openiru up opens the desk again, openiru down stops all."
    )
    return 0


@contextmanager
def _running(stop: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=worker.run_worker, kwargs={"web": True, "stop": stop}, name="desk")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _comes_up(visitor: Visitor, stop: threading.Event) -> bool:
    until = time.monotonic() + COMES_UP_S
    while time.monotonic() < until and not stop.wait(LOOK_S):
        try:
            if visitor.get("/alive").status == OK:
                return True
        except OutsideError:
            continue
    return False


def visit(visitor: Visitor, day: Day) -> list[str]:
    """Come in as the coordinator does, and see the operations room; what was seen. OutsideError when it is not there."""
    name, operation = day.scenario.who("lead"), day.scenario.operation
    _good(visitor.get("/signin"))
    door = _good(visitor.get(DOOR))
    token = _TOKEN.search(door.text)
    if token is None:
        raise OutsideError("the page of signing in has no form", where=DOOR)
    here = f"/o/{operation['code']}/room"
    form = {"csrfmiddlewaretoken": token[1], "person": str(day.by(name).person), "next": here}
    room = _good(visitor.post(DOOR, form))
    if room.path != here or operation["title"] not in room.text:
        raise OutsideError(f"signing in as {name} led to {room.path}", where=DOOR)
    return [f"{DOOR}: everybody can be chosen", f"{here}: the operations room, as {name}"]


def _good(seen: Seen) -> Seen:
    if seen.status != OK:
        raise OutsideError(f"the page answers {seen.status}", where=seen.path)
    return seen


def invite(day: Day) -> None:
    """Say where to go, as whom, and what waits there."""
    line, desk, left = day.tell.line, day.figures["desk"], day.figures.get("left")
    line()
    line(f"The desk is open: {desk['sign_in']} (one click signs you in as anybody of the cast)")
    here = f"/o/{left['operation'] if left else day.scenario.operation['code']}/"
    for role, name in desk["accounts"].items():
        if role in FINDS:
            page, finds = FINDS[Role(role)]
            where = f"{here}{page}" if page else "/people"
            line(f"  {role.replace('_', ' '):<22}{name:<22}{where:<28}{finds}")
    line("Ctrl-C closes it.")
