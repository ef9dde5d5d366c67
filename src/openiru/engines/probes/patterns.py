"""Regular expressions for hostile pages: only those whose work is bounded.

Specs come from organisations, pages from anybody. A pattern may therefore repeat only a bounded number of
times (``{0,80}``, ``?``), never a group, and all its repetitions together at most 300 times: the worst page
then costs seconds, not days.
"""

from __future__ import annotations

import re

from openiru.core.errors import InputError

_LONGEST = 300
_MOST_STEPS = 300
_MOST_ANCHORED = 100_000  # a pattern bound to the beginning is tried once, not at every place
_TOKEN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{(\d*)(,?)(\d*)\}|[*+?()|]|.", re.DOTALL)


def _step(text: str, before: str, counts: tuple[str, str, str], where: str) -> int:
    """By how much one token multiplies the work. Raises InputError for work without bound."""
    low, comma, high = counts
    repeats = text in {"*", "+"} or (text.startswith("{") and len(text) > 1)
    if repeats and not (high or (low and not comma)):
        raise InputError("A pattern may not repeat without bound.", where=where, hint="Write {0,80}.")
    if before == ")" and (repeats or text == "?"):
        raise InputError("A pattern may not repeat a group.", where=where)
    if text.startswith("\\") and text[1:].isdigit():
        raise InputError("A pattern may not refer back.", where=where)
    if repeats:
        return int(high or low) + 1
    return 2 if text == "?" and before[-1:] not in {"(", "}", "?"} else 1


def _check(pattern: str, where: str) -> None:
    steps = 1
    before = ""
    for token in _TOKEN.finditer(pattern):
        steps *= _step(token[0], before, (token[1] or "", token[2] or "", token[3] or ""), where)
        before = token[0]
    most = _MOST_ANCHORED if pattern.startswith("^") and "|" not in pattern else _MOST_STEPS
    if steps > most:
        raise InputError("A pattern repeats too much.", where=where, hint=f"At most {most} times in all.")


def bounded(pattern: str, where: str) -> re.Pattern[str]:
    """The compiled pattern, case ignored, dot also matching line ends. Raises InputError."""
    if len(pattern) > _LONGEST:
        raise InputError(f"A pattern has at most {_LONGEST} characters.", where=where)
    _check(pattern, where)
    try:
        return re.compile(pattern, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise InputError(f"The pattern cannot be read: {error}.", where=where) from error
