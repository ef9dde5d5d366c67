"""How likely a word is in a language, by its pairs of letters.

The table ``pairs.json`` holds counts of letter pairs a language, learnt by :func:`learn` from the message
catalogues of Django 5.2 (BSD) and the names in Babel's CLDR data (Unicode licence), some 10,000 words each; only the
counts are kept. The method is the plain
one of Cavnar and Trenkle, "N-Gram-Based Text Categorization" (SDAIR 1994), with add-one smoothing.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ALPHABET = 60.0  # letters and the word's edge: the weight of what was never seen


class Language:
    """Letter pairs of one language, as natural logarithms of probabilities."""

    def __init__(self, name: str, counts: Mapping[str, int]) -> None:
        self.name = name
        firsts: Counter[str] = Counter()
        for pair, count in counts.items():
            firsts[pair[0]] += count
        self._floor = {first: -math.log(total + _ALPHABET) for first, total in firsts.items()}
        # A letter that the language does not have must cost more than a rare pair of letters it has.
        self._alien = -math.log(_ALPHABET * 200.0)
        self._pairs = {pair: math.log(count + 1.0) + self._floor[pair[0]] for pair, count in counts.items()}
        self._letters = {pair[1] for pair in counts} | set(firsts)

    def score(self, word: str) -> float:
        """Log-likelihood of ``word`` (lower case, without spaces): 0 is certain."""
        total = 0.0
        before = " "
        for letter in word + " ":
            known = self._pairs.get(before + letter)
            if known is None:
                known = self._floor.get(before, self._alien) if letter in self._letters else self._alien
            total += known
            before = letter
        return total


def learn(texts: Mapping[str, Iterable[str]], rare: int = 1) -> dict[str, dict[str, int]]:
    """Pair counts a language from running text; pairs seen at most ``rare`` times are left out."""
    table: dict[str, dict[str, int]] = {}
    for name in sorted(texts):
        counts: Counter[str] = Counter()
        for text in texts[name]:
            for word in WORD.findall(text.lower()):
                padded = f" {word} "
                counts.update(map(str.__add__, padded, padded[1:]))
        table[name] = {pair: count for pair, count in sorted(counts.items()) if count > rare}
    return table


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """The languages of the shipped table, by their name."""
    data = resources.files("openiru.engines.text").joinpath("pairs.json").read_text(encoding="utf-8")
    return {name: Language(name, counts) for name, counts in json.loads(data).items()}
