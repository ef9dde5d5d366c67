"""Names of columns, months and sheets made comparable across scripts and spellings."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Cyrillic of Serbian, Montenegrin, Bosnian and Macedonian to bare Latin letters. Ђ and đ both end as "d", ѓ
# as "g" (it decomposes): a header is recognised by whoever wrote it, with or without the right keyboard.
_LETTERS = str.maketrans("абвгдежзијклмнопрстуфхцчшђћđðłø", "abvgdezzijklmnoprstufhccsdcddlo")
_PAIRS = (("љ", "lj"), ("њ", "nj"), ("џ", "dz"), ("ѕ", "dz"), ("æ", "ae"))


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """``name`` without case, marks, script and punctuation: ``"Датум објаве:"`` -> ``"datumobjave"``."""
    text = unicodedata.normalize("NFKC", name[:200]).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    latin = bare.translate(_LETTERS)
    for letter, two in _PAIRS:
        latin = latin.replace(letter, two)
    return "".join(c for c in latin if c.isalnum())
