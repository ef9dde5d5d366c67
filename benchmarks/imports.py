"""How fast an action day's file becomes items, contributions and leaves: from a file on disk to committed.

python -m benchmarks.imports [--rows 26000] [--runs 3] [--million]

It makes an instance of its own on a private server of its own (fsync on) and removes both. Beside the import stand a bare COPY
of the same rows into a plain table, in the same run, and the rate that a neighbouring tool publishes.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from benchmarks.addresses import addresses
from benchmarks.ledger import instance
from benchmarks.machine import write

ROWS = 26_000
HOLDS = 300
MILLION = 1_000_000
TARGET_PER_SECOND = 10_000
#: What the documentation of a neighbouring tool for the same trade publishes, rows a second.
NEIGHBOUR_PER_SECOND = 83
COLUMNS = ("url", "seen at", "title", "reason", "language", "group", "type", "tlp")
LANGUAGES = (
    "srpski",
    "shqip",
    "hrvatski",
    "bosanski",
    "macedonian",
    "slovenščina",
    "arabic",
    "english",
    "sr-Latn",
    "",
)
REASONS = (
    "invented reason: the notice praises an invented event",
    "Измишљен разлог за пробу, без садржаја",
    "arsye e shpikur për provë",
    "izmišljen razlog, samo za probu; reč „uzorak“ stoji u naslovu",
    "",
)
GROUPS = ("invented group a", "invented group b", "", "")
KINDS = ("post", "video", "page", "image", "", "")
STEPS = (
    ("intake_import", "import row"),
    ("FROM intake_contribution c", "known rows"),
    ("iru.take_places", "items"),
    ("iru.standing_holds", "holds"),
    ("INTO registry_operationitem", "standing"),
    ("registry_operationitem oi", "standing"),
    ("UPDATE registry_operationitem", "standing"),
    ("INTO intake_contribution", "contributions"),
    ("INTO registry_work", "works"),
    ("ledger_leaf", "leaves"),
    ("SELECT '", "digests"),
)


def lines(count: int) -> Iterator[tuple[str, ...]]:
    """``count`` invented rows as a unit writes them; every twelfth address stood in the list before."""
    dice = random.Random(2019)
    urls = addresses(count)
    for number, url in enumerate(urls):
        known = urls[dice.randrange(number)] if number and not number % 12 else url
        day = f"2020-10-{1 + number % 5:02} {number % 24:02}:{number % 60:02}"
        yield (
            known,
            day,
            f"invented title {number}",
            dice.choice(REASONS),
            dice.choice(LANGUAGES),
            dice.choice(GROUPS),
            dice.choice(KINDS),
            ("GREEN", "AMBER", "")[number % 3],
        )


def write_file(path: Path, count: int) -> Path:
    """The rows as CSV or JSON lines, by the name of the file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            table = csv.writer(file)
            table.writerow(COLUMNS)
            table.writerows(lines(count))
        else:
            for row in lines(count):
                file.write(orjson.dumps(dict(zip(COLUMNS, row, strict=True))).decode() + "\n")
    return path


class Steps:
    """Waiting time of the statements of one connection, by step."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        """Run one statement; the name of a wrapper is Django's."""
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            name = next((name for part, name in STEPS if part in sql), "other statements")
            self.spent[name] += time.perf_counter() - began


def backend_seconds(pid: int) -> float:
    """Processor time of a server process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def memory() -> Iterator[list[float]]:
    """Largest resident set of this process meanwhile, MiB."""
    seen, stop = [0.0], threading.Event()

    def watch() -> None:
        page = os.sysconf("SC_PAGE_SIZE")
        while not stop.wait(0.2):
            pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
            seen[0] = max(seen[0], pages * page / 2**20)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()


def one_import(world: Any, path: Path) -> dict[str, Any]:
    """Import a file; what it took, in seconds."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from openiru.stages.intake.commands import Source, import_rows  # noqa: PLC0415
    from openiru.stages.intake.files import open_file  # noqa: PLC0415

    steps = Steps()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    server, python, began = backend_seconds(pid), time.process_time(), time.perf_counter()
    with connection.execute_wrapper(steps), memory() as seen:
        file = open_file(path)
        source = Source(
            rows=file.rows(), file_name=file.name, file_digest=file.digest, format=file.reader.name
        )
        marks: list[float] = []
        done = import_rows(
            by=world.by("RS/ana"), source=source, progress=lambda _: marks.append(time.perf_counter())
        )
    ended = time.perf_counter()
    return {
        "counts": done.counts,
        "seconds": ended - began,
        "python": time.process_time() - python,
        "server": backend_seconds(pid) - server,
        "steps": dict(steps.spent) | {"end and commit": ended - marks[-1]},
        "memory": seen[0],
        "marks": [began, *marks],
    }


def alone(path: Path) -> dict[str, float]:
    """Reading and canonicalising the same file without a database, seconds of processor time."""
    from datetime import UTC, datetime  # noqa: PLC0415 - only here

    from openiru.engines.addresses import try_canonicalise  # noqa: PLC0415 - Django is set up by now
    from openiru.ports.formats import Row  # noqa: PLC0415
    from openiru.stages.intake.files import open_file  # noqa: PLC0415
    from openiru.stages.intake.rows import Defaults, chunks  # noqa: PLC0415

    began = time.process_time()
    rows = [one for one in open_file(path).rows() if isinstance(one, Row)]
    read = time.process_time() - began
    began = time.process_time()
    for row in rows:
        try_canonicalise(row.address)
    canonicalise = time.process_time() - began
    began = time.process_time()
    for _ in chunks(rows, now=datetime(2026, 1, 1, tzinfo=UTC), defaults=Defaults()):
        pass
    prepare = time.process_time() - began - canonicalise
    return {"read": read, "canonicalise": canonicalise, "check and fingerprint": max(0.0, prepare)}


