"""openiru ledger export: the log on disk, to be checked by somebody who has no OpenIRU (layout: core.evidence.export).

All leaves go out, since a part of them proves nothing; they carry no personal data. Openings go out for the operation in which
the caller acts and for nothing else, so that an export outside any operation opens no leaf at all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from openiru.core.errors import ConflictError, UsageError
from openiru.core.events import EventType
from openiru.core.evidence import export as layout
from openiru.core.evidence import verify_export
from openiru.core.evidence.jcs import jcs
from openiru.core.vocabulary import Environment
from openiru.foundation.database.acting import By, Now, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.ledger import queries
from openiru.foundation.ledger.keys import signing_key
from openiru.foundation.ledger.record import Entry, record


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, the size of the log, how many leaves are opened in it, and the log's key."""

    directory: Path
    leaves: int
    opened: int
    key: str


def export(directory: Path, *, by: By) -> Exported:
    """Write the log up to its last checkpoint into ``directory``, which must not exist yet; all of it or nothing.

    The caller has asked for the permission ``ledger.read``. That somebody took an export is itself told to the ledger.
    """
    if directory.exists():
        raise ConflictError(
            "there is something already",
            where=str(directory),
            hint="Name a directory that does not exist yet.",
        )
    scratch = directory.with_name(f".{directory.name}.{new_id().hex[-12:]}")
    try:
        scratch.mkdir(parents=True)
    except OSError as error:
        raise UsageError(f"the directory cannot be made: {error.strerror}", where=str(directory)) from error
    try:
        with acting(by) as now:
            done = _write(scratch, directory, now)
        scratch.rename(directory)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return done


def _write(scratch: Path, directory: Path, now: Now) -> Exported:
    now.cursor.execute("SELECT id FROM database_instance")
    key = signing_key(UUID(str(now.cursor.fetchone()[0])))
    size = queries.size()
    about = layout.about(
        origin=key.origin, environment=Environment(now.environment), size=size, key=str(key.public)
    )
    _file(scratch / layout.ABOUT, [about])
    _file(scratch / layout.LEAVES, layout.leaf_lines(queries.bodies(size)))
    _file(scratch / layout.CHECKPOINTS, layout.checkpoint_parts(queries.notes(size)))
    opened = _file(scratch / layout.OPENINGS, layout.opening_lines(_openings(size)))
    source = Path(str(verify_export.__file__)).read_bytes()
    _file(scratch / layout.VERIFIER, [source])
    payload = {"size": size, "opened": opened}
    record(now, [Entry(EventType.EXPORTED, new_id(), payload)])
    return Exported(directory, size, opened, str(key.public))


def _openings(size: int) -> Iterator[layout.Opening]:
    for one in queries.openings(size):
        yield layout.Opening(one.index, one.salt, jcs(one.payload))


def _file(path: Path, parts: Iterable[bytes]) -> int:
    count = 0
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
            count += 1
    return count
