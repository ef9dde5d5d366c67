"""What a way to a provider promises.

A channel carries a letter that was composed, committed and fenced before: it decides nothing and composes
nothing. Don'ts: never retry by itself, never swallow a doubt. When it cannot tell whether the provider has the
letter it says UNKNOWN, and a person settles it (at most once by machine).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from openiru.core.vocabulary import DeliveryState


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """Exactly what will be sent. ``message_id`` was committed before and is never made anew."""

    reference: str
    message_id: str
    recipient: str
    sender_name: str  # the deciding unit, visible
    sender_address: str
    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    #: When it was committed. With it, the same letter is the same bytes; without it a channel asks the clock.
    date: datetime | None = None
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel can truthfully say after one try: SENT, DEFERRED, BOUNCED, UNKNOWN or TRANSCRIBED."""

    state: DeliveryState
    detail: str
    remote_id: str = ""


class Channel(ABC):
    """One way to a provider. Registered as an entry point of the group ``openiru.channels``."""

    name: ClassVar[str]
    title: ClassVar[str]
    reaches_provider: ClassVar[bool]  # False: the figures count it apart, and nothing becomes "referred"

    @abstractmethod
    def usable(self) -> str:
        """Empty when the channel can be used, else the reason why not, and what to set."""

    @abstractmethod
    def send(self, letter: Letter) -> Receipt:
        """One try. A receipt for everything that can happen outside; raises only for our own faults."""
