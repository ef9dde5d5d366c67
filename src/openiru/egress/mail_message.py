"""A letter as the bytes that go over the wire, written header by header.

The same :class:`OutgoingMail` always gives the same bytes: the date is passed in and the boundary follows
from the content. All of it is ASCII (quoted-printable text, base64 attachments), so no server has a reason to
rewrite it.

Sources: RFC 5322 (form), RFC 2045 §6 and RFC 2046 §5.1 (parts), RFC 2183 (disposition), RFC 3834
(Auto-Submitted).
"""

from __future__ import annotations

import base64
import hashlib
import quopri
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from openiru.core.errors import RefusedError
from openiru.egress import mail_headers as headers

MAX_MESSAGE_BYTES: Final = 25 * 1024 * 1024
MAX_ATTACHMENTS: Final = 20
MAX_REFERENCES: Final = 20
#: What a letter may add of its own; every other header is written here and nowhere else.
EXTRA: Final = re.compile(r"X-OpenIRU-[A-Za-z0-9-]+|Auto-Submitted")
_AUTO: Final = frozenset({"no", "auto-generated", "auto-replied"})
_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}(?:; ?charset=[A-Za-z0-9-]{1,20})?")
_NAME_STRIP: Final = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED: Final = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")
_BODY_UNSAFE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LINE_BYTES: Final = 998  # RFC 5322 §2.1.1


