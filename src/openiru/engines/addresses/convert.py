"""Exact conversions between spellings of one identity: content identifiers, short UUIDs, info-hashes.

Sources: multiformats/cid (CIDv0 is the base58btc of a sha2-256 multihash and means dag-pb), multiformats/multibase,
the npm package ``short-uuid`` with the Flickr alphabet (PeerTube), BEP 9 (magnet links, hex or base32).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote
from uuid import UUID

import can_ada

_B58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_FLICKR: Final = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_B36: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_NAME: Final = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_PLAIN: Final = re.compile(r"[!$&-;=@-Z_a-z~#]+")
_SHA256_MULTIHASH: Final = b"\x12\x20"
_DIGEST_AND_HEAD: Final = 34
_SHORT_UUID: Final = 22


def cid(text: str) -> str:
    """A content identifier as CIDv1 in lower-case base32 (``b...``); ``ValueError`` when it is none.

    Only the spelling is unified: two identifiers of other codecs or hashes stay two, even for the same bytes.
    """
    if text.startswith("Qm"):
        raw = _from_base(text, _B58)
        if len(raw) != _DIGEST_AND_HEAD or not raw.startswith(_SHA256_MULTIHASH):
            raise ValueError("not a CIDv0")
        raw = b"\x01\x70" + raw
    else:
        raw = _multibase(text)
        if raw[:1] != b"\x01" or len(raw) < 4:  # noqa: PLR2004  (version, codec, hash, length)
            raise ValueError("not a CIDv1")
    return "b" + base64.b32encode(raw).decode().rstrip("=").lower()


def uuid_of_short(text: str) -> str:
    """PeerTube's short form (22 characters, Flickr base58) or a UUID, as a lower-case UUID."""
    if len(text) != _SHORT_UUID:
        return str(UUID(text))
    number = 0
    for character in text:
        number = number * 58 + _FLICKR.index(character)
    if number >> 128:
        raise ValueError("too large for a UUID")
    return str(UUID(int=number))


def infohash(urn: str) -> str:
    """The ``xt`` of a magnet link as ``btih:`` (hex or base32 in) or ``btmh:`` and lower-case hex."""
    _, word, text = urn.split(":", 2)
    if word == "btmh":
        return f"btmh:{text.lower()}"
    raw = bytes.fromhex(text) if len(text) == 40 else base64.b32decode(text.upper())  # noqa: PLR2004  (BEP 9)
    if len(raw) != hashlib.sha1(b"", usedforsecurity=False).digest_size:
        raise ValueError("not an info-hash")
    return f"btih:{raw.hex()}"


def decoded(text: str) -> str:
    """Percent-encoding undone once, where printable ASCII without another ``%`` comes out."""
    plain = unquote(text)
    if not _PLAIN.fullmatch(plain):
        raise ValueError("not plain text")
    return plain


def host(text: str) -> str:
    """A host name in ASCII (UTS 46)."""
    plain = unquote(text)
    name: str = can_ada.parse(f"https://{plain}/").hostname.rstrip(".")
    if not _NAME.fullmatch(name) or re.search(r"[\s/\\?#@:]", plain):
        raise ValueError("not a domain")
    return name


def onion_is_sound(label: str) -> bool:
    """Whether the checksum of a version 3 onion address holds (Tor rend-spec-v3, section 6)."""
    try:
        raw = base64.b32decode(label.upper())
    except binascii.Error:
        return False
    key, check, version = raw[:32], raw[32:34], raw[34:]
    return check == hashlib.sha3_256(b".onion checksum" + key + version).digest()[:2] and version == b"\x03"


def _multibase(text: str) -> bytes:
    head, body = text[0], text[1:]
    if head in "bB":
        return base64.b32decode(_padded(body.upper(), 8))
    if head in "fF":
        return bytes.fromhex(body)
    if head in "um":
        return (
            base64.urlsafe_b64decode(_padded(body, 4))
            if head == "u"
            else base64.b64decode(_padded(body, 4), validate=True)
        )
    if head in "kK":
        return _from_base(body.lower(), _B36)
    if head == "z":
        return _from_base(body, _B58)
    raise ValueError("unknown multibase")


def _padded(text: str, width: int) -> str:
    return text + "=" * (-len(text) % width)


def _from_base(text: str, alphabet: str) -> bytes:
    base, number = len(alphabet), 0
    for character in text:
        number = number * base + alphabet.index(character)
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


#: The converters that rules may name. Each raises ``ValueError`` when the text is not of that kind.
CONVERTERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {"cid": cid, "uuid": uuid_of_short, "infohash": infohash, "decoded": decoded, "host": host}
)
