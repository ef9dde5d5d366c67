"""What is typed on the provider's page, read: verdicts row by row, one for all that wait, and files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from openiru.core.referral.answer_files import AnswerRow, read_json
from openiru.core.vocabulary import AnswerDecision
from openiru.foundation.operations.words import DECISIONS, word

D = AnswerDecision


@dataclass(frozen=True, slots=True)
class Verdict:
    """A choice on the page. ``asks``: what must be said with it, or nothing; ``begins``: how that is kept."""

    key: str
    decision: AnswerDecision
    label: Any
    asks: Any = ""
    begins: str = ""


VERDICTS: Final = (
    Verdict("removed", D.CONTENT_REMOVED, lazy("Removed")),
    Verdict("restricted", D.CONTENT_DISABLED, lazy("Restricted"), lazy("say where"), "Restricted: "),
    Verdict("gone", D.NOT_FOUND, lazy("Not found, or gone already")),
    Verdict("refused", D.NO_ACTION, lazy("No action"), lazy("say why")),
    Verdict("disputed", D.DISPUTED, lazy("We dispute it"), lazy("say why")),
    Verdict("time", D.NEEDS_TIME, lazy("We need more time")),
    Verdict("addressee", D.WRONG_ADDRESSEE, lazy("Wrong addressee")),
)
BY_KEY: Final = {one.key: one for one in VERDICTS}
_WORDS: Final = {one.decision.value: one.label for one in VERDICTS}
#: A field of a row is one of these letters, a hyphen and the number of the line.
CHOICE, WORDS = "v-", "t-"
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Typed:
    """A verdict as it was typed, and what is wrong with it (empty: nothing)."""

    verdict: str
    words: str
    problem: str = ""


def decision_words(decision: str) -> str:
    """A recorded decision in words; one that came by file and is no choice of the page has the word of the desk."""
    if decision in _WORDS:
        return str(_WORDS[decision])
    return capfirst(str(word(DECISIONS, decision)))


def typed_rows(post: Mapping[str, Any]) -> dict[int, Typed]:
    """Number of the line -> what was typed, for rows with a verdict or with words."""
    found = {}
    for name in post:
        digits = name.removeprefix(CHOICE)
        if name.startswith(CHOICE) and digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS:
            number = int(digits)
            one = judged(str(post[name]).strip(), str(post.get(f"{WORDS}{digits}", "")).strip())
            if one is not None:
                found[number] = one
    return found


def judged(key: str, words: str) -> Typed | None:
    """One choice with its words; None when nothing was typed."""
    if not key:
        return Typed(key, words, _("Choose what you did, or empty the words.")) if words else None
    chosen = BY_KEY.get(key)
    if chosen is None:
        return Typed("", words, _("This is no choice of the page."))
    if chosen.asks and not words:
        return Typed(
            key, words, _("With “%(choice)s”, %(asks)s.") % {"choice": chosen.label, "asks": chosen.asks}
        )
    return Typed(key, words)


def answer_rows(typed: Mapping[int, Typed]) -> list[AnswerRow]:
    """The rows of an answer file that say the same."""
    return [
        AnswerRow(at, {"line": str(number), **_cells(one)})
        for at, (number, one) in enumerate(sorted(typed.items()), 1)
    ]


def _cells(one: Typed) -> dict[str, str]:
    chosen = BY_KEY[one.verdict]
    words = f"{chosen.begins}{one.words}" if one.words else ""
    return {"decision": chosen.decision.value, "explanation": words}


def for_all(one: Typed, numbers: Iterable[int]) -> dict[int, Typed]:
    """The same verdict for many lines."""
    return dict.fromkeys(numbers, one)


def packed(rows: Sequence[AnswerRow]) -> str:
    """Rows of a file that could be read, to be shown first and sent once more when a person has looked at them."""
    return orjson.dumps([dict(row.cells) for row in rows if not row.problem]).decode()


def unpacked(text: str) -> list[AnswerRow]:
    """The rows of :func:`packed`, as they came back. InputError when they are none."""
    return read_json(text)
