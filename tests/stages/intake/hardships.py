"""For tests of the import under hardship: processes that can be killed, counts of every table, and what a file should become."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.db import connections

from openiru.engines.addresses import canonicalise
from openiru.foundation.database.acting import By
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.ports.formats import Note, Refused, Row
from openiru.stages.intake.commands import Outcome, Source, import_rows
from openiru.stages.intake.files import open_file

TABLES = (
    "intake_import",
    "intake_contribution",
    "intake_refusedrow",
    "registry_item",
    "registry_operationitem",
    "registry_work",
    "ledger_leaf",
    "ledger_opening",
)
PATIENCE = 60.0


def source(rows: Iterable[Row | Refused | Note]) -> Source:
    """Rows as a file would give them."""
    return Source(rows=rows, file_name="rows.csv", file_digest="sha256:00", format="csv")


def posts(channel: str, numbers: Iterable[int]) -> list[Row]:
    """Rows with invented addresses, each with a spelling of its own."""
    hosts = ("https://t.me", "http://telegram.me", "https://t.me/s", "hxxps://t[.]me")
    return [
        Row(at, f"{hosts[number % 4]}/openiru_demo_{channel}/{number}", reason="invented")
        for at, number in enumerate(numbers, 2)
    ]


def bring_file(by: By, path: Path, *, name: str = "") -> Outcome:
    """A file as ``openiru intake import`` brings it: by the readers' entry points, into the database."""
    file = open_file(path, name=name)
    return import_rows(
        by=by,
        source=Source(
            rows=file.rows(),
            file_name=file.name,
            file_digest=file.digest,
            format=file.reader.name,
            encoding=file.understanding.encoding,
        ),
    )


def ask(text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What the owner sees, whoever acts."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def counted() -> dict[str, int]:
    """Rows of every table that an import writes."""
    return {table: ask(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}


def grown(before: dict[str, int]) -> dict[str, int]:
    """What was added since, by table; nothing is left out of a table."""
    return {table: now - before[table] for table, now in counted().items() if now != before[table]}


def keys() -> set[str]:
    """The key of every item that takes part in any operation."""
    return {
        key
        for (key,) in ask(
            "SELECT i.key FROM registry_item i JOIN registry_operationitem o ON o.item_id = i.id"
        )
    }


def keys_of(rows: Iterable[Row]) -> set[str]:
    """The keys that rows should become."""
    return {canonicalise(row.address).key for row in rows}


def child(work: Callable[[], object]) -> int:
    """Begin to work in a process of its own; its id. It ends with 0 when the work was done."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def ended(pid: int) -> int:
    """Wait for a child: its exit code, negative for a signal. Then nobody works in this database but this process."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    deadline = time.monotonic() + PATIENCE
    while others():
        assert time.monotonic() < deadline, "a connection outlives its process"
        time.sleep(0.005)
    return code


def others() -> int:
    """Connections to this database beside our own."""
    return int(
        ask(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )[0][0]
    )


def log_holds() -> bool:
    """Whether every leaf has its opening and every row the digest that its leaf tells; the log is brought up first."""
    sequence()
    found = verify()
    connections["worker"].close()
    assert list(found.problems) == []
    return found.holds
