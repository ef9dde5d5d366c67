"""Addresses made harmless for people's eyes, and made whole again.

There is no standard for it; the forms are those of the MISP, IODEF and mailing-list habit: ``hxxps``, ``[.]``,
``(dot)``, ``[:]//``, ``{at}``.
"""

from __future__ import annotations

import re
from typing import Final

#: A scheme, that of an address inside the address too (a capture in an archive); a host may be called so as well, or end so.
_HXXP: Final = re.compile(r"(?<![\w.-])h(?:xx|tx|xt|\*\*|__)p(s?)(?=[\[({]?\s?:)", re.IGNORECASE)
_COLON: Final = re.compile(r"[\[({]\s?:\s?[\])}]//|[\[({]://[\])}]|:[\[({]//[\])}]")
_OPAQUE: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*+)\[:\]")
_DOT_ANY: Final = re.compile(
    r"\s?(?:\[\s?(?:\.|dot|punkt)\s?\]|\(\s?(?:\.|dot|punkt)\s?\)|\{\s?(?:\.|dot|punkt)\s?\})\s?",
    re.IGNORECASE,
)
_DOT_SQUARE: Final = re.compile(r"\[(?:\.|dot)\]|\{(?:\.|dot)\}", re.IGNORECASE)
_AT: Final = re.compile(r"\[(?:@|at)\]|\{(?:@|at)\}", re.IGNORECASE)
_SPOKEN_DOT: Final = re.compile(r"(?<=[A-Za-z0-9]) dot (?=[A-Za-z0-9])", re.IGNORECASE)
_SIGN: Final = re.compile(r"[\[({\\]|^\s*h(?:xx|tx|xt|\*\*|__)p| dot ", re.IGNORECASE)
#: Without any of these nothing below finds anything to undo.
_ANY_SIGN: Final = re.compile(r"[\[({\\]|h(?:xx|tx|xt|\*\*|__)p| dot ", re.IGNORECASE)
#: Where the authority ends: the first slash, question mark or hash behind it.
_AUTHORITY: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*+://)?([^/?#]*+)")


def defang(url: str) -> str:
    """One address that no program turns into a link: ``hxxps://t[.]me/x/1``, ``tg[:]//resolve?domain=x``.

    Only the scheme and the host change; ``refang(defang(url)) == url`` for every canonical address.
    """
    scheme, colon, rest = url.partition(":")
    if not colon:
        return url.replace(".", "[.]")
    if not rest.startswith("//"):
        return f"{scheme}[:]{rest}"
    if scheme not in {"http", "https"}:
        return f"{scheme}[:]{rest}"
    end = _AUTHORITY.match(rest[2:])
    host = end.group(0) if end else ""
    if host.startswith("["):
        return f"{'hxxp' + scheme[4:]}://{rest[2:]}"
    return f"{'hxxp' + scheme[4:]}://{host.replace('.', '[.]')}{rest[2 + len(host) :]}"


def is_defanged(text: str) -> bool:
    """Whether the text bears any sign of defanging (cheap; may say yes to an IPv6 literal)."""
    return _SIGN.search(text) is not None


def refang(text: str) -> str:
    """One defanged address made whole. Text without signs of defanging comes back as it is.

    Round brackets and the spoken dot are undone only in the host, where nothing else could be meant.
    """
    text = text.strip()
    if _ANY_SIGN.search(text) is None:
        return text
    text = text.replace("\\/", "/")
    whole = _HXXP.sub(r"http\1", text)
    whole = _COLON.sub("://", whole, count=1)
    whole = _OPAQUE.sub(r"\1:", whole)
    authority = _AUTHORITY.match(whole)
    if authority is None:
        return whole
    scheme, host = authority.group(1) or "", authority.group(2)
    rest = whole[authority.end() :]
    clean = _AT.sub("@", _SPOKEN_DOT.sub(".", _DOT_ANY.sub(".", host)))
    if clean == host and whole == text and not scheme:
        return whole
    return scheme + clean + _AT.sub("@", _DOT_SQUARE.sub(".", rest))
