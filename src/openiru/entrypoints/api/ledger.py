"""The log through the programming interface: its size, its last checkpoint, and all of it to be checked elsewhere.

It stands here and not in its room because the doorway belongs to the operations room, which stands on this one (.importlinter).
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Field, Query, Router, Schema

from openiru.foundation.database.acting import acting
from openiru.foundation.ledger import queries
from openiru.foundation.ledger.export import export
from openiru.foundation.operations.asking import Asks
from openiru.foundation.operations.doorway import Text, asker, asker_in, responses
from openiru.foundation.people.permissions import require
from openiru.settings import CONFIG

router = Router(tags=["Ledger"])
#: What the figures are read by: it sees checkpoints, and no content.
STATS: Final = "stats"
NAME: Final = "openiru-log"
_CHUNK: Final = 64 * 1024


class CheckpointOut(Schema):
    """A signed size of the log. Keep the note: the log can never again show less than it says."""

    size: int
    at: datetime
    note: str = Field(description="C2SP tlog-checkpoint: origin, size, root, signature.")


class LedgerOut(Schema):
    """How many leaves the last checkpoint covers, and that checkpoint; null: nothing was sequenced yet."""

    size: int
    checkpoint: CheckpointOut | None = None


@router.get(
    "/ledger", response=responses({200: LedgerOut}), auth=Asks("ledger.read"), operation_id="show_ledger"
)
def show_ledger(request: HttpRequest) -> Any:
    """The size of the log and its last checkpoint, for those who may read the ledger."""
    with acting(asker(request)) as now:
        require(now, "ledger.read")
        with connections[STATS].cursor() as cursor:
            found = queries.last_checkpoint(cursor)
    if found is None:
        return {"size": 0}
    return {
        "size": found.size,
        "checkpoint": {"size": found.size, "at": found.at, "note": found.note},
    }


@router.get(
    "/ledger/export",
    response=responses({200: None}),
    auth=Asks("ledger.read"),
    operation_id="export_ledger",
    openapi_extra={
        "responses": {
            200: {
                "description": "A zip of the log with a verifier that needs no OpenIRU.",
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def export_ledger(
    request: HttpRequest,
    operation: Annotated[
        Text, Query("", max_length=80, description="Slug: its leaves are opened; empty: no leaf is.")
    ] = "",
) -> Any:
    """The log up to its last checkpoint as a zip, with a verifier, for those who may read the ledger.

    Every leaf goes out, since a part of them proves nothing; leaves carry no personal data. That somebody took it is itself told
    to the ledger.
    """
    by = asker_in(request, operation) if operation else asker(request)
    with acting(by) as now:
        require(now, "ledger.read")
    scratch = Path(tempfile.mkdtemp(prefix="export-", dir=CONFIG.data_dir))
    try:
        export(scratch / NAME, by=by)
        answer = StreamingHttpResponse(_Zip(scratch), content_type="application/zip")
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    answer["Content-Disposition"] = f'attachment; filename="{NAME}.zip"'
    return answer


class _Sink:
    """Where a zip is written to piece by piece; it cannot be sought in."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Nothing is behind it."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = bytes(self._held)
        self._held.clear()
        return data


class _Zip:
    """The folder below ``scratch`` as a zip, in chunks; the server closes it, read to its end or not, and it is gone from disk."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._chunks = self._read()

    def __iter__(self) -> Iterator[bytes]:
        return self._chunks

    def close(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _read(self) -> Iterator[bytes]:
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as out:  # type: ignore[call-overload] # writes are enough
            for file in sorted((self._scratch / NAME).iterdir()):
                entry = zipfile.ZipInfo(f"{NAME}/{file.name}")
                entry.compress_type = zipfile.ZIP_DEFLATED
                with file.open("rb") as source, out.open(entry, "w", force_zip64=True) as target:
                    while data := source.read(_CHUNK):
                        target.write(data)
                        yield sink.taken()
        yield sink.taken()
