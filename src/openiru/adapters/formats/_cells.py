"""What one cell holds: addresses, formulas, digests, numbers.

"Has something that can be an address" is all that is asked here; what it means and whether it is the same as
another is decided by ``engines.addresses``.
"""

from __future__ import annotations

import re

from openiru.engines.addresses import find_links
from openiru.engines.text import visible

#: Longer than any address a server would answer (egress takes 16,384 as well).
LONGEST_ADDRESS = 16_384

_SCHEME = (
    r"(?:[a-z][a-z0-9+.\-]{0,20}(?:\[?:\]?|\(:\))(?:\[?//\]?|/{1,3}|\\\\)|tg:|magnet:\?|urn:|ipfs:|matrix:)"
)
_DOT = r"(?:\.|\s?[\[({<]\s?(?:\.|dot|punkt|tačka|тачка|точка|pika|pikë)\s?[\])}>]\s?|\[\.|\.\]|。|．)"
_HOST = rf"[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{0,8}}{_DOT}(?:[^\W\d_]{{2,24}}|xn--[\w-]+)"
_NUMBERED = r"\d{1,3}(?:(?:\.|\[\.\]|\(\.\))\d{1,3}){3}(?=[:/]|$)"

#: One plain address and nothing else: the normal case, decided by one match.
PLAIN = re.compile(r"(?:https?|hxxps?)://[^\s|;,<>\"\x00]+", re.IGNORECASE)
#: The same in ASCII without signs that somebody could have hidden: taken without a second look.
ORDINARY = re.compile(r"[Hh](?:tt|xx)ps?://[!#-+\-.-:=?-{}~]+")
_LIKE = re.compile(rf"{_SCHEME}\S|(?<![\w@.-])(?:{_HOST}|{_NUMBERED})(?![\w@])", re.IGNORECASE)
_MAIL = re.compile(r"[^\s@/:]+@[^\s@/]+\.[^\s@/]+")
_FORMULA_LINK = re.compile(r"\s*=\s*HYPERLINK\s*\(\s*\"((?:[^\"]|\"\")+)\"", re.IGNORECASE)
# A separator ends an address only where another one visibly begins: commas and semicolons stand in addresses.
_BETWEEN = re.compile(
    r"(?:\s*[\n\r\t|]\s*|[\s,;]+(?=(?:https?|hxxps?|h\*\*ps?|www\d?(?:\.|\[)|tg)[:.\[(/]))", re.IGNORECASE
)
_FILE_NAME = re.compile(
    r"[^/\\:]+\.(?:jpe?g|png|gif|mp[34]|pdf|docx?|xlsx?|csv|txt|zip|html?|avi|mov|webm)", re.IGNORECASE
)
_HEX = re.compile(r"[0-9a-fA-F]+")
_DIGESTS = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
_NAMED_DIGEST = re.compile(r"(?:sha|md)[-_]?\d+(?:[-_]\d+)?", re.IGNORECASE)
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def can_be_address(text: str) -> bool:
    """Whether ``text`` holds something that can be an address, however defanged."""
    if PLAIN.match(text):
        return True
    if len(text) < 4 or not _LIKE.search(text[:LONGEST_ADDRESS]):  # noqa: PLR2004 - "a.bc" is the shortest
        return False
    bare = text.strip()
    return not (_MAIL.fullmatch(bare) or _FILE_NAME.fullmatch(bare))


def address_in_formula(text: str) -> str:
    """The address in ``=HYPERLINK("address";"words")``, or ``""``."""
    match = _FORMULA_LINK.match(text)
    return match[1].replace('""', '"') if match else ""


def addresses_in(text: str) -> list[str]:
    """Every address that a cell holds, as written; words around them are left out."""
    if PLAIN.fullmatch(text):
        return [text]
    bare = text.strip()
    if not any(map(str.isspace, bare)):
        return [piece for piece in _BETWEEN.split(bare) if piece and can_be_address(piece)]
    found = [link.raw for link in find_links(bare)]
    return found or [
        piece for piece in map(str.strip, _BETWEEN.split(bare)) if piece and can_be_address(piece)
    ]


def hides_direction(text: str) -> bool:
    """Whether ``text`` holds a bidirectional control: it may then look like another address."""
    return not text.isascii() and _BIDI.search(text) is not None


def normal_digest(text: str) -> str:
    """``sha256:<hex>`` from any usual spelling; ``""`` when it is no digest."""
    text = text.strip()
    name, _, rest = text.rpartition(":")
    bare = rest.strip()
    if not _HEX.fullmatch(bare):
        return ""
    if name:
        kind = name.strip().lower()
        if not _NAMED_DIGEST.fullmatch(kind):
            return ""
        # SHA3-512 keeps its hyphen, it is another function than SHA-512; SHA-256 loses it.
        plain = kind.replace("_", "-")
        return f"{plain if plain.startswith('sha3') else plain.replace('-', '')}:{bare.lower()}"
    known = _DIGESTS.get(len(bare))
    return f"{known}:{bare.lower()}" if known else ""


def whole_number(text: str) -> int | None:
    """A count with any usual grouping (``1,234``, ``1.234``, ``1 234``); None when it is not one."""
    if text.isascii() and text.isdigit() and len(text) < 19:  # noqa: PLR2004 - 63 bits
        return int(text)
    bare = re.sub(r"(?<=\d)[\s.,'’\u00a0\u202f](?=\d{3}(?!\d))", "", text.strip()[:40])
    bare = bare.removesuffix(".0")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 19 else None  # noqa: PLR2004 - 63 bits


def excerpt(cells: list[str]) -> str:
    """The beginning of a row for a person to find it by, hidden characters written out."""
    return visible(" | ".join(cell[:81] for cell in cells[:40] if cell), 80)


def without_poison(text: str) -> str:
    """``text`` as a database can keep it: NUL as its picture, lone surrogates as the replacement character."""
    if "\x00" in text:
        text = text.replace("\x00", "␀")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
