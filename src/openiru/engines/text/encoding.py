"""Which encoding a file is in: byte-order mark, NULs, UTF-8's own law, and then letter statistics.

Code pages 1250, 1251 and 1252 put different letters on the same bytes, and nothing in the file says which
is meant. Each reading is therefore judged by how well its words fit the languages that are written in it
(:mod:`openiru.engines.text.model`); the choice and its rival are part of the answer, because a person must
be able to see and to overrule it.
"""

from __future__ import annotations

import codecs
import io
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import BinaryIO

from openiru.engines.text.model import WORD, languages

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ASCII = bytes(range(0x80))
_DAMAGE = 0.05  # more broken bytes than this among those above 127, and it never was UTF-8
_NUL_SHARE = 0.2  # spaces, digits and addresses make at least this much of UTF-16 text in any script
_WORDS = 3000
_HIGH = re.compile(rb"[\x80-\xff]")
_AROUND = 400  # bytes on each side of a foreign letter that go into the sample
_SURE = 3.0  # nats between the best and the second reading

# Which languages are written in which code page. Albanian, German and French words that fit both the western
# and the central European page decode to the same letters there, so the order settles nothing but the name.
_PAGES = {
    "cp1252": ("sq", "fr", "de", "it", "es", "en"),
    "cp1250": ("hr", "bs", "sr", "sl", "sq", "de", "en"),
    "cp1251": ("mk", "sr-Cyrl", "bg", "ru"),
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """``name`` is a Python codec; ``bom`` how many bytes of mark to skip; ``why`` in plain words."""

    name: str
    bom: int = 0
    why: str = ""
    sure: bool = True
    second: str = ""  # the next best reading, when letter statistics decided


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a whole file found. ``damaged`` counts bytes that do not decode."""

    encoding: Encoding
    damaged: int = 0
    nul: bool = False
    newline: bool = True  # at least one LF: else a lone CR may end lines (old Macintosh)


@lru_cache(maxsize=4)
def guess_encoding(head: bytes) -> Encoding:
    """The encoding of text of which ``head`` is the beginning (it may be cut inside a letter).

    Kept for the last few: every reader that is asked about a file guesses over the same bytes.
    """
    return scan_stream(io.BytesIO(head)).encoding


def scan_stream(stream: BinaryIO) -> Scan:
    """Read ``stream`` to its end once, in pieces of 1 MiB, and say what it is.

    A file is ASCII for a million rows and has one foreign letter in the last: the head alone cannot tell.
    """
    head = stream.read(_CHUNK)
    marked = _by_mark(head) or _by_nuls(head)
    if marked is not None:
        return Scan(marked, damaged=1, nul=True)  # not looked for: rows are then checked one by one
    return _scan_bytes(head, stream)


def _by_mark(head: bytes) -> Encoding | None:
    for mark, name in _MARKS:
        if head.startswith(mark) and name != "utf-8":
            return Encoding(name, len(mark), "byte-order mark")
    return None


def _by_nuls(head: bytes) -> Encoding | None:
    """UTF-16 without a mark: every other byte of an address, a digit or a space is NUL."""
    sample = head[: 1 << 14]
    half = len(sample) // 2
    if half == 0:
        return None
    even, odd = sample[0::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _NUL_SHARE and even < odd / 10:
        return Encoding("utf-16-le", 0, "every other byte is NUL, no byte-order mark")
    if even > _NUL_SHARE and odd < even / 10:
        return Encoding("utf-16-be", 0, "every other byte is NUL, no byte-order mark")
    return None


def _scan_bytes(head: bytes, stream: BinaryIO) -> Scan:
    bom = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    high = bad = 0
    nul = newline = False
    sample = b""
    chunk = head
    while chunk:
        nul = nul or b"\0" in chunk
        newline = newline or b"\n" in chunk
        text = decoder.decode(chunk)
        if not chunk.isascii():
            high += len(chunk.translate(None, _ASCII))
            broken = text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd")
            bad += broken
            if broken and len(sample) < _SAMPLE:
                sample += b"\n" + _foreign_lines(chunk)
        chunk = stream.read(_CHUNK)
    if bad == 0 or bom or bad < _DAMAGE * high:
        return Scan(_utf8(bom, high), max(bad, 0), nul, newline)
    return Scan(choose_single_byte(sample), 0, nul, newline)


def _utf8(bom: int, high: int) -> Encoding:
    if bom:
        return Encoding("utf-8", bom, "byte-order mark")
    return Encoding("utf-8", 0, "valid UTF-8" if high else "plain ASCII")


def _foreign_lines(chunk: bytes) -> bytes:
    """The lines of ``chunk`` that hold a byte above 127, up to the size of a sample."""
    out = bytearray()
    at = 0
    while len(out) < _SAMPLE and (hit := _HIGH.search(chunk, at)) is not None:
        # Around each such byte, within its line: a cell of 100 kB is not walked through letter by letter.
        start = max(hit.start() - _AROUND, chunk.rfind(b"\n", at, hit.start()) + 1, at)
        end = chunk.find(b"\n", hit.end(), hit.end() + _AROUND)
        at = min(hit.end() + _AROUND, len(chunk)) if end < 0 else end
        out += chunk[start:at] + b"\n"
    return bytes(out)


def choose_single_byte(sample: bytes) -> Encoding:
    """Code page 1250, 1251 or 1252, whichever reading of ``sample`` fits its languages best."""
    scores = sorted(((_fit(sample, page), page) for page in _PAGES), reverse=True)
    (best, page), (next_best, second) = scores[0], scores[1]
    same = sample.decode(page, "replace") == sample.decode(second, "replace")
    if same:
        return Encoding(page, 0, f"letter statistics; {second} reads the same letters", second=second)
    sure = best - next_best > _SURE
    doubt = "" if sure else ", but barely: look at the letters before you import"
    return Encoding(page, 0, f"letter statistics, before {second}{doubt}", sure=sure, second=second)


def _fit(sample: bytes, page: str) -> float:
    """Log-likelihood of the words that hold a foreign letter, under a mixture of the page's languages."""
    text = sample.decode(page, "replace")
    undefined = text.count("\ufffd")
    words = list(_words(text))
    tongues = [languages()[name] for name in _PAGES[page]]
    # First the weights: how much of the whole text each language explains. Plain words count, they are the
    # same bytes on every page, and so they tell a Slovene list from a French one before the first č or è.
    votes = [1.0] * len(tongues)
    scored = [[tongue.score(word) for tongue in tongues] for word in words]
    for row in scored:
        votes[row.index(max(row))] += 1.0
    weights = [math.log(vote / sum(votes)) for vote in votes]
    total = -20.0 * undefined
    for word, row in zip(words, scored, strict=True):
        if not word.isascii():
            total += _log_sum([weight + value for weight, value in zip(weights, row, strict=True)])
    return total + _symbols_inside_words(text)


def _words(text: str) -> Iterator[str]:
    for count, match in enumerate(WORD.finditer(text.lower())):
        if count >= _WORDS:
            return
        yield match[0]


def _log_sum(values: list[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))


def _symbols_inside_words(text: str) -> float:
    """A sign such as ¬ or ‰ between two letters is a letter of another page: each costs like a rare word."""
    return -8.0 * len(re.findall(r"(?<=[^\W\d_])[^\w\s\x00-\x7f’‘“”–—…«»](?=[^\W\d_])", text))