@dataclass(frozen=True, slots=True)
class MailFile:
    """A file that goes with a message."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """Everything a message says. Addresses are bare (``local@domain``), identifiers in angle brackets."""

    message_id: str
    date: datetime
    from_name: str
    from_address: str
    to_address: str
    subject: str
    text: str
    sender_address: str = ""  # written as Sender only when it differs from From
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    files: tuple[MailFile, ...] = ()


def safe_file_name(name: str) -> str:
    """A name of ASCII letters, digits, dot, dash and underscore, at most 100, harmless on any system."""
    flat = _NAME_STRIP.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip("._-")
    if not flat or _RESERVED.fullmatch(flat):
        flat = f"file_{flat}"
    stem, dot, suffix = flat.rpartition(".")
    keep = 100 - len(dot) - len(suffix[:10])
    return f"{stem[:keep]}{dot}{suffix[:10]}" if dot else flat[:100]


def safe_file_names(names: list[str]) -> list[str]:
    """:func:`safe_file_name` for each, told apart by a number where two would be the same on any system."""
    seen: set[str] = set()
    out: list[str] = []
    for name in map(safe_file_name, names):
        candidate, number = name, 1
        while candidate.casefold() in seen:
            number += 1
            candidate = f"{number}_{name}"
        seen.add(candidate.casefold())
        out.append(candidate)
    return out


def serialise(mail: OutgoingMail) -> bytes:
    """The message in RFC 5322 form, with CRLF and in ASCII.

    Raises :class:`RefusedError` when a value cannot stand in a header, when the message is too big, or when
    the bytes do not hold exactly the headers asked for, each once.
    """
    head = _headers(mail)
    kind, body = _body(mail)
    message = "".join(headers.fold(name, words) for name, words in [*head, *kind]).encode("ascii")
    message += b"\r\n" + body
    if len(message) > MAX_MESSAGE_BYTES:
        raise RefusedError(
            f"the message is larger than {MAX_MESSAGE_BYTES} bytes",
            where=f"letter {headers.clean(mail.message_id)}",
            hint="Send fewer lines in one letter.",
        )
    check(message, [name for name, _ in [*head, *kind]])
    return message


def _headers(mail: OutgoingMail) -> list[tuple[str, list[str]]]:
    from_address = headers.address(mail.from_address, "From")
    if mail.date.tzinfo is None:
        raise RefusedError("the date has no time zone", where="Date")
    head = [
        ("Date", [format_datetime(mail.date.astimezone(UTC))]),
        ("From", headers.mailbox(headers.text(mail.from_name, "From"), from_address)),
    ]
    if mail.sender_address and mail.sender_address != from_address:
        head.append(("Sender", [f"<{headers.address(mail.sender_address, 'Sender')}>"]))
    if mail.reply_to:
        head.append(("Reply-To", [f"<{headers.address(mail.reply_to, 'Reply-To')}>"]))
    head += [
        ("To", [f"<{headers.address(mail.to_address, 'To')}>"]),
        ("Subject", headers.tokens(headers.text(mail.subject, "Subject"))),
        ("Message-ID", [headers.identifier(mail.message_id, "Message-ID")]),
    ]
    return [*head, *_thread(mail), *_extra(mail.extra), ("MIME-Version", ["1.0"])]


def _thread(mail: OutgoingMail) -> list[tuple[str, list[str]]]:
    head = []
    if mail.in_reply_to:
        head.append(("In-Reply-To", [headers.identifier(mail.in_reply_to, "In-Reply-To")]))
    if mail.references:
        # The first names the thread, the last ones its latest turn: RFC 5322 lets the middle go.
        kept = (*mail.references[:1], *mail.references[1:][-(MAX_REFERENCES - 1) :])
        head.append(("References", [headers.identifier(one, "References") for one in kept]))
    return head


def _extra(extra: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    head = []
    for name, value in extra.items():
        if EXTRA.fullmatch(headers.header_name(name)) is None:
            raise RefusedError(f"a letter cannot set the header {name}", where="letter headers")
        cleaned = headers.text(value, name)
        if name == "Auto-Submitted" and cleaned not in _AUTO:
            raise RefusedError(f"Auto-Submitted is one of {', '.join(sorted(_AUTO))}", where="letter headers")
        head.append((name, headers.tokens(cleaned)))
    return head


def _body(mail: OutgoingMail) -> tuple[list[tuple[str, list[str]]], bytes]:
    """The headers that say what the body is, and the body."""
    text_kind = [
        ("Content-Type", ["text/plain;", "charset=utf-8"]),
        ("Content-Transfer-Encoding", ["quoted-printable"]),
    ]
    text = _quoted(mail.text)
    if not mail.files:
        return text_kind, text
    if len(mail.files) > MAX_ATTACHMENTS:
        raise RefusedError(
            f"a letter has more than {MAX_ATTACHMENTS} attachments", where="letter attachments"
        )
    # "=_" stands neither in quoted-printable nor in base64: the boundary never meets its like in a part.
    boundary = f"=_openiru_{_digest(mail)}"
    names = safe_file_names([one.name for one in mail.files])
    parts = [_part(text_kind, text), *(_file(one, name) for one, name in zip(mail.files, names, strict=True))]
    delimiter = f"--{boundary}\r\n".encode()
    body = b"".join(delimiter + part for part in parts) + f"--{boundary}--\r\n".encode()
    return [("Content-Type", ["multipart/mixed;", f'boundary="{boundary}"'])], body


def _part(kind: list[tuple[str, list[str]]], content: bytes) -> bytes:
    return "".join(headers.fold(name, words) for name, words in kind).encode("ascii") + b"\r\n" + content


def _file(one: MailFile, name: str) -> bytes:
    if _MEDIA_TYPE.fullmatch(one.media_type) is None:
        raise RefusedError(
            f"{headers.clean(one.media_type)[:80]!r} is not a media type", where=f"attachment {name}"
        )
    kind = [
        ("Content-Type", one.media_type.replace(";", "; ").split()),
        ("Content-Transfer-Encoding", ["base64"]),
        ("Content-Disposition", ["attachment;", f'filename="{name}"']),
    ]
    # An empty file still is one line: what follows a part's headers must not be the boundary itself.
    return _part(kind, base64.encodebytes(one.content).replace(b"\n", b"\r\n") or b"\r\n")


def _quoted(text: str) -> bytes:
    """Text as quoted-printable lines with CRLF, ending in CRLF."""
    flat = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    plain = _BODY_UNSAFE.sub("\ufffd", flat.rstrip("\n") + "\n")
    quoted = quopri.encodestring(plain.encode("utf-8"))
    # A line that begins with "From " is altered by mail stores of the mbox kind.
    return re.sub(rb"(?m)^From ", b"=46rom ", quoted).replace(b"\n", b"\r\n")


def _digest(mail: OutgoingMail) -> str:
    digest = hashlib.sha256(mail.message_id.encode("ascii", "replace"))
    for one in mail.files:
        digest.update(hashlib.sha256(one.content).digest())
    return digest.hexdigest()[:32]


def check(message: bytes, expected: list[str]) -> None:
    """Look at the bytes themselves: exactly the ``expected`` headers, each once, and no stray line end.

    Raises :class:`RefusedError`. It stands between every composer and every wire.
    """
    head, gap, _ = message.partition(b"\r\n\r\n")
    if not gap or not message.endswith(b"\r\n") or re.search(rb"\r(?!\n)|(?<!\r)\n|[\x00\x80-\xff]", message):
        raise RefusedError("the message is not made of ASCII lines that end in CRLF", where="message")
    if re.search(rb"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]", head):
        raise RefusedError("a control character stands in the headers", where="message headers")
    lines = head.split(b"\r\n")
    if max(map(len, message.split(b"\r\n"))) > _LINE_BYTES:
        raise RefusedError(f"a line is longer than {_LINE_BYTES} bytes", where="message")
    names = [line.partition(b":")[0].decode("ascii").lower() for line in lines if not line.startswith(b" ")]
    counts = Counter(names)
    if counts != Counter(name.lower() for name in expected) or max(counts.values()) > 1:
        raise RefusedError("the headers are not exactly those asked for, each once", where="message headers")
