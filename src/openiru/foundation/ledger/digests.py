"""Digests of rows that are about to be written, column by column: what the statement is given is what the leaf commits to.

The text is that of foundation/ledger/rows.py (``json_build_array`` as PostgreSQL prints it); ``ledger verify`` computes it from
the stored rows in SQL, so the two sides are independent. Parts that are the same in every row are put together once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Final

from openiru.foundation.ledger.shapes import SHAPES

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


def column_digests(
    table: str, columns: Mapping[str, Sequence[object]], fixed: Mapping[str, object], salts: Sequence[str]
) -> list[str]:
    """The digest (64 hex digits) of each row. ``columns``: values by column; ``fixed``: the same in every row; salts in hex.

    Values: text, whole numbers, booleans, None, UUID, aware datetimes; lists of text for arrays. Raises KeyError when a column
    of the table's newest shape is missing.
    """
    shapes = SHAPES[table]
    title = table if len(shapes) == 1 else f"{table}/{len(shapes)}"
    parts, varying = [_quoted(title)], list[list[str]]()
    for name, kind in shapes[-1].columns.items():
        say = _SAID[kind]
        if name in columns:
            values = columns[name]
            if values and values.count(values[0]) == len(values):
                parts.append(_escaped(say(values[0])))
            else:
                parts.append("%s")
                varying.append(_said(values, say))
        else:
            parts.append(_escaped(say(fixed[name])))
    template = f"[{', '.join(parts)}]"
    rows = zip(*varying, strict=True) if varying else [()] * len(salts)
    return [
        sha256(salt + (template % row).encode()).hexdigest()
        for salt, row in zip(map(bytes.fromhex, salts), rows, strict=True)
    ]


def _said(values: Sequence[object], say: Callable[[object], str]) -> list[str]:
    """A column as JSON; nearly always it is text throughout."""
    if say is _plain:
        try:
            return [encode_basestring(value) for value in values]  # type: ignore[arg-type] # refused when it is not text
        except TypeError:
            pass  # numbers, ids, gaps: one by one
    return [say(value) for value in values]


_quoted: Callable[[str], str] = encode_basestring


def _escaped(text: str) -> str:
    return text.replace("%", "%%")


def _plain(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    return _quoted(str(value))  # an id


def _time(value: object) -> str:
    return "null" if value is None else str((value - EPOCH) // MICROSECOND)  # type: ignore[operator] # an aware datetime


def _list(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # of texts: jsonb prints them the same


_SAID: Final[Mapping[str, Callable[[object], str]]] = {"": _plain, "time": _time, "json": _list}
