"""A pattern of keys, as a hold is placed on it: ``*`` for any run of characters, ``?`` for one.

No regular expressions: matching takes at most len(pattern) × len(key) steps whatever the pattern, and every
pattern begins with letters of its own, so that a database finds candidates by key range and nobody can hold
the whole net.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openiru.core.errors import UsageError

#: Longest pattern, most wildcards, and fewest characters before the first wildcard.
LONGEST: Final = 512
MOST_WILDCARDS: Final = 8
SHORTEST_PREFIX: Final = 4
_SURROGATES: Final = range(0xD800, 0xE000)
_LAST: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked pattern. Build it with :func:`pattern`."""

    text: str

    @property
    def prefix(self) -> str:
        """The characters before the first wildcard; every matching key begins with them."""
        cut = min((self.text.find(mark) for mark in "*?" if mark in self.text), default=len(self.text))
        return self.text[:cut]

    @property
    def key_range(self) -> tuple[str, str | None]:
        """Half-open range [low, high) of keys, by code point, that holds every match.

        Right under the collation "C" of PostgreSQL (UTF-8 bytes sort like code points). ``high`` is None when
        no text lies above.
        """
        return self.prefix, after_prefix(self.prefix)

    def matches(self, key: str) -> bool:
        """Whether the whole ``key`` matches. Greedy with one point of return: no exponential case."""
        return _matches(self.text, key)


def pattern(text: str) -> Pattern:
    """``text`` as a pattern; :class:`UsageError` when it is empty, too long, too wide or too wild."""
    if len(text) > LONGEST:
        raise UsageError(f"a pattern has at most {LONGEST} characters", where=text[:40])
    if not text.isprintable():
        raise UsageError("a pattern holds only printable characters")
    if text.count("*") + text.count("?") > MOST_WILDCARDS:
        raise UsageError(f"a pattern has at most {MOST_WILDCARDS} wildcards", where=text[:40])
    made = Pattern(text)
    if len(made.prefix) < SHORTEST_PREFIX:
        raise UsageError(
            f"a pattern begins with at least {SHORTEST_PREFIX} characters before the first * or ?",
            where=text[:40],
            hint="Name the platform first; a hold on everything is a hold on the operation.",
        )
    return made


def after_prefix(prefix: str) -> str | None:
    """The least text above every text that begins with ``prefix``; None when there is none."""
    for end in range(len(prefix), 0, -1):
        point = ord(prefix[end - 1]) + 1
        if point in _SURROGATES:
            point = _SURROGATES.stop
        if point <= _LAST:
            return prefix[: end - 1] + chr(point)
    return None


def _matches(glob: str, key: str) -> bool:
    at, star, back = 0, -1, 0
    here = 0
    while here < len(key):
        if at < len(glob) and glob[at] == "*":
            star, back, at = at, here, at + 1
        elif at < len(glob) and glob[at] in ("?", key[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            back += 1
            at, here = star + 1, back
        else:
            return False
    return not glob[at:].strip("*")
