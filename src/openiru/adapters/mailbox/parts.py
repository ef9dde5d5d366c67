"""A mail from a stranger taken apart within limits: parts, headers and texts that are safe to look at.

The parser of the standard library is used in its oldest form (``compat32``), which does not try to understand
headers; what we need of them is read here by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from typing import Final

from openiru.egress import mail_headers
from openiru.egress.mail_message import safe_file_name

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_LINES: Final = 300_000
MAX_HEAD: Final = 64 * 1024
MAX_PARTS: Final = 60
MAX_DEPTH: Final = 8
MAX_CONTENT_TYPES: Final = 100
MAX_TEXT: Final = 100_000
MAX_IDS: Final = 50
_MAX_VALUE: Final = 4000

Mail = Message

_IDS: Final = re.compile(r"<[^<>\s]{3,250}>")
_CONTENT_TYPE: Final = re.compile(rb"(?im)^content-type[ \t]{0,8}:")
_ADDRESS: Final = re.compile(r"<([^<>\s]{3,254})>\s*$|^([^<>\s\"]{3,254})$")
_BODY_UNSAFE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
#: Character sets that Python reads in linear time and that say characters; every other name means UTF-8.
_CHARSET: Final = re.compile(
    r"(?i)utf-?8|us-ascii|ascii|iso-?8859-\d{1,2}|windows-125\d|cp125\d|koi8-[ru]|gb2312|gbk|gb18030|big5"
    r"|shift_jis|euc-(?:jp|kr)|iso-2022-jp|utf-16(?:le|be)?"
)


class TooMuchError(Exception):
    """The mail passes a limit; the text says which."""


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the tree of parts."""

    media_type: str
    file_name: str
    message: Mail
    attached: bool


@dataclass(slots=True)
class Opened:
    """A mail taken apart: its own headers, its leaves in order, and what was left out."""

    top: Mail
    leaves: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def open_mail(raw: bytes) -> Opened:
    """Parse ``raw`` within the limits of this module, or :class:`TooMuchError`.

    The limits on size, lines and ``Content-Type`` lines are looked at before the parser sees anything: its work
    grows with lines times depth.
    """
    _bounded(raw)
    try:
        top: Mail = message_from_bytes(raw, policy=policy.compat32)
    except (MessageError, ValueError, LookupError, AttributeError, RecursionError) as fault:
        raise TooMuchError(f"the parser gave up ({type(fault).__name__})") from fault
    opened = Opened(top)
    opened.leaves.extend(_leaves(top, 0, opened.notes))
    return opened


def _bounded(raw: bytes) -> None:
    if len(raw) > MAX_BYTES:
        raise TooMuchError(f"larger than {MAX_BYTES} bytes")
    if max(raw.count(b"\n"), raw.count(b"\r")) > MAX_LINES:
        raise TooMuchError(f"more than {MAX_LINES} lines")
    gap = re.search(rb"\r?\n\r?\n|\r\r", raw)
    if (gap.start() if gap else len(raw)) > MAX_HEAD:
        raise TooMuchError(f"headers larger than {MAX_HEAD} bytes")
    if sum(1 for _ in _CONTENT_TYPE.finditer(raw)) > MAX_CONTENT_TYPES:
        raise TooMuchError("too many parts")


def _leaves(message: Mail, depth: int, notes: list[str]) -> Iterator[Part]:
    if depth > MAX_DEPTH:
        raise TooMuchError(f"parts nested more than {MAX_DEPTH} deep")
    kind = message.get_content_type()
    payload = message.get_payload()
    # Returned mails and delivery reports are looked at by name, not walked into: their words are not the sender's.
    if not isinstance(payload, list) or kind.startswith("message/"):
        yield Part(kind, _file_name(message), message, _attached(message))
        return
    for number, part in enumerate(payload):
        if number >= MAX_PARTS:
            notes.append(f"more than {MAX_PARTS} parts: the rest was left out")
            return
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1, notes)


def _attached(message: Mail) -> bool:
    return str(message.get("Content-Disposition", "")).strip().lower().startswith("attachment")


def _file_name(message: Mail) -> str:
    try:
        name = message.get_filename("")
    except (LookupError, ValueError, TypeError):
        name = "unreadable"  # a file name whose RFC 2231 form is broken is still a file
    return safe_file_name(decoded(name)) if name else ""


def decoded(value: object) -> str:
    """A header value on one line, encoded words decoded, without control characters."""
    flat = mail_headers.clean(str(value)[: 4 * _MAX_VALUE])[:_MAX_VALUE]
    try:
        pieces = decode_header(flat)
        text = "".join(
            piece if isinstance(piece, str) else piece.decode(charset(name or "ascii"), "replace")
            for piece, name in pieces
        )
    except (MessageError, ValueError, LookupError):
        text = flat  # shown as it came
    return mail_headers.clean(text)


def charset(name: str) -> str:
    """``name`` when it is a plain character set, else UTF-8: some of Python's codecs are none, or take for ever."""
    return name if _CHARSET.fullmatch(name) else "utf-8"


def header(message: Mail, name: str) -> str:
    """The first header of that name, decoded and cleaned; empty when there is none."""
    values = message.get_all(name, [])
    return decoded(values[0]) if values else ""


def identifiers(message: Mail, name: str) -> list[str]:
    """The identifiers in all headers of that name that we could send again ourselves, at most ``MAX_IDS``."""
    text = " ".join(mail_headers.clean(str(value)) for value in message.get_all(name, []))
    return [one for one in _IDS.findall(text)[:MAX_IDS] if mail_headers.is_identifier(one)]


def sender(message: Mail) -> str:
    """The bare address of From, or what stands there, cleaned."""
    value = header(message, "From")[:1000]
    found = _ADDRESS.search(value)
    return (found[1] or found[2]) if found else value[:254]


def content(message: Mail) -> bytes:
    """The bytes of a leaf with its transfer encoding undone."""
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def text(message: Mail) -> str:
    """The text of a leaf, see :func:`plain`."""
    name = charset(str(message.get_content_charset() or "utf-8"))
    try:
        return plain(content(message).decode(name, "replace"))
    except (LookupError, ValueError):
        return plain(content(message).decode("utf-8", "replace"))


def plain(value: str) -> str:
    """At most ``MAX_TEXT`` characters of ``value``, without control characters but tab and line feed."""
    flat = value[: 2 * MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    return _BODY_UNSAFE.sub("\ufffd", flat[:MAX_TEXT])
