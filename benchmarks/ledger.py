"""How fast the log is: sequencing, verifying a million leaves against their rows, and appends beside an import.

python -m benchmarks.ledger [--leaves 1000000]

It makes an instance of its own on a private server of its own and removes both. Leaves, rows and payloads have the shape that an
import gives them; only the way they are put in is quicker.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.machine import write

CHUNK = 50_000
WRITERS = 8
IMPORTED = 26_000
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@contextmanager
def instance() -> Iterator[None]:
    """A fresh instance in a directory of its own, with PostgreSQL's usual promises about disks."""
    base = Path("/var/lib/openiru") if os.geteuid() == 0 else Path(tempfile.gettempdir())
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=base, prefix="bench-"))
    folder.chmod(0o755)
    os.environ |= {
        "OPENIRU_DATA_DIR": str(folder),
        "OPENIRU_ENVIRONMENT": "demo",
        "DJANGO_SETTINGS_MODULE": "openiru.settings",
        "OPENIRU_DATABASE_URL": "",
    }
    import django  # noqa: PLC0415 - the settings are read when Django is set up

    django.setup()
    from django.db import connections  # noqa: PLC0415

    from openiru.entrypoints.instance import install  # noqa: PLC0415
    from openiru.foundation.database import server  # noqa: PLC0415
    from openiru.settings import CONFIG  # noqa: PLC0415

    install()
    try:
        yield
    finally:
        connections.close_all()
        server.stop(CONFIG)
        shutil.rmtree(folder)


def fill(count: int, world: Any) -> None:
    """``count`` items, each with the leaf of its contribution, waiting to be sequenced."""
    from openiru.foundation.database.prepare import admin_connection  # noqa: PLC0415 - Django is set up by now
    from openiru.settings import CONFIG  # noqa: PLC0415

    with admin_connection(CONFIG, CONFIG.database_name) as database:
        for first in range(0, count, CHUNK):
            with database.transaction():
                chunk(database, first, min(CHUNK, count - first), world)
        database.execute("VACUUM ANALYZE")


def chunk(database: Any, first: int, count: int, world: Any) -> None:
    from openiru.core.evidence.jcs import Json, jcs  # noqa: PLC0415 - Django is set up by now
    from openiru.core.evidence.leaf import commit, make_leaf  # noqa: PLC0415
    from openiru.core.vocabulary import Environment  # noqa: PLC0415
    from openiru.foundation.database.ids import new_ids  # noqa: PLC0415

    items, leaves = new_ids(count), new_ids(count)
    salts = [os.urandom(32) for _ in items]
    with database.cursor() as cursor:
        digests = places(cursor, first, items, salts)
        payloads: list[Json] = [
            {"item": str(item), "state": "seen", "milestones": 1, "unit": str(world.units["RS"])}
            for item in items
        ]
        made = [
            make_leaf(
                type="intake.contributed",
                environment=Environment.DEMO,
                occurred_at=NOON,
                recorded_at=NOON,
                actor="p-7f3a12",
                subject=str(leaf),
                commitment=commit(salt, payload),
                rows={f"registry_item:{item}": digest},
            )
            for item, leaf, salt, payload, digest in zip(items, leaves, salts, payloads, digests, strict=True)
        ]
        cursor.execute("SELECT coalesce(max(seq), 0) FROM ledger_leaf")
        seq = cursor.fetchone()[0] + 1
        with cursor.copy("COPY ledger_leaf (seq, id, type, body, hash) FROM STDIN") as copy:
            for number, (leaf, one) in enumerate(zip(leaves, made, strict=True), seq):
                copy.write_row((number, leaf, "intake.contributed", one.body.decode(), one.hash))
        columns = "id, operation_id, subject_id, item_id, salt, payload"
        with cursor.copy(f"COPY ledger_opening ({columns}) FROM STDIN") as copy:
            for leaf, item, salt, payload in zip(leaves, items, salts, payloads, strict=True):
                copy.write_row((leaf, world.operation, leaf, item, salt, jcs(payload).decode()))
        with cursor.copy("COPY ledger_pending (seq) FROM STDIN") as copy:
            for number in range(seq, seq + count):
                copy.write_row((number,))
        cursor.execute("SELECT setval('ledger_leaf_seq_seq', %s)", [seq + count])


