"""How the desk answers on a working day: 54 people, one request each 5 seconds, whatever became of the request before.

python -m benchmarks.desk [--items 26000] [--minutes 10] [--million]

It makes an instance of its own on a private server of its own, serves it as ``openiru up`` does, and removes both. 40 analysts (queue,
next item, verdict, item record, an address tried), 5 coordinators (operations room, items, outbox, tracking) and 9 providers
(their letter, answers) ask at fixed moments; a time counts from the moment at which the request was due, so that a desk that stops
is not spared. Machine, database, server and this program share the same cores.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

from benchmarks.imports import write_file
from benchmarks.ledger import instance
from benchmarks.machine import write
from benchmarks.visitors import EVERY_S, LETTER_LINES, Person

ANALYSTS, COORDINATORS, PROVIDERS = 40, 5, 9
WARM_S = 20.0
MILLION = 1_000_000
TARGETS = {"all pages, p95 ms": 300, "verdict and next item, p95 ms": 200, "room behind the truth, s": 3}


def cast(world: Any) -> tuple[list[Any], list[Any]]:
    """40 analysts of two units and 5 coordinators."""
    from openiru.core.vocabulary import Role  # noqa: PLC0415 - Django is set up by now
    from openiru.foundation.database.acting import SERVICE_PERSON, By  # noqa: PLC0415
    from openiru.foundation.people.commands import NewPerson, add_people  # noqa: PLC0415

    def added(code: str, role: Role, count: int) -> list[By]:
        unit = world.units[code]
        names = [f"{role.value}{number}" for number in range(count)]
        made = add_people(
            by=By(person=SERVICE_PERSON, unit=unit, using="worker"),
            people=[NewPerson(handle=one, display_name=f"{one} (invented)", roles=(role,)) for one in names],
        )
        return [By(person=made[one], unit=unit) for one in names]

    half = ANALYSTS // 2
    analysts = added("HR", Role.ANALYST, half) + added("MK", Role.ANALYST, ANALYSTS - half)
    return analysts, added("AG", Role.COORDINATOR, COORDINATORS)


def letters(world: Any) -> list[tuple[str, str, str]]:
    """A letter that left to each of nine providers: (reference, link, code)."""
    import pytest  # noqa: PLC0415 - for its patching
    from tests.stages.referral.helpers import Post, decided, delivered, let_go  # noqa: PLC0415

    from openiru.foundation.directory.commands import load_directory  # noqa: PLC0415
    from openiru.stages.referral.commands import prepare  # noqa: PLC0415

    names = [f"host{n}" for n in range(PROVIDERS)]
    load_directory(
        by=world.by("AG/coordinator"),
        providers=[
            {
                "slug": name,
                "name": f"{name} (invented)",
                "country": "HR",
                "address": f"desk@{name}.example",
                "channel": "email",
                "max_lines": LETTER_LINES,
                "rule": "clause 4 of the invented terms",
            }
            for name in names
        ],
        platforms=[{"slug": f"{name}.example", "provider": name} for name in names],
    )
    urls = [f"https://www.{name}.example/page-{n}" for name in names for n in range(LETTER_LINES)]
    decided(world, urls)
    patch = pytest.MonkeyPatch()
    way = Post(patch)
    for batch in prepare(by=world.by("AG/deputy")).batches:
        let_go(world, batch.id)
        delivered(world, batch.id)
    patch.undo()
    link, code = re.compile(r"http://localhost:\d+(/p/[a-z2-7]{32})"), re.compile(r"Code: (\S+)")
    reference = re.compile(r"[A-Z]{2}-\d{4}-\d+")
    return [
        (reference.findall(one.text)[0], link.findall(one.text)[0], code.findall(one.text)[0])
        for one in way.letters
    ]


@contextmanager
def served(port: int) -> Iterator[None]:
    """The web server as ``openiru up`` starts it, and the ledger's sequencer at its rate."""
    from openiru.foundation.ledger.sequencer import sequence  # noqa: PLC0415 - Django is set up by now

    log = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the program
    program = subprocess.Popen(
        [sys.executable, "-m", "openiru.entrypoints.web.serve", str(os.getpid())],
        env=os.environ,
        stdout=log,
        stderr=log,
    )
    stop = threading.Event()

    def number() -> None:
        while not stop.wait(1.0):
            sequence()

    ledger = threading.Thread(target=number)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("localhost", port), 1).close()
                break
            except OSError:
                time.sleep(0.1)
        ledger.start()
        yield
    finally:
        stop.set()
        ledger.join()
        program.send_signal(signal.SIGTERM)
        program.wait(20)


def cookies(by: Any) -> dict[str, str]:
    """Signed in, as after a click on the cast."""
    from tests.entrypoints.web.visiting import visiting  # noqa: PLC0415 - Django is set up by now

    return {name: morsel.value for name, morsel in visiting(by).cookies.items()}


