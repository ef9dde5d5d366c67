"""The rules that can fit one kind of path, tried as one expression.

The path templates of all rules of a cell become the alternatives of a single regular expression, each closed by an
empty group: which of these took part says which rule fits, in one pass instead of one for each template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Final, NamedTuple

from openiru.engines.addresses.rule import Rule
from openiru.engines.addresses.templates import SIGNS, WILD

#: A rule with those of its path templates that can fit some first segment.
Candidate = tuple[Rule, tuple[re.Pattern[str], ...]]
_NAME: Final = re.compile(r"\(\?P<\w+>")


class Form(NamedTuple):
    """One path template in a cell.

    ``place``: of its rule in the cell. ``groups``: of the parts called ``names``, and of the empty group behind them.
    ``lowered``: places of those parts in which case does not matter. ``pick``: what ``rule.text`` takes, out of all.
    """

    rule: Rule
    place: int
    names: tuple[str, ...]
    groups: tuple[int, ...]
    lowered: tuple[int, ...]
    pick: Callable[[Sequence[str]], object]


class Cell:
    """Some rules of a platform, in their order.

    ``pattern``: their common expression, compiled by ``prepare`` when it is first needed. ``forms``: the template that
    fits, by the number of the last group that took part.
    """

    __slots__ = ("_after", "candidates", "forms", "pattern")

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = tuple(candidates)
        self.pattern: re.Pattern[str] | None = None
        self.forms: dict[int | None, Form] = {}
        self._after: dict[int, Cell] = {}

    def after(self, place: int) -> Cell:
        """The cell of the rules behind one that did not fit after all."""
        cell = self._after.get(place)
        if cell is None:
            cell = self._after[place] = Cell(self.candidates[place + 1 :])
        return cell

    def prepare(self) -> re.Pattern[str]:
        """Compile the common expression."""
        pieces: list[str] = []
        forms: dict[int | None, Form] = {}
        count = 0
        for place, (rule, patterns) in enumerate(self.candidates):
            for pattern in patterns:
                last = count + pattern.groups + 1
                forms[last] = _form(rule, place, pattern, count, last)
                flags = "is" if pattern.flags & re.IGNORECASE else "s"
                pieces.append(f"(?{flags}:{_NAME.sub('(', pattern.pattern)})()")
                count = last
        self.forms = forms  # before the pattern: another thread must not meet one without the other
        self.pattern = pattern = re.compile("|".join(pieces) or "(?!)")
        return pattern


def _form(rule: Rule, place: int, pattern: re.Pattern[str], before: int, last: int) -> Form:
    names = tuple(pattern.groupindex)
    end = len(names)
    return Form(
        rule,
        place,
        names,
        # Two groups at least: one alone would come as a text and not as a tuple.
        (*(before + number for number in pattern.groupindex.values()), last, last),
        tuple(names.index(name) for name in rule.lower if name in names),
        itemgetter(*(names.index(name) if name in names else end for name in rule.names)),
    )


def index_of(rules: Sequence[Rule]) -> dict[str, tuple[Cell, ...]]:
    """By first segment: "/@{user}" is met under "@" whatever the user is called, "/{x}" under everything."""
    words = {first for rule in rules for first in rule.firsts} | {WILD, *SIGNS}
    made: dict[tuple[tuple[int, tuple[int, ...]], ...], Cell] = {}
    index: dict[str, tuple[Cell, ...]] = {}
    for word in words:
        fits = {word, WILD} | ({word[0]} if word[:1] in SIGNS else set())
        places = [tuple(i for i, first in enumerate(rule.firsts) if first in fits) for rule in rules]
        usable = [(number, paths) for number, paths in enumerate(places) if paths]
        cells = []
        for given in range(8):
            wanted = tuple(pair for pair in usable if _can_fit(rules[pair[0]], given))
            if wanted not in made:
                made[wanted] = Cell([(rules[n], tuple(rules[n].paths[i] for i in p)) for n, p in wanted])
            cells.append(made[wanted])
        index[word] = tuple(cells)
    return index


def _can_fit(rule: Rule, given: int) -> bool:
    """Whether a rule can fit an address with these parts (see ``Platform.cell``)."""
    if (rule.asks_query and not given & 1) or (rule.asks_fragment and not given & 2):
        return False
    return (rule.sub is not None) == bool(given & 4)
