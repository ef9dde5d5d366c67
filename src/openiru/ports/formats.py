"""What a reader of contributions promises: rows with their numbers, and the reason for each one it refuses.

A reader says what stands in the file. It judges nothing: whether an address is new, held, in scope or
referable is decided later and elsewhere. Don'ts: no network, no write, no exception for a bad *row* (yield
:class:`Refused`), no unbounded memory (rows stream), no personal data of bystanders (members, commenters,
reactions, phone numbers are dropped here).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Row:
    """One contribution as the file states it.

    ``number`` is what a person would count to (1 = first line of the file, message id for chats), so that it
    can be found again.
    """

    number: int
    address: str
    seen_at: datetime | None = None  # aware, or None: the file does not say
    seen_zone: str = ""  # IANA zone or offset as written beside a local time
    reason: str = ""  # why the unit contributes it, in its words
    quote: str = ""  # words of the content that the unit quotes
    translation: str = ""
    place: str = ""  # time code, page, message number inside the content
    title: str = ""
    language: str = ""  # as written; normalised later
    kind: str = ""  # as written
    group: str = ""  # organisation, as written
    brand: str = ""  # outlet, as written
    account: str = ""  # handle or address of the uploader, as written
    digest: str = ""  # "sha256:<hex>", "md5:<hex>" of the content, if the file has one
    tlp: str = ""
    pap: str = ""
    restriction: str = ""  # the contributor's own handling restriction
    views: int | None = None
    source_ref: str = ""  # the id the row has in its own system
    posted_at: datetime | None = (
        None  # when the content was published, if the file knows: not when it was seen
    )
    note: str = ""  # what the source says beside it: remark, channel it was forwarded from, archive status


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be taken, with its number and the reason in plain words."""

    number: int
    reason: str
    code: str = "OIRU-4000"
    excerpt: str = ""  # ≤ 80 characters, control characters made visible


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about the file: title lines skipped, encoding chosen, formulas ignored."""

    text: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a reader made of the head of a file, for the dry run."""

    format: str
    encoding: str = ""
    delimiter: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)  # column of the file -> field of Row
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class FormatReader(ABC):
    """Reads one kind of file. Registered as an entry point of the group ``openiru.formats``."""

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def sniff(self, head: bytes, name: str) -> float:
        """How sure the reader is, 0 to 1, that the file is its kind. ``head`` is the first ≤ 64 KiB."""

    @abstractmethod
    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """What the columns mean. Raises InputError naming the place when the file is not readable at all."""

    @abstractmethod
    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every row of the file in order, each taken or refused with its number. Streams."""
