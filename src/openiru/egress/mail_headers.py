"""Header values that cannot become other headers.

The standard library is not asked: ``EmailMessage`` of CPython 3.11.7 decodes the subject
``=?utf-8?q?a=0D=0ABcc:_x?=`` and writes a second header line (CVE-2024-6923). Here values are cleaned,
refused or encoded by us, and what comes out is printable ASCII without a line end.

Sources: RFC 5322 §2.2, §3.2.3, §3.6.4 (headers, atoms, identifiers), RFC 2047 §2 (encoded words), RFC 5321
§4.1.2 (addresses).
"""

from __future__ import annotations

import base64
import re
from typing import Final

from openiru.core.errors import RefusedError

MAX_TEXT: Final = 400  # characters of one header value; a subject longer than this is not a subject
MAX_ADDRESS: Final = 254  # RFC 5321 §4.5.3.1.3, less the angle brackets
MAX_LOCAL: Final = 64  # RFC 5321 §4.5.3.1.1
MAX_ID: Final = 250
LINE: Final = 76  # characters of a folded line
_WORD_BYTES: Final = 42  # 56 characters of base64, with "=?utf-8?b?" and "?=" below the 75 of RFC 2047

#: C0, C1, line and paragraph separator, direction marks and overrides, tags, half surrogates.
_UNSAFE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f\ud800-\udfff]+"
)
_URL: Final = re.compile(r"://|\bhxxps?\b|\bwww\.|\[\.\]|\bmailto:", re.IGNORECASE)
_ATEXT: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"(?P<local>{_ATEXT}(?:\.{_ATEXT})*)@(?P<domain>{_LABEL}(?:\.{_LABEL})*)")
_ID: Final = re.compile(r"<[!-;=?A-~]{1,120}@[!-;=?A-~]{1,120}>")
_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*")
_PLAIN_PHRASE: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")


def clean(value: str) -> str:
    """``value`` on one line, without any character that ends, hides or turns round a line."""
    return " ".join(_UNSAFE.sub(" ", value).split())


def text(value: str, where: str) -> str:
    """A cleaned header text.

    Refuses (:class:`RefusedError`) the syntax of encoded words, because readers decode it, web addresses,
    because they never belong into a header, and more than ``MAX_TEXT`` characters.
    """
    cleaned = clean(value)
    if "=?" in cleaned:
        raise RefusedError("a header text holds the signs =? of an encoded word", where=where)
    if _URL.search(cleaned):
        raise RefusedError("a header text holds a web address; use a reference", where=where)
    if len(cleaned) > MAX_TEXT:
        raise RefusedError(f"a header text is longer than {MAX_TEXT} characters", where=where)
    return cleaned


def address(value: str, where: str) -> str:
    """Exactly one mail address, ``local@domain`` in ASCII, as given. Anything else is refused."""
    match = _ADDRESS.fullmatch(value)
    if match is None or len(value) > MAX_ADDRESS or len(match["local"]) > MAX_LOCAL or "=?" in value:
        raise RefusedError(
            f"{clean(value)[:80]!r} is not one plain mail address",
            where=where,
            hint="Write one address, local@domain; an international domain in its xn-- form.",
        )
    return value


def identifier(value: str, where: str) -> str:
    """A message identifier ``<left@right>``, exactly as given. Anything else is refused."""
    if _ID.fullmatch(value) is None or len(value) > MAX_ID or "=?" in value:
        raise RefusedError(f"{clean(value)[:80]!r} is not a message identifier <left@right>", where=where)
    return value


def is_identifier(value: str) -> bool:
    """Whether :func:`identifier` would take ``value``."""
    return _ID.fullmatch(value) is not None and len(value) <= MAX_ID and "=?" not in value


def header_name(value: str) -> str:
    """A header's name, or :class:`RefusedError`."""
    if _NAME.fullmatch(value) is None:
        raise RefusedError(f"{clean(value)[:80]!r} is not a header's name", where="letter headers")
    return value


def _encoded_words(value: str) -> list[str]:
    """``value`` as RFC 2047 words of base64, cut between characters."""
    words: list[str] = []
    piece = b""
    for character in value:
        octets = character.encode("utf-8")
        if len(piece) + len(octets) > _WORD_BYTES:
            words.append(piece.decode())
            piece = b""
        piece += octets
    words.append(piece.decode())
    return [f"=?utf-8?b?{base64.b64encode(word.encode()).decode()}?=" for word in words]


def tokens(value: str) -> list[str]:
    """What stands between the blanks of a folded header: the words of ASCII text, or encoded words."""
    words = value.split(" ")
    if value.isascii() and all(len(word) < LINE - len("Subject:") for word in words):
        return words
    return _encoded_words(value)


def mailbox(name: str, addr: str) -> list[str]:
    """The tokens of ``name <addr>``; the name is quoted or encoded as it needs."""
    if not name:
        return [f"<{addr}>"]
    if name.isascii() and not _PLAIN_PHRASE.fullmatch(name):
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return [*f'"{escaped}"'.split(" "), f"<{addr}>"]
    return [*tokens(name), f"<{addr}>"]


def fold(name: str, words: list[str]) -> str:
    """One header, folded at ``LINE`` characters, ending in CRLF."""
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > LINE and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\r\n".join(lines) + "\r\n"
