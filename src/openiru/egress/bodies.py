"""The body of an answer: decoded inside its bounds, then read as text.

Bounds are applied inside the decompression (zlib with a maximum length): a library that hands out a decoded
piece first and counts afterwards has handed out 67 MB for 292 kB.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import zlib
from collections.abc import Mapping

from openiru.core.verification.observation import Trouble
from openiru.egress.limits import Limits
from openiru.egress.wire import LookFailedError

_PIECE = 65_536
_GZIP = 16 + zlib.MAX_WBITS
_MEMBERS = 64
_CRUMBS_FROM = 10_000  # pieces from which the mean size of a piece is watched
_CRUMB = 16
# Only these: a codec is code chosen by the outside, and some of Python's are no character sets at all.
# fmt: off
_CHARSETS = frozenset((
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "iso8859-2",
    "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8", "iso8859-9",
    "iso8859-13", "iso8859-15", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "koi8-r", "koi8-u", "mac-cyrillic",
    "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
    "cp949", "cp874",
))
# fmt: on
_META = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([a-zA-Z0-9_.:-]{1,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TEXT = re.compile(r"text/.*|application/(.*\+)?(json|xml|javascript|ecmascript|xhtml)", re.IGNORECASE)


class Body:
    """Collects decoded bytes up to the cap. ``cut`` is true when there was more than the cap."""

    def __init__(self, encoding: str, limits: Limits) -> None:
        kind = encoding.strip().lower()
        if kind not in {"", "identity", "gzip", "x-gzip"}:
            raise LookFailedError(Trouble.PROTOCOL, "the body comes in an encoding that was not asked for")
        self._limits = limits
        self._gzip = zlib.decompressobj(_GZIP) if kind.endswith("gzip") else None
        self._members = 1
        self._out = bytearray()
        self._wire = 0
        self._pieces = 0
        self.cut = False

    @property
    def data(self) -> bytes:
        """What was read, decoded."""
        return bytes(self._out)

    def feed(self, data: bytes) -> bool:
        """Takes a piece; false when no more is wanted. Raises LookFailedError: bombs, crumbs, broken gzip."""
        self._wire += len(data)
        self._pieces += 1
        if self._pieces > _CRUMBS_FROM and self._wire < _CRUMB * self._pieces:
            raise LookFailedError(Trouble.PROTOCOL, "the body comes in crumbs")
        if self._gzip is None:
            self._take(data)
        else:
            self._inflate(data)
        return not self.cut

    def end(self) -> None:
        """The server says that this was all. Raises LookFailedError when compressed data end early."""
        if self._gzip is not None and self._wire and not self._gzip.eof and not self.cut:
            raise LookFailedError(Trouble.PROTOCOL, "the compressed body ends early")

    def _take(self, data: bytes) -> None:
        room = self._limits.body_bytes - len(self._out)
        self._out += data[:room]
        self.cut = self.cut or len(data) > room
        if len(self._out) > max(self._limits.ratio_after, self._limits.ratio * self._wire):
            detail = f"the body is more than {self._limits.ratio} times what came over the wire"
            raise LookFailedError(Trouble.TOO_LARGE, detail)

    def _inflate(self, data: bytes) -> None:
        while data and not self.cut:
            self._next_member()
            if self._gzip is None or self._gzip.eof:
                return
            try:
                piece = self._gzip.decompress(data, _PIECE)
            except zlib.error as error:
                raise LookFailedError(Trouble.PROTOCOL, "the compressed body is broken") from error
            self._take(piece)
            data = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail

    def _next_member(self) -> None:
        """A gzip stream may hold several members (RFC 1952 §2.2); more than a few are a trick."""
        if self._gzip is not None and self._gzip.eof and self._members < _MEMBERS:
            self._members += 1
            self._gzip = zlib.decompressobj(_GZIP)


def digest(data: bytes) -> str:
    """``sha256:<hex>`` of ``data``."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_text(headers: Mapping[str, str], data: bytes) -> bool:
    """Whether a body is worth reading as text: by its declared type, or without one by the absence of NUL."""
    declared = headers.get("content-type", "").split(";", 1)[0].strip()
    return bool(_TEXT.fullmatch(declared)) if declared else b"\x00" not in data[:1024]


def _known_charset(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return found if found in _CHARSETS else ""


def _charset(headers: Mapping[str, str], data: bytes) -> str:
    """As browsers find it: byte order mark, header, meta, then UTF-8."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    stated = re.search(r"charset=\"?([A-Za-z0-9_.:-]{1,40})", headers.get("content-type", ""))
    if stated and (name := _known_charset(stated[1])):
        return name
    inside = _META.search(data[:2048])
    return (_known_charset(inside[1].decode("ascii")) if inside else "") or "utf-8"


def read_text(headers: Mapping[str, str], data: bytes) -> str:
    """The body as text, every undecodable byte and NUL as U+FFFD; empty when it is not text at all."""
    if not is_text(headers, data):
        return ""
    text = data.decode(_charset(headers, data), errors="replace")
    return text.removeprefix("\ufeff").replace("\x00", "\ufffd")
