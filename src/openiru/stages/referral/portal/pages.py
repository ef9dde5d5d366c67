"""The lines of a letter as the page shows them: so many at a time, by rule, with what was typed and what can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from openiru.core.referral.catalogue import ENGLISH
from openiru.core.vocabulary import Ground
from openiru.foundation.operations.words import KINDS, word
from openiru.stages.referral.portal.forms import Typed, decision_words
from openiru.stages.referral.portal.queries import Opened, Shown

LINES: Final = 100


@dataclass(frozen=True, slots=True)
class Row:
    """A line on the page. ``asks``: whether it has a form; ``typed``: what was in it when it was sent and not taken."""

    line: Shown
    asks: bool
    typed: Typed | None

    @property
    def rule(self) -> str:
        """What the line is said to break: rows are grouped by it."""
        return str(self.line.said["rule"])

    @property
    def grounds(self) -> list[str]:
        """The legal grounds in the words of the letter."""
        return [f"Art. {one}: {ENGLISH.grounds[Ground(one)]}" for one in self.line.said["grounds"]]

    @property
    def kind(self) -> str:
        """What it is."""
        return str(word(KINDS, self.line.said["kind"]))

    @property
    def decided(self) -> str:
        """The recorded answer in words; empty when there is none."""
        return decision_words(str(self.line.answer["decision"])) if self.line.answer else ""


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a letter. ``first`` and ``last`` count from 1 in the order shown; ``before``, ``after``: numbers of pages, or 0."""

    rows: list[Row]
    first: int
    last: int
    total: int
    number: int
    before: int
    after: int

    @property
    def asks(self) -> int:
        """Rows with a form."""
        return sum(row.asks for row in self.rows)


def page_of(opened: Opened, query: Mapping[str, Any], typed: Mapping[int, Typed]) -> Page:
    """The page that is asked for by ``?page=``; ``?change=NUMBER`` gives an answered line its form again."""
    ordered = sorted(opened.lines, key=lambda line: (str(line.said["rule"]), line.number))
    last_page = max(1, -(-len(ordered) // LINES))
    number = min(max(_number(query.get("page")), 1), last_page)
    change = _number(query.get("change"))
    begin = (number - 1) * LINES
    part = ordered[begin : begin + LINES]
    rows = [_row(opened, line, typed.get(line.number), change) for line in part]
    return Page(
        rows,
        begin + 1,
        begin + len(part),
        len(ordered),
        number,
        number - 1,
        number + 1 if number < last_page else 0,
    )


def _row(opened: Opened, line: Shown, typed: Typed | None, change: int) -> Row:
    wanted = line.answer is None or line.number == change or typed is not None
    return Row(line, opened.answerable and not line.withdrawn and wanted, typed)


def _number(text: Any) -> int:
    written = str(text or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 9 else 0  # noqa: PLR2004 - as long as a number of a line
