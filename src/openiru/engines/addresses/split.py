"""From a text to its parts, by the rules of browsers (WHATWG URL), with everything doubtful refused.

Three ways lead here: a clean ASCII https address is cut by one expression; the usual other spellings of a host that
was met before are cut by another; all others are cleaned, parsed by can_ada and brought to one spelling of
percent-encoding (RFC 3986, 6.2.2).
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import can_ada

from openiru.engines.addresses.defang import is_defanged, refang
from openiru.engines.addresses.hosts import ascii_host, has_known_ending
from openiru.engines.addresses.model import AddressError, shown
from openiru.engines.addresses.rulebook import Rulebook

#: Longer than any address that a browser or a platform hands out; a 100 kB one is refused before it is looked at.
LONGEST: Final = 16_384

APP_SCHEMES: Final = frozenset(
    {"tg", "matrix", "ipfs", "ipns", "magnet", "dns", "market", "itms-apps", "fdroidrepos"}
)

_FAST: Final = re.compile(
    r"(https?)://([a-z0-9-]+\.[a-z0-9.-]*[a-z])"
    r"(/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*+)?"
    r"(?:\?([A-Za-z0-9\-._~!$&()*+,;=:@/?]*+))?"
    r"(?:#([A-Za-z0-9\-._~!$&()*+,;=:@/?]*+))?"
)
#: The usual spellings beside it: no scheme, defanged, capital letters in the host, percent-encoding.
_USUAL: Final = re.compile(
    r"(?:[Hh](?:[Tt][Tt]|([Xx][Xx]))[Pp]([Ss]?)://)?+([A-Za-z0-9-]+(?:\.|\[\.\])[A-Za-z0-9.\[\]-]*[A-Za-z])"
    r"(/[A-Za-z0-9\-._~!$&'*+,;=:@/%]*+)?"
    r"(?:\?([A-Za-z0-9\-._~!$&*+,;=:@/?%]*+))?"
    r"(?:#([A-Za-z0-9\-._~!$&*+,;=:@/?%]*+))?"
)
#: Another defanged scheme, in the host or behind it.
_MASKED: Final = re.compile(r"[Hh](?:[Xx][Xx]|[Tt][Xx]|[Xx][Tt]|\*\*|__)[Pp]")
#: A segment that may lead up or nowhere.
_DOTS: Final = re.compile(r"/(?:\.|%2[Ee])")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*+):(?!\d+(?:[/?#]|$))")
_HIDDEN: Final = re.compile("[\u00ad\u200b\u2060\ufeff]")
_DIRECTION: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BAD: Final = re.compile(
    "[\\x00-\\x20\\x7f-\\xa0\u2000-\u200a\u2028-\u2029\u202f\u205f\u3000" + _DIRECTION + "\ud800-\udfff]"
)
_PERCENT: Final = re.compile(r"%([0-9A-Fa-f]{2})|%")
_MAIL: Final = re.compile(r"[^\s@/?#]+@[^\s@/?#]+")
_BARE: Final = re.compile(r"(?:[^/?#]*@)?(?:\*\.)?([^/?#:@\[\]]+)(?::\d*)?(?=[/?#]|$)")
_CID: Final = re.compile(r"Qm[1-9A-HJ-NP-Za-km-z]{44}|baf[a-z2-7]{50,}")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DECODED: Final = {
    a + b: chr(int(a + b, 16)) if chr(int(a + b, 16)) in _UNRESERVED else "%" + (a + b).upper()
    for a in "0123456789abcdefABCDEF"
    for b in "0123456789abcdefABCDEF"
}


class Parts(NamedTuple):
    """The parts of one address.

    ``host`` in any spelling; ``port`` empty when it is the scheme's own; ``query`` and ``fragment`` without their
    sign; ``note`` says what was put right on the way.
    """

    scheme: str
    host: str
    port: str
    path: str
    query: str
    fragment: str
    note: str


def split(raw: str, book: Rulebook) -> Parts:
    """Cut one text into parts. Raises ``AddressError`` with the reason."""
    if len(raw) > LONGEST:
        return _carefully(raw, book)
    fast = _FAST.fullmatch(raw)
    if fast is not None:
        scheme, host, path, query, fragment = fast.groups("")
        if "/." not in path:
            # Past the constructor of named tuples, which takes twice as long.
            return tuple.__new__(Parts, (scheme, host, "", path or "/", query, fragment, ""))
    return _of_known_host(raw, book) or _carefully(raw, book)


def even(text: str) -> str:
    """One spelling of percent-encoding: unreserved characters plain, hex digits upper case, a stray ``%`` as ``%25``."""
    if "%" in text:
        text = _PERCENT.sub(lambda m: _DECODED[m.group(1)] if m.group(1) else "%25", text)
    if "\\" in text:
        text = text.replace("\\", "%5C")
    if "[" in text or "]" in text:
        text = text.replace("[", "%5B").replace("]", "%5D")
    return text


def _of_known_host(raw: str, book: Rulebook) -> Parts | None:
    """What the careful way would answer for a usual spelling, where it found the host sound before."""
    hit = _USUAL.fullmatch(raw)
    if hit is None:
        return None
    defanged, secure, host, path, query, fragment = hit.groups()
    host = host.lower()
    if "[" in host or "]" in host:
        host, defanged = host.replace("[.]", "."), "yes"
    if (
        host not in book.facts
        or (path and _DOTS.search(path))
        or (defanged and _MASKED.search(raw, hit.start(3)))
    ):
        return None
    if secure is None and not has_known_ending(host, book):
        return None
    scheme = "http" if secure == "" else "https"
    return Parts(scheme, host, "", even(path or "/"), even(query or ""), even(fragment or ""), "")


def _carefully(raw: str, book: Rulebook) -> Parts:
    text, note = _clean(raw)
    scheme = _SCHEME.match(text)
    if scheme is None:
        text = _with_scheme(text, book)
        scheme = _SCHEME.match(text)
    if scheme is not None and scheme.group(1).lower() not in {"http", "https"}:
        return _app_link(scheme.group(1).lower(), text[scheme.end() :], note)
    try:
        url = can_ada.parse(text)
    except ValueError as err:
        raise AddressError(
            "This is not a valid address.", where=shown(raw), hint="Look for a mistyped host."
        ) from err
    if url.username or url.password:
        note = _joined(note, "name and password before the host dropped")
    if "\\" in text:
        note = _joined(note, "backslashes read as slashes, as browsers do")
    path = even(url.pathname)
    return Parts(
        url.protocol[:-1], url.hostname, url.port, path, even(url.search[1:]), even(url.hash[1:]), note
    )


def _clean(raw: str) -> tuple[str, str]:
    if len(raw) > LONGEST:
        raise AddressError(
            f"An address of {len(raw)} characters is too long (at most {LONGEST}).", where=shown(raw)
        )
    note = ""
    text = raw.strip().strip(_DIRECTION + "\ufeff\u200b").strip()
    if text[:1] == "<" and text[-1:] == ">":
        text = text[1:-1].strip()
    if _HIDDEN.search(text):
        text, note = _HIDDEN.sub("", text), "invisible characters removed"
    if is_defanged(text):
        text = refang(text)
    bad = _BAD.search(text)
    if bad:
        raise AddressError(_why_bad(bad.group()), where=shown(raw), hint="Give one address, without blanks.")
    if not text:
        raise AddressError("There is no address here.", where=shown(raw))
    return text, note


def _why_bad(character: str) -> str:
    if character in _DIRECTION:
        return f"The address hides a direction mark (U+{ord(character):04X}): what is shown is not what is meant."
    if character in "\t\r\n\v\f\u2028\u2029":
        return "The address is broken by a line break or tab: it may be two."
    if character.isspace():
        return "The address holds a blank: it may be two, or a sentence."
    return f"The address holds a control character (U+{ord(character):04X})."


def _with_scheme(text: str, book: Rulebook) -> str:
    if text.startswith("//"):
        return "https:" + text
    if _MAIL.fullmatch(text):
        raise AddressError("This is an e-mail address, not a place on the net.", where=shown(text))
    bare = _BARE.match(text)
    host = bare.group(1).rstrip(".") if bare else ""
    if text[:1] == "[" and "]" in text:
        return "https://" + text
    ascii_dots = host.replace("。", ".").replace("．", ".")
    if _CID.fullmatch(text):
        return "ipfs://" + text
    if "." not in ascii_dots:
        raise AddressError(
            "This is no address: it has neither a scheme nor a host with a dot.", where=shown(text)
        )
    if not re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", ascii_dots) and not has_known_ending(ascii_dots, book):
        ending = shown(ascii_dots.rsplit(".", 1)[-1], 20)
        raise AddressError(
            f"No host ends in “.{ending}”.", where=shown(text), hint="Write the scheme if it is meant."
        )
    if text.startswith("*."):
        return "dns:" + text[2:]
    return "https://" + text


def _app_link(scheme: str, rest: str, note: str) -> Parts:
    if scheme not in APP_SCHEMES:
        raise AddressError(
            f"“{shown(scheme, 20)}:” does not lead to a place on the net that can be looked at.",
            where=shown(scheme + ":" + rest),
            hint="Give the https address.",
        )
    body, _, fragment = rest.partition("#")
    path, _, query = body.partition("?")
    path = "/" + path.lstrip("/")
    return Parts(scheme, scheme + ":", "", even(path), even(query), even(fragment), note)


def _joined(*notes: str) -> str:
    return "; ".join(n for n in notes if n)


__all__ = ["LONGEST", "Parts", "ascii_host", "even", "split"]
