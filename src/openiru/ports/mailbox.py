"""What comes back by mail, told apart, and what a place for it promises.

A mail is data from a stranger: its sender can be forged. What is read here proves nothing by itself; the stage
matches it by the Message-ID of a letter it sent. Don'ts: never read an automatic reply as a decision, never
delete, never hand on more than the caps allow without saying so in ``notes``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from openiru.ports.channel import Attachment


class AutoKind(StrEnum):
    """Why a mail was written by a machine."""

    VACATION = "vacation"  # somebody is away
    ACKNOWLEDGEMENT = "acknowledgement"  # a ticket system has it
    RECEIPT = "receipt"  # it was displayed, RFC 8098
    DELIVERED = "delivered"  # a server says it was delivered or passed on, RFC 3464
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Head:
    """What every mail has. All texts are cleaned of control characters; identifiers keep their angle brackets.

    ``matches`` holds the identifiers of mails this one may be about, the surest first.
    """

    digest: str  # SHA-256 of the bytes as they came, in hexadecimal
    message_id: str
    sender: str
    subject: str
    matches: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient of a bounce or a delay: RFC 3464 §2.3, as far as it was said."""

    recipient: str
    status: str  # enhanced status code, RFC 3463, e.g. 5.1.1; may be empty
    diagnostic: str
    remote: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A server says that the letter will not arrive."""

    head: Head
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Delay:
    """A server says that the letter has not arrived yet and that it goes on trying. Nothing is decided."""

    head: Head
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class AutoReply:
    """A machine answered. It never holds attachments: nothing in it may be read as a decision."""

    head: Head
    kind: AutoKind
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is left: somebody wrote. ``tables`` are the CSV and JSON files, to be read item by item elsewhere."""

    head: Head
    text: str
    tables: tuple[Attachment, ...]
    other_files: tuple[str, ...]  # names of attachments that are neither


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A mail that cannot be read safely: a person looks at it."""

    head: Head
    reason: str


Incoming = Bounce | Delay | AutoReply | Answer | Unreadable


class Mailbox(ABC):
    """A place where mail arrives. Registered as an entry point of the group ``openiru.mailboxes``."""

    name: ClassVar[str]
    title: ClassVar[str]

    @abstractmethod
    def usable(self) -> str:
        """Empty when the mailbox can be read, else the reason why not, and what to set."""

    @abstractmethod
    def unread(self) -> Iterator[tuple[str, Incoming]]:
        """Each mail not yet settled: its place in the mailbox, and what it is."""

    @abstractmethod
    def settle(self, place: str) -> None:
        """Mark one mail as dealt with, once what it says has been saved. It is kept, never deleted."""
