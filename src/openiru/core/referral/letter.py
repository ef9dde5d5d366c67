"""What a referral says, as data. :mod:`plain_letter` and :mod:`attachments` write it down.

Sources: Regulation (EU) 2021/784 Art. 1(3), 2(7), recital 40 (referrals stay voluntary); the Internet
Archive's account of April 2019
(visible sender, business hours, single addresses). No personal name has a field here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openiru.core.errors import UsageError
from openiru.core.vocabulary import Environment, Ground, Kind, LegalProfile, ProtectedPurpose

#: What a referral is in law, as it stands in machine-readable files.
LEGAL_NATURE: Final = "referral for voluntary consideration, not an order"

#: Stand in the stored letter where the link to the provider's page and the code stand in the letter that leaves: who reads the
#: letter here later must not be able to answer in the provider's name (docs/decisions/0015).
LINK_PLACE: Final = "[the link is put in here when the letter leaves]"
CODE_PLACE: Final = "[the code is put in here when the letter leaves]"

#: The columns of an answer file, in order.
ANSWER_COLUMNS: Final = (
    "reference",
    "line",
    "url_or_key",
    "decision",
    "ground",
    "ground_reference",
    "explanation",
    "decided_at",
    "puid",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The deciding unit: the visible sender. ``own_ground`` names its national law or founding act."""

    unit: str
    authority: str
    profile: LegalProfile
    own_ground: str
    contact: str
    hours: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item on the letter. ``defanged`` is for people, ``url`` only for the attachments.

    ``exceptions`` are the protected purposes that were asked and do not apply. ``captured_at`` (aware) and
    ``capture_digest`` are None when nothing was captured.
    """

    line: int
    key: str
    url: str
    defanged: str
    kind: Kind
    place: str
    quote: str
    translation: str
    rule: str
    grounds: tuple[Ground, ...]
    national_law: str
    exceptions: tuple[ProtectedPurpose, ...]
    captured_at: datetime | None
    capture_digest: str | None
    group: str
    brand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """Everything a letter is composed from. ``written_at`` is aware; ``contributors`` are units.

    ``answer_at``: address of the desk (``https://desk.example``) when the provider may answer on its page there, else empty.
    """

    reference: str
    operation: str
    provider: str
    sender: Sender
    contributors: tuple[str, ...]
    lines: tuple[Line, ...]
    written_at: datetime
    urgent: bool
    environment: Environment
    language: str = "en"
    answer_at: str = ""


def check_letter(facts: LetterFacts) -> None:
    """Raise :class:`UsageError` naming the line when ``facts`` cannot become a letter."""
    if not facts.lines:
        raise UsageError("a referral has at least one line")
    if not facts.sender.unit.strip() or not facts.sender.contact.strip():
        raise UsageError("a referral names its sender and how to reach it")
    numbers = [line.line for line in facts.lines]
    if numbers != list(range(1, len(numbers) + 1)):
        raise UsageError("the lines of a referral are numbered 1, 2, 3 ...")
    for line in facts.lines:
        _check_line(line)


def _check_line(line: Line) -> None:
    where = f"line {line.line}"
    if not line.grounds:
        raise UsageError("a line names at least one ground of Art. 2(7)", where=where)
    if set(line.exceptions) != set(ProtectedPurpose):
        raise UsageError("a line says that every exception of Art. 1(3) was asked", where=where)
    if line.url and line.url in line.defanged:
        raise UsageError("the address for people is not defanged", where=where)
    if (line.captured_at is None) != (line.capture_digest is None):
        raise UsageError("a capture has a time and a digest, or there is none", where=where)
