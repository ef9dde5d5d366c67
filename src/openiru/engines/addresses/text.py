"""Addresses in pasted text and mail bodies, defanged in any usual way.

Every expression here reads each character a bounded number of times (possessive repetitions, starts only at the
beginning of a word), so that hostile text of any length takes linear time.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from openiru.engines.addresses.defang import is_defanged, refang
from openiru.engines.addresses.hosts import has_known_ending
from openiru.engines.addresses.rulebook import Rulebook, default_rulebook

_Z: Final = "\u00ad\u200b\u2060\ufeff"
_DOT: Final = r"(?:\.|[ ]?\[[ ]?(?:\.|dot|DOT)[ ]?\][ ]?|[ ]?\([ ]?(?:\.|dot|DOT)[ ]?\)[ ]?|[ ]?\{[ ]?(?:\.|dot|DOT)[ ]?\}[ ]?)"
_LABEL: Final = rf"[A-Za-z0-9_{_Z}][A-Za-z0-9_{_Z}-]*+"
_HOST: Final = rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,32}}+"
_SPOKEN: Final = rf"{_LABEL}(?:[ ][dD][oO][tT][ ]{_LABEL}){{1,4}}+"
_COLON: Final = r"(?:[\[({][ ]?:[ ]?[\])}]//|[\[({]://[\])}]|:[\[({]//[\])}]|:\\/\\/|://)"
#: What ends an address in running text although it is not ASCII: quotes, dashes, commas and stops of all scripts, blanks.
_ENDS: Final = (
    "\u0080-\u00b6\u00b8-\u00bf\u060c\u061b\u061f\u06d4\u066a-\u066d\u2000-\u200a\u200e\u200f\u2010-\u205f\u2061-\u206f\u3000-\u303f"
    "\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u061c\ufffd"
)
_FOREIGN: Final = rf"(?<![A-Za-z0-9])[^\x00-\x7f{_ENDS}]++"
_ASCII: Final = rf"[A-Za-z0-9\-._~:/?#@!$&'()*+=%\[{_Z}]"
_BODY: Final = rf"(?:{_ASCII}++|\](?!\()|[,;](?!h(?:tt|xx)ps?)|\\/|\{{(?:\.|dot|at|@)\}}|{_FOREIGN})*+"
_LINK: Final = re.compile(
    rf"(?<![A-Za-z0-9])(?P<scheme>[hH](?:tt|TT|xx|XX|tx|xt|\*\*|__)[pP][sS]?(?={_COLON}){_COLON}|(?:tg|ipfs|ipns){_COLON}"
    rf"|(?:tg:resolve|magnet(?::|\[:\]))(?=\?)|matrix:(?=r/|u/|roomid/))(?:(?:{_HOST})|(?:{_SPOKEN}))?+{_BODY}"
    rf"|(?<![A-Za-z0-9_\-@./{_Z}])(?P<host>{_HOST})(?![A-Za-z0-9_@-])(?P<port>:[0-9]{{1,5}}+(?![0-9]))?(?P<tail>[/?#]{_BODY})?"
    rf"|(?<![A-Za-z0-9_\-@./{_Z}])(?P<spoken>{_SPOKEN})(?=/){_BODY}"
)
_AT_BEFORE: Final = re.compile(r"(?:@|[\[({](?:at|@)[\])}])[ ]?\Z", re.IGNORECASE)
_BEGINS: Final = re.compile(r"[A-Za-z]+:(?://)?[^\s/?#.:@]|(?:tg|magnet):.*\?")
_HIDDEN: Final = re.compile(f"[{_Z}]")
_TRAILING: Final = ".,;:!?'*~\"" + _Z
_PAIRS: Final = {")": "(", "]": "["}


class Found(NamedTuple):
    """One address in a text: ``text[start:end] == raw``; ``url`` is the same made whole (not yet canonical)."""

    start: int
    end: int
    raw: str
    url: str


def find_links(text: str, *, rules: Rulebook | None = None) -> list[Found]:
    """The addresses in a text, in their order, defanged ones too; linear in the length of the text.

    A bare host counts only when it cannot be an ordinary word: a host that the rules know, ``www.``, a path behind
    it, defanged dots, or alone on its line. E-mail addresses are left alone.
    """
    book = rules or default_rulebook()
    out: list[Found] = []
    for hit in _LINK.finditer(text):
        start, end = hit.start(), _trimmed_end(text, hit.start(), hit.end())
        raw = text[start:end]
        url = refang(raw if raw.isascii() else _HIDDEN.sub("", raw))
        if hit["scheme"] is not None:
            if _BEGINS.match(url):
                out.append(Found(start, end, raw, url))
        elif _is_place(text, hit, url, book):
            out.append(Found(start, end, raw, url))
    return out


def _is_place(text: str, hit: re.Match[str], url: str, book: Rulebook) -> bool:
    """Whether something without a scheme is an address rather than words with dots."""
    if _AT_BEFORE.search(text, max(0, hit.start() - 5), hit.start()):
        return False
    host = re.split(r"[/?#:]", url, maxsplit=1)[0].rstrip(".")
    if not has_known_ending(host, book):
        return False
    if hit["spoken"] is not None or hit["tail"] is not None or hit["port"] is not None:
        return True
    plain = host.lower().removeprefix("www.")
    if plain in book.by_host or plain != host.lower() or is_defanged(hit["host"]):
        return True
    return _alone(text, hit.start(), hit.end())


def _alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else stands on the line (looking a few characters far: longer blanks count as text)."""
    before, after = text[max(0, start - 8) : start], text[end : end + 8]
    line_before, line_after = before.rpartition("\n")[2], after.partition("\n")[0]
    return (
        not line_before.strip(" \t\r-*•")
        and not line_after.strip(" \t\r.,;")
        and ("\n" in before or start <= len(before))
        and ("\n" in after or end + len(after) >= len(text))
    )


def _trimmed_end(text: str, start: int, end: int) -> int:
    """Where the address ends without the punctuation of the sentence and brackets that were opened before it."""
    last = text[end - 1]
    if last.isalnum() or last in "/=&-":  # as most of them end: none of these is ever taken off
        return end
    counts = {c: text.count(c, start, end) for c in "()[]"}
    quoted = text[start - 1] if start else ""
    while end > start:
        last = text[end - 1]
        if last in _PAIRS:
            if counts[last] <= counts[_PAIRS[last]]:
                break
            counts[last] -= 1
        elif last not in _TRAILING and not (last == "_" and quoted == "_"):
            break
        end -= 1
    return end
