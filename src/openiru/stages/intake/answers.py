"""What a list that came back says, row by row: a key or hash, and yes or no. Hostile until read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openiru.core.errors import InputError, UsageError
from openiru.core.vocabulary import HoldKind, HoldScope
from openiru.engines.addresses import AddressError, try_canonicalise
from openiru.stages.intake.holds import NewHold

LARGEST = 64 * 1024 * 1024
MOST_ROWS = 200_000
HASH = re.compile(r"[0-9a-f]{64}")
YES = frozenset({"yes", "y", "1", "true", "hit", "da", "po"})
NO = frozenset({"no", "n", "0", "false", "no hit", "no_hit", "ne", "jo"})


@dataclass(frozen=True, slots=True)
class Answered:
    """One row: what it is about (a key or 64 hex digits), and whether the unit has it."""

    number: int
    subject: str
    hit: bool

    @property
    def hashed(self) -> bool:
        """Whether the row names a hash and not a key."""
        return HASH.fullmatch(self.subject) is not None


def read_answers(data: bytes, *, json_lines: bool) -> tuple[list[Answered], list[tuple[int, str]]]:
    """The rows of a hits file, and (row number, reason) of those that cannot be read.

    Columns ``key`` or ``hash`` (an address is taken for its key), and ``hit``. Raises InputError when the file is none,
    or says both yes and no of one thing.
    """
    answers: dict[str, Answered] = {}
    refused: list[tuple[int, str]] = []
    for number, row in _rows(data, json_lines=json_lines):
        subject = (row.get("hash") or row.get("key") or "").strip()
        word = (row.get("hit") or "").strip().casefold()
        if not subject:
            refused.append((number, "neither key nor hash"))
        elif not _sayable(subject):
            refused.append((number, "the key holds NUL or broken characters"))
        elif word not in YES | NO:
            refused.append((number, "the answer is neither yes nor no" if word else "not answered"))
        elif isinstance(key := _key(subject), AddressError):
            refused.append((number, key.message))
        else:
            one = Answered(number, key, word in YES)
            if answers.setdefault(one.subject, one).hit != one.hit:
                raise InputError("this list says yes and no of one thing", where=f"row {number}")
    return list(answers.values()), refused


def _sayable(text: str) -> bool:
    """Whether PostgreSQL can hold it: in JSON lines anything can be written as an escape."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _key(subject: str) -> str | AddressError:
    if not subject.startswith(("http://", "https://")):
        return subject
    address = try_canonicalise(subject)
    return address if isinstance(address, AddressError) else address.key


def read_holds(data: bytes) -> tuple[list[NewHold], list[tuple[int, str]]]:
    """Holds out of a CSV: kind, scope, value, reason, expires_at, authority, contact; (row number, reason) of the rest."""
    found: list[NewHold] = []
    refused: list[tuple[int, str]] = []
    for number, row in _rows(data, json_lines=False):
        try:
            found.append(_hold(row))
        except (ValueError, UsageError) as error:
            refused.append((number, str(error)))
    return found, refused


def _hold(row: dict[str, str]) -> NewHold:
    until = row.get("expires_at", "").strip()
    expires = datetime.fromisoformat(until) if until else None
    if expires is not None and expires.tzinfo is None:
        raise UsageError("a time without its zone")
    return NewHold(
        kind=HoldKind(row.get("kind", "").strip()),
        scope=HoldScope(row.get("scope", "").strip()),
        subject=row.get("value") or row.get("subject") or "",
        reason=row.get("reason", ""),
        expires_at=expires,
        authority=row.get("authority", ""),
        contact=row.get("contact", ""),
    )


def _rows(data: bytes, *, json_lines: bool) -> Iterator[tuple[int, dict[str, str]]]:
    """(row number as a person counts, columns in lower case -> text)."""
    if len(data) > LARGEST:
        raise InputError(f"a list has at most {LARGEST:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("a list is written in UTF-8", where=f"byte {error.start}") from error
    for count, (number, row) in enumerate(_json(text) if json_lines else _csv(text)):
        if count >= MOST_ROWS:
            raise InputError(f"a list has at most {MOST_ROWS:,} rows", where=f"row {number}")
        yield number, row


def _csv(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            named = {
                name.strip().casefold(): cell or "" for name, cell in row.items() if isinstance(name, str)
            }
            yield reader.line_num, named
    except csv.Error as error:
        raise InputError(f"this is no table: {error}", where=f"line {reader.line_num}") from error


def _json(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError("this line is no JSON", where=f"line {number}") from error
        if not isinstance(row, dict):
            raise InputError("this line is no object", where=f"line {number}")
        yield number, {str(name).casefold(): _text(cell) for name, cell in row.items()}


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return cell if isinstance(cell, str) else str(cell) if isinstance(cell, int) else ""