def bare_copy(count: int) -> float:
    """Seconds for a bare COPY of the same rows into a plain, logged table without an index, commit included."""
    from openiru.foundation.database.prepare import admin_connection  # noqa: PLC0415 - Django is set up by now
    from openiru.settings import CONFIG  # noqa: PLC0415

    rows = list(lines(count))
    with admin_connection(CONFIG, CONFIG.database_name) as database:
        columns = ", ".join(f"c{n} text" for n in range(len(COLUMNS)))
        database.execute(f"CREATE TABLE bare ({columns})")
        began = time.perf_counter()
        with database.transaction(), database.cursor().copy("COPY bare FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        spent = time.perf_counter() - began
        database.execute("DROP TABLE bare")
    return spent


def holds(world: Any, count: int) -> None:
    """A few hundred standing holds: on keys, accounts and patterns, some of which meet rows of the file."""
    from tests.people import START  # noqa: PLC0415 - Django is set up by now

    from openiru.core.vocabulary import HoldKind, HoldScope  # noqa: PLC0415
    from openiru.stages.intake.holds import NewHold, place_holds  # noqa: PLC0415

    urls = [url for url in addresses(count) if url.startswith("https://t.me/") and "+" not in url]
    made = [(HoldScope.KEY, url) for url in urls[: HOLDS - 60]]
    made += [(HoldScope.ACCOUNT, url) for url in urls[1000:1040]]
    made += [(HoldScope.PATTERN, f"youtube:video:{letters}*") for letters in ("aAa", "bBb", "x1y", "Zz9")]
    place_holds(
        by=world.by("HR/dora"),
        holds=[
            NewHold(
                kind=HoldKind.UNIT,
                scope=scope,
                subject=subject,
                reason="an invented inquiry",
                expires_at=START + timedelta(days=2),
            )
            for scope, subject in made
        ],
    )


def once(count: int, suffix: str) -> dict[str, Any]:
    """One import into a fresh instance."""
    with instance(), tempfile.TemporaryDirectory() as folder:
        from tests.people import action_day  # noqa: PLC0415 - Django is set up by now

        path = write_file(Path(folder) / f"rows{suffix}", count)
        world = action_day()
        holds(world, ROWS)
        # A small file first: what is loaded and compiled once in the life of a process is not the import's.
        one_import(world, write_file(Path(folder) / f"first{suffix}", 50))
        figures = one_import(world, path)
        figures |= {
            "alone": alone(path) if count <= ROWS else {},
            "copy": bare_copy(count) if count <= ROWS else 0.0,
        }
        return figures


def fresh(count: int, suffix: str) -> dict[str, Any]:
    """The same in a process of its own: an instance is chosen once in the life of a process."""
    command = [sys.executable, "-m", "benchmarks.imports", "--once", "--rows", str(count), "--suffix", suffix]
    figures: dict[str, Any] = orjson.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return figures


def share(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures of the runs of the day's file, medians."""

    def middle(pick: Callable[[dict[str, Any]], float]) -> float:
        return median(pick(run) for run in runs)

    seconds, rows = middle(lambda run: run["seconds"]), runs[0]["counts"]["rows"]
    copy = middle(lambda run: run["copy"])
    figures: dict[str, Any] = {
        "rows": rows,
        "runs": len(runs),
        "rows_per_second": round(rows / seconds),
        "target_per_second": TARGET_PER_SECOND,
        "seconds_each_run": [round(run["seconds"], 2) for run in runs],
        "seconds_of_processor_python": round(middle(lambda run: run["python"]), 2),
        "seconds_of_processor_server": round(middle(lambda run: run["server"]), 2),
        "bare_copy_rows_per_second": round(rows / copy),
        "ratio_to_bare_copy": round(seconds / copy, 1),
        "ratio_to_neighbours_published_rate": round(rows / seconds / NEIGHBOUR_PER_SECOND),
        "memory_mib": round(max(run["memory"] for run in runs)),
        "held": runs[0]["counts"]["held"],
    }
    for group in ("alone", "steps"):
        for name in sorted({name for run in runs for name in run[group]}):
            figures[f"seconds_{name.replace(' ', '_')}"] = round(
                median(run[group].get(name, 0.0) for run in runs), 3
            )
    return figures


def main() -> None:
    """Measure and write benchmarks/results/imports.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--suffix", default=".csv")
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--once", action="store_true")
    chosen = parser.parse_args()
    if chosen.once:
        sys.stdout.buffer.write(orjson.dumps(once(chosen.rows, chosen.suffix)))
        return
    figures = share([fresh(chosen.rows, chosen.suffix) for _ in range(chosen.runs)])
    if chosen.million:
        for suffix in (".csv", ".jsonl"):
            run = fresh(MILLION, suffix)
            rate = MILLION / run["seconds"]
            figures |= {
                f"million_{suffix[1:]}_rows_per_second": round(rate),
                f"million_{suffix[1:]}_slower_than_the_days_file": round(
                    figures["rows_per_second"] / rate, 2
                ),
                f"million_{suffix[1:]}_memory_mib": round(run["memory"]),
            }
    write("imports", figures)


if __name__ == "__main__":
    main()