def places(cursor: Any, first: int, items: list[Any], salts: list[bytes]) -> list[str]:
    """Write the items; the digest of each."""
    from openiru.foundation.ledger.rows import digest_sql  # noqa: PLC0415 - Django is set up by now

    columns = "id, key, platform, kind, extent, canonical, host, account_key, needs_resolving"
    with cursor.copy(f"COPY registry_item ({columns}) FROM STDIN") as copy:
        for number, item in enumerate(items, first):
            place = f"https://t.me/invented/{number}"
            copy.write_row(
                (item, f"telegram:post:{number}", "telegram", "post", "item", place, "t.me", "", False)
            )
    cursor.execute(
        f"SELECT {digest_sql('registry_item', 't', 's.salt')} FROM unnest(%s::uuid[], %s::bytea[])"
        " WITH ORDINALITY AS s(id, salt, n) JOIN registry_item t ON t.id = s.id ORDER BY s.n",
        [items, salts],
    )
    return [row[0] for row in cursor.fetchall()]


def appending(seconds: float) -> None:
    """One writer, in a process of its own: small commands for so long; prints how many, and the longest in ms."""
    import django  # noqa: PLC0415 - the environment is the parent's

    django.setup()
    from openiru.core.events import EventType  # noqa: PLC0415
    from openiru.foundation.database.acting import SERVICE, acting  # noqa: PLC0415
    from openiru.foundation.database.ids import new_id  # noqa: PLC0415
    from openiru.foundation.ledger.record import Entry, record  # noqa: PLC0415

    with acting(SERVICE):  # the connection is there
        pass
    worst, count, end = 0.0, 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        with acting(SERVICE) as now:
            record(now, [Entry(EventType.LOOKED_UP, new_id(), {"n": count})])
        worst, count = max(worst, time.perf_counter() - began), count + 1
    print(count, round(worst * 1000, 1))


def beside_an_import(world: Any) -> dict[str, object]:
    """Eight writers, the sequencer, and an import of 26,000 rows in one transaction, all at once."""
    from tests.foundation.things import bring  # noqa: PLC0415 - Django is set up by now

    from openiru.foundation.ledger.sequencer import run_sequencer, sequence  # noqa: PLC0415

    stop = threading.Event()
    sequencer = threading.Thread(target=run_sequencer, args=(stop,))
    sequencer.start()
    command = [sys.executable, "-m", "benchmarks.ledger", "--append", "12"]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(WRITERS)]
    time.sleep(4)
    began = time.perf_counter()
    bring(world.by("RS/ana"), [f"bench{n}" for n in range(IMPORTED)])
    spent = time.perf_counter() - began
    results = [writer.communicate()[0].split() for writer in writers]
    stop.set()
    sequencer.join()
    sequence()
    return {
        "appends by 8 writers beside an import, per second": round(sum(int(r[0]) for r in results) / 12),
        "longest append of all, milliseconds": max(float(r[1]) for r in results),
        f"the import of {IMPORTED} rows beside them, seconds": round(spent, 2),
    }


def measure(count: int) -> dict[str, object]:
    """Fill, sequence, verify."""
    from tests.people import action_day  # noqa: PLC0415 - Django is set up by now

    from openiru.foundation.ledger.sequencer import sequence  # noqa: PLC0415
    from openiru.foundation.ledger.verify import verify  # noqa: PLC0415

    world = action_day()
    sequence()
    figures = beside_an_import(world)
    fill(count, world)
    began = time.perf_counter()
    sequence()
    figures["leaves sequenced and projected, per second"] = round(count / (time.perf_counter() - began))
    began = time.perf_counter()
    found = verify()
    figures[f"ledger verify of {found.leaves} leaves and {found.rows} rows, seconds"] = round(
        time.perf_counter() - began, 1
    )
    if not found.holds:
        raise SystemExit(f"the log does not hold: {found.problems[0]}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["largest memory of the measuring process, MiB"] = round(memory)
    return figures


def main() -> None:
    """Measure and write benchmarks/results/ledger.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--append", type=float, default=0)
    chosen = parser.parse_args()
    if chosen.append:
        appending(chosen.append)
        return
    with instance():
        write("ledger", measure(chosen.leaves))


if __name__ == "__main__":
    main()
