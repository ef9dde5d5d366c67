"""The random-sibling test: how does this host answer for something that never was?

Source: Bar-Yossef, Broder, Kumar, Tomkins, "Sic transit gloria telae", WWW 2004 (soft 404); similarity by
word shingles and Jaccard after Broder, "On the resemblance and containment of documents", 1997.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_DIGITS = "0123456789"
_NAME_LENGTH = 18  # digits: below 2^63, so that no number type overflows; letters: nobody has it
_SHINGLE = 5
_MOST_WORDS = 20_000
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"(<[^<>]*>)")
_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,5}$")
_SILENT = ("script", "style", "template", "noscript")


def _random_name(like: str, seed: str) -> str:
    """A name of the same kind (digits, or letters and digits) that almost surely never was."""
    alphabet = _DIGITS if like.isascii() and like.isdigit() else _LETTERS
    digest = hashlib.sha256(f"{seed}\x00{like}".encode("utf-8", "surrogatepass")).digest()
    name = "".join(alphabet[byte % len(alphabet)] for byte in digest[:_NAME_LENGTH])
    return "1" + name[1:] if alphabet is _DIGITS else "q" + name[1:]


def _other_query(query: str, seed: str) -> str:
    """The query with its longest value replaced: that is most likely the one that names the content."""
    pairs = [part.partition("=") for part in query.split("&")]
    longest = max(range(len(pairs)), key=lambda place: len(pairs[place][2]))
    pairs[longest] = (pairs[longest][0], "=", _random_name(pairs[longest][2], seed))
    return "&".join("".join(pair) for pair in pairs)


def sibling_url(url: str, seed: str) -> str:
    """An address beside ``url`` that never was: same host, folder and kind of name. Never ``url`` itself.

    The same seed gives the same sibling. Addresses that name their content in the query (``watch?v=``) keep
    their path.
    """
    parts = urlsplit(url)
    if parts.query:
        return urlunsplit((parts.scheme, parts.netloc, parts.path, _other_query(parts.query, seed), ""))
    slash = "/" if parts.path.endswith("/") and parts.path != "/" else ""
    folder, _, name = parts.path.rstrip("/").rpartition("/")
    extension = _EXTENSION.search(name)
    tail = extension[0] if extension else ""
    other = _random_name(name.removesuffix(tail), seed) + tail
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{other}{slash}", "", ""))


def words_of_url(*urls: str) -> frozenset[str]:
    """The words of addresses. A page that repeats its address ("abc was not found") is not another page."""
    texts = (f"{parts.path} {parts.query}" for parts in map(urlsplit, urls))
    return frozenset(word for text in texts for word in _WORD.findall(text.lower()))


def visible_words(body: str) -> list[str]:
    """The words of a page outside tags, scripts and styles, in lower case; at most 20,000."""
    words: list[str] = []
    silent = ""
    for piece in _TAG.split(body):
        if piece.startswith("<"):
            tag = piece[1:20].lower()
            if silent:
                silent = "" if tag.startswith(f"/{silent}") else silent
            else:
                silent = next((one for one in _SILENT if tag.startswith(one)), "")
        elif not silent:
            words += _WORD.findall(piece.lower())
        if len(words) > _MOST_WORDS:
            break
    return words[:_MOST_WORDS]


def _shingles(words: list[str]) -> frozenset[tuple[str, ...]]:
    if len(words) <= _SHINGLE:
        return frozenset({tuple(words)}) if words else frozenset()
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1))


def similarity(one: str, other: str, *, forget: Iterable[str] = ()) -> float:
    """How alike two pages are: Jaccard of their 5-word shingles, 0..1. Two pages without words are alike.

    ``forget``: words left out of both, such as those of the two addresses.
    """
    left_out = frozenset(forget)
    sets = [
        _shingles([word for word in visible_words(body) if word not in left_out]) for body in (one, other)
    ]
    union = len(sets[0] | sets[1])
    return len(sets[0] & sets[1]) / union if union else 1.0