def staff(port: int, world: Any) -> list[Person]:
    """Everybody, signed in, each with a moment of their own within the 5 seconds."""
    analysts, coordinators = cast(world)
    given = letters(world)
    steps = ("queue", "next", "verdict", "verdict", "record", "verdict", "parse", "verdict")
    people = [Person(port, cookies(by), steps, 0) for by in analysts]
    people += [
        Person(port, cookies(by), ("room", "figures", "items", "outbox", "tracking"), 0)
        for by in coordinators
    ]
    for reference, link, code in given:
        one = Person(port, {}, ("letter", "answer"), 0)
        one.letter = (f"/p/letter/{reference}", link)
        one.ask(link)
        status, _, _ = one.ask(
            link, {"code": code, "name": "Trust and safety (invented)", "request_id": str(uuid4())}
        )
        if status != 303:  # noqa: PLR2004 - see other
            raise RuntimeError(f"the link of {reference} answered {status}")
        people.append(one)
    for place, one in enumerate(people):
        one.delay = 1 + place * EVERY_S / len(people)
    return people


def lag(port: int, world: Any, person: Person) -> float:
    """Seconds from a contribution that was committed to a room that counts it; the median of five."""
    from tests.stages.intake.helpers import bring  # noqa: PLC0415 - Django is set up by now

    took = []
    for number in range(5):
        before = person.ask("/o/day/room.json")[2]
        bring(world.by("RS/ana"), f"https://pages.test/late-{number}")
        began = time.perf_counter()
        while (
            _contributed(person.ask("/o/day/room.json")[2]) <= _contributed(before)
            and time.perf_counter() < began + 30
        ):
            time.sleep(0.05)
        took.append(time.perf_counter() - began)
    del port
    return median(took)


def _contributed(text: str) -> int:
    import orjson  # noqa: PLC0415 - a dependency of the program

    funnel = orjson.loads(text)
    for key in ("funnel", "figures", "steps"):
        if isinstance(funnel, dict) and key in funnel:
            funnel = funnel[key]
    first = funnel[0] if isinstance(funnel, list) else next(iter(funnel.values()))
    return int(
        first["n"]
        if isinstance(first, dict) and "n" in first
        else first["count"]
        if isinstance(first, dict)
        else first
    )


def play(people: Sequence[Person], minutes: float) -> dict[str, Any]:
    """Everybody works; times by kind of request, the first WARM_S seconds left out."""
    began = time.perf_counter()
    for one in people:
        one.until = began + WARM_S + minutes * 60
        one.start()
    for one in people:
        one.join()
    kinds: defaultdict[str, list[float]] = defaultdict(list)
    statuses: defaultdict[str, int] = defaultdict(int)
    for one in people:
        for place, (name, spent, status) in enumerate(one.times):
            statuses[f"{name} {status}"] += 1
            if place * EVERY_S >= WARM_S:
                kinds[name].append(spent * 1000)
    every = [spent for times in kinds.values() for spent in times]
    return {
        "requests": len(every),
        "requests a second": round(len(every) / (minutes * 60), 1),
        "all pages, median ms": round(median(every)),
        "all pages, p95 ms": round(p95(every)),
        "verdict and next item, p95 ms": round(p95(kinds["verdict"])),
        "by kind, median and p95 ms": {
            name: [round(median(times)), round(p95(times))] for name, times in sorted(kinds.items())
        },
        "answers": dict(sorted(statuses.items())),
    }


def p95(times: Sequence[float]) -> float:
    """The 95th of a hundred."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))] if ordered else 0.0


def measure(items: int, minutes: float) -> dict[str, Any]:
    """One day with so many items."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ["OPENIRU_BIND"] = f"127.0.0.1:{port}"
    with instance(), tempfile.TemporaryDirectory() as folder:
        from benchmarks.imports import one_import  # noqa: PLC0415
        from tests.people import action_day  # noqa: PLC0415 - Django is set up by now

        from openiru.foundation.database.prepare import admin_connection  # noqa: PLC0415
        from openiru.foundation.ledger.sequencer import sequence  # noqa: PLC0415
        from openiru.settings import CONFIG  # noqa: PLC0415

        world = action_day()
        one_import(world, write_file(Path(folder) / "rows.csv", items))
        sequence()
        with admin_connection(CONFIG, CONFIG.database_name) as database:
            database.execute("VACUUM ANALYZE")  # as the server does by itself within a minute or two
        with served(port):
            people = staff(port, world)
            figures = play(people, minutes)
            watcher = Person(port, people[ANALYSTS].cookies, ("figures",), 0)
            figures["room behind the truth, s"] = round(lag(port, world, watcher), 2)
    return {"items": items, **figures}


def main() -> None:
    """Measure and write benchmarks/results/desk.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=26_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--million", action="store_true", help="the same with a million items, and the ratio")
    given = parser.parse_args()
    if given.million:
        day = _apart(given.items, given.minutes)
        big = _apart(MILLION, given.minutes)
        ratio = round(big["all pages, p95 ms"] / day["all pages, p95 ms"], 2)
        write(
            "desk",
            {"targets": TARGETS, "day": day, "million": big, "p95 of a million to that of the day": ratio},
        )
        return
    write("desk", {"targets": TARGETS, "day": measure(given.items, given.minutes)})


def _apart(items: int, minutes: float) -> dict[str, Any]:
    """In a program of its own: an instance is set up once a program."""
    import orjson  # noqa: PLC0415 - a dependency of the program

    code = (
        "import sys, orjson; from benchmarks.desk import measure;"
        " sys.stdout.buffer.write(b'\n=' + orjson.dumps(measure(int(sys.argv[1]), float(sys.argv[2]))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(items), str(minutes)], check=True, stdout=subprocess.PIPE
    )
    found: dict[str, Any] = orjson.loads(done.stdout.rpartition(b"\n=")[2])
    return found


if __name__ == "__main__":
    main()
