"""Letters about a referral that was sent: a correction of some lines, or their withdrawal. The same reference, the same thread."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from openiru.core.errors import UsageError
from openiru.core.referral.catalogue import texts
from openiru.core.referral.letter import Sender
from openiru.core.referral.plain_letter import WIDTH, clean
from openiru.core.vocabulary import Environment

WITHDRAWAL: Final = (
    "We withdraw the lines of our referral that are named below. Please treat them as if we had not referred them. If you "
    "have acted on one of them because of our referral, please look at it again and tell your user."
)
CORRECTION: Final = (
    "We correct the lines of our referral that are named below. The referral stands otherwise as it was sent: for your "
    "voluntary consideration, not an order."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a letter about a referral says. ``lines``: (number on the referral, what is said of it)."""

    withdrawal: bool
    reference: str
    provider: str
    sender: Sender
    written_at: datetime
    sent_at: datetime
    environment: Environment
    lines: Sequence[tuple[int, str]]
    reason: str
    language: str = "en"


def notice_letter(notice: Notice) -> str:
    """The whole letter, LF line ends, at most 78 columns. Raises :class:`UsageError` without a line or a reason."""
    if not notice.lines:
        raise UsageError("a letter about a referral names at least one of its lines")
    if not notice.reason.strip() and not all(text.strip() for _, text in notice.lines):
        raise UsageError("a correction or withdrawal says why")
    return "\n\n".join(_wrap(block) for block in _blocks(notice) if block) + "\n"


def _blocks(notice: Notice) -> Iterator[str]:
    words = texts(notice.language)
    sender = notice.sender
    yield words.environment[notice.environment]
    yield f"{'WITHDRAWAL' if notice.withdrawal else 'CORRECTION'} of REFERRAL {notice.reference}"
    yield f"From: {sender.unit}, {sender.authority}"
    yield f"To: {notice.provider}"
    yield f"Date: {notice.written_at:%Y-%m-%d %H:%M %Z}; the referral was sent on {notice.sent_at:%Y-%m-%d %H:%M %Z}"
    yield WITHDRAWAL if notice.withdrawal else CORRECTION
    yield f"Reason: {notice.reason}" if notice.reason.strip() else ""
    for number, text in notice.lines:
        yield f"Line {number}: {text}" if text.strip() else f"Line {number}"
    yield f"Contact: {sender.contact}"
    yield words.redress
    yield words.environment[notice.environment]


def _wrap(text: str) -> str:
    return textwrap.fill(clean(text), WIDTH, break_on_hyphens=False, replace_whitespace=False)
