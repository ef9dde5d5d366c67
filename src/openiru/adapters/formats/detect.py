"""Which reader a file is for: every reader is asked, and each answers for itself.

Stages do the same over the entry points of the group ``openiru.formats``: a stranger's reader joins in by
:meth:`FormatReader.sniff` alone. ``BUILT_IN`` is for ``openiru lab``, for tests and for the entry points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from openiru.adapters.formats._open import kind_of, read_head, refuse_kind
from openiru.adapters.formats.auto_archiver import AutoArchiverReader
from openiru.adapters.formats.csv import CsvReader
from openiru.adapters.formats.fourcat import FourCatLinesReader, FourCatReader
from openiru.adapters.formats.json import JsonLinesReader, JsonReader
from openiru.adapters.formats.tcap import TcapReader
from openiru.adapters.formats.telegram import TelegramReader
from openiru.adapters.formats.text import TextReader
from openiru.adapters.formats.xlsx import XlsxReader
from openiru.core.errors import InputError, UsageError
from openiru.engines.text import visible
from openiru.ports.formats import FormatReader, Note, Refused, Row

BUILT_IN: tuple[type[FormatReader], ...] = (
    CsvReader,
    XlsxReader,
    JsonReader,
    JsonLinesReader,
    TextReader,
    TelegramReader,
    FourCatReader,
    FourCatLinesReader,
    TcapReader,
    AutoArchiverReader,
)
#: Below this nobody recognises the file.
_LEAST = 0.1


def detect(path: Path, readers: Iterable[FormatReader] | None = None) -> list[tuple[float, FormatReader]]:
    """Every reader that recognises the file, the surest first. Raises InputError when there is no file."""
    head = read_head(path)
    asked = [reader() for reader in BUILT_IN] if readers is None else list(readers)
    scored = [(reader.sniff(head, path.name), reader) for reader in asked]
    return sorted((item for item in scored if item[0] > _LEAST), key=lambda item: -item[0])


def reader_for(path: Path, format: str | None = None) -> FormatReader:  # noqa: A002 - the word people use
    """The reader called ``format``, or the surest one. Raises UsageError or InputError saying what the file is."""
    if format is not None:
        for reader in BUILT_IN:
            if reader.name == format:
                return reader()
        names = ", ".join(reader.name for reader in BUILT_IN)
        raise UsageError(
            f"There is no format “{visible(format)}”.", where="--format", hint=f"Formats: {names}."
        )
    found = detect(path)
    if found:
        return found[0][1]
    kind = kind_of(read_head(path))
    if kind:
        raise refuse_kind(kind, path, "something with contributions that can be read")
    raise InputError(
        "Nothing in the file looks like an address, a table or an export.",
        where=visible(path.name, 120),
        hint="Say what it is: --format " + "|".join(reader.name for reader in BUILT_IN),
        code="OIRU-4021",
    )


def read_file(
    path: Path,
    format: str | None = None,  # noqa: A002 - the word people use
    mapping: Mapping[str, str] | None = None,
) -> Iterator[Row | Refused | Note]:
    """Every row of a file, by the reader that is named or the surest one."""
    return reader_for(path, format).read(path, mapping=mapping)
