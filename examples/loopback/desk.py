"""A provider's desk, to be played by hand: read a letter in the browser and answer it line by line."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any, Final
from urllib.parse import parse_qs

from examples.loopback.clock import stamp
from examples.loopback.journal import LetterBook
from examples.loopback.pages import Reply, note, page
from examples.loopback.providers import DISABLED, REMOVED
from examples.loopback.world import Answer, AnswerLine, Deed, World

CHOICES: Final = (REMOVED, DISABLED, "NO_ACTION", "NOT_FOUND", "NEEDS_TIME")
BY_HAND: Final = 100  # answers by hand are numbered from here, beside those of the provider's own temper
SHOWN: Final = 200


class Desk:
    """``GET /_control/letters/N`` shows a letter, ``POST`` answers it. Letters are numbered from 0."""

    def __init__(self, world: World, book: LetterBook) -> None:
        self._world = world
        self._book = book

    def show(self, no: int) -> Reply:
        """The letter as a form; addresses are shown, never linked."""
        letters = self._book.read()
        if not 0 <= no < len(letters):
            return note(404, "No such letter", "There is no letter of that number.")
        letter = letters[no]
        options = "".join(f"<option>{choice}</option>" for choice in ("", *CHOICES))
        rows = "".join(
            f"<tr><td>{escape(line['line'])}</td><td>{escape(line['url'])}</td>"
            f'<td><select name="{escape(line["line"])}">{options}</select></td></tr>'
            for line in letter["lines"][:SHOWN]
        )
        form = f'<form method="post"><table>{rows}</table><button>Answer</button></form>'
        return Reply(200, page(f"{letter['reference']} to {letter['recipient']}", form))

    def answer(self, no: int, body: bytes) -> Reply:
        """Acts upon the chosen lines at once and writes one more answer file."""
        letters = self._book.read()
        if not 0 <= no < len(letters):
            return note(404, "No such letter", "There is no letter of that number.")
        letter = letters[no]
        chosen = {k: v[0] for k, v in parse_qs(body.decode("utf-8", "replace")).items() if v[0] in CHOICES}
        lines = [line for line in letter["lines"] if line["line"] in chosen]
        if not lines:
            return note(400, "Nothing was chosen", "Choose a decision for at least one line.")
        now = self._world.clock.now()
        form = tuple(self._line(letter, line, chosen[line["line"]], now) for line in lines)
        provider = letter["recipient"].partition("@")[2].removesuffix(".example")
        answer = Answer(provider, letter["reference"], self._number(provider, letter), "csv", form)
        places = (
            self._world.catalogue.find(x["url"]) for x in lines if chosen[x["line"]] in {REMOVED, DISABLED}
        )
        self._world.plan(now, Deed(remove=tuple(p.token for p in places if p), answer=answer))
        self._world.advance()
        return note(200, "Answered", f"{len(lines)} lines of {letter['reference']} were answered by hand.")

    def _number(self, provider: str, letter: dict[str, Any]) -> int:
        """The first number that no earlier answer by hand bears, over restarts too."""
        number = BY_HAND
        writer = self._world.writer
        while writer and writer.taken(provider, letter["reference"], number):
            number += 1
        return number

    def _line(self, letter: dict[str, Any], line: dict[str, str], decision: str, now: datetime) -> AnswerLine:
        return AnswerLine(
            letter["reference"],
            line["line"],
            line["key"] or line["url"],
            decision,
            explanation="Invented answer, given by hand.",
            decided_at=stamp(now),
        )
