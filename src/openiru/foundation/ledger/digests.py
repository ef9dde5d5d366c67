"""Digests of rows that are about to be written, column by column: what the statement is given is what the leaf commits to.

The text is that of foundation/ledger/rows.py; ``ledger verify`` computes it from the stored rows in SQL, so the two sides are
independent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import repeat
from typing import Final

import orjson

from openiru.foundation.ledger.shapes import SHAPES

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def column_digests(
    table: str, columns: Mapping[str, Sequence[object]], fixed: Mapping[str, object], salts: Sequence[bytes]
) -> list[str]:
    """The digest (64 hex digits) of each row. ``columns``: values by column; ``fixed``: the same in every row.

    Values: text, whole numbers, booleans, None, UUID, aware datetimes; lists of text for arrays. Raises KeyError when a column
    of the table's newest shape is missing.
    """
    shapes = SHAPES[table]
    said: list[Iterable[object]] = [
        repeat(table if len(shapes) == 1 else f"{table}/{len(shapes)}", len(salts))
    ]
    for name, kind in shapes[-1].columns.items():
        say = _SAID[kind]
        said.append(_said(columns[name], say) if name in columns else repeat(say(fixed[name]), len(salts)))
    # One row after another is printed whole: orjson spells a list of texts as PostgreSQL's array_to_json does.
    rows = zip(salts, zip(*said, strict=True), strict=True)
    return [sha256(salt + orjson.dumps(row)).hexdigest() for salt, row in rows]


def _said(values: Sequence[object], say: Callable[[object], str | None]) -> Sequence[object]:
    """A column as texts; what is text throughout stays as it is."""
    kinds = {*map(type, values)}
    if kinds <= _NOTHING or (say is _plain and kinds <= _TEXT):
        return values
    if say is _time:  # the same few moments, mostly
        times = {value: say(value) for value in {*values}}
        return [times[value] for value in values]
    return [say(value) for value in values]


_NOTHING: Final = frozenset({type(None)})
_TEXT: Final = frozenset({str, type(None)})


def _plain(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _time(value: object) -> str | None:
    if value is None:
        return None
    past = value - EPOCH  # type: ignore[operator] # an aware datetime
    return str((past.days * 86_400 + past.seconds) * 1_000_000 + past.microseconds)


def _list(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # of texts: jsonb prints them the same


_SAID: Final[Mapping[str, Callable[[object], str | None]]] = {"": _plain, "time": _time, "json": _list}
