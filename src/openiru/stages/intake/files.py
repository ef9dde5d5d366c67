"""Which reader a file is for, what it understood, and the file's digest. No database; readers come by entry points."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from openiru.core.errors import InputError, SettingError, UsageError
from openiru.engines.text import visible
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

GROUP = "openiru.formats"
HEAD = 64 * 1024
BLOCK = 1024 * 1024
#: Below this nobody recognises the file.
LEAST = 0.1


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file with its reader. ``understanding``: what the columns mean; ``digest``: ``sha256:<hex>`` of its bytes."""

    path: Path
    name: str
    digest: str
    reader: FormatReader
    understanding: Understanding
    mapping: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[Row | Refused | Note]:
        """Every row in order, each taken or refused with its number. Streams."""
        return self.reader.read(self.path, mapping=self.mapping)


def open_file(
    path: Path, *, format_name: str = "", mapping: Mapping[str, str] | None = None, name: str = ""
) -> SourceFile:
    """Choose the reader (named, or the surest), and let it understand the head of the file.

    ``name``: what the file is called for people, when it lies elsewhere (standard input). Raises InputError or
    UsageError saying what is wrong with it.
    """
    shown = name or path.name
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(0)
            digest = hashlib.sha256()
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise UsageError(
            f"the file cannot be read: {error.strerror}", where=visible(str(path), 200)
        ) from error
    if not head:
        raise InputError("the file is empty", where=visible(shown, 200), code="OIRU-4021")
    reader = _named(format_name) if format_name else _surest(head, shown)
    given = dict(mapping or {})
    understood = reader.understand(path, mapping=given)
    return SourceFile(path, shown, f"sha256:{digest.hexdigest()}", reader, understood, given)


def formats() -> dict[str, str]:
    """Name -> title of every format that can be read here."""
    return {reader.name: reader.title for reader in _readers().values()}


def _points() -> dict[str, EntryPoint]:
    found = {point.name: point for point in entry_points(group=GROUP)}
    if not found:
        raise SettingError(
            "no reader is installed", hint="Install the package with its entry points: make setup."
        )
    return found


def _readers() -> dict[str, FormatReader]:
    """Readers that can be used; one that does not load is left to ``openiru status`` to tell."""
    found = {}
    for name, point in _points().items():
        try:
            found[name] = _load(point)
        except ImportError:
            continue
    return found


def _load(point: EntryPoint) -> FormatReader:
    reader: FormatReader = point.load()()
    return reader


def _named(name: str) -> FormatReader:
    points = _points()
    if name not in points:
        raise UsageError(
            f"there is no format {visible(name)}",
            where="--format",
            hint=f"Formats: {', '.join(sorted(points))}.",
        )
    try:
        return _load(points[name])
    except ImportError as error:
        raise SettingError(f"the format {name} is known but not usable: {error}", where="--format") from error


def _surest(head: bytes, name: str) -> FormatReader:
    scored = [(reader.sniff(head, name), number, reader) for number, reader in enumerate(_readers().values())]
    best = max(scored, key=lambda one: (one[0], -one[1]))
    if best[0] <= LEAST:
        raise InputError(
            "nothing in the file looks like an address, a table or an export",
            where=visible(name, 200),
            hint=f"Say what it is: --format {'|'.join(sorted(_points()))}",
            code="OIRU-4021",
        )
    return best[2]
