"""4CAT data sets of Telegram and of other platforms, CSV and NDJSON (interop design page, 2.14).

One post is one contribution. Authors, reactions and mentioned people are dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import orjson

from openiru.adapters.formats._columns import FIELDS, check_mapping
from openiru.adapters.formats._dates import DateColumn
from openiru.adapters.formats._fold import fold
from openiru.adapters.formats._layout import Layout
from openiru.adapters.formats._open import Lines, LineTooLongError, check_text, describe, open_text, scan_text
from openiru.adapters.formats._rows import Finish, Outcome, refusal
from openiru.adapters.formats._table import Dialect
from openiru.adapters.formats.csv import CsvReader, head_lines
from openiru.engines.text import visible
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

_NAMES = {
    "url": "address",
    "link": "address",
    "post_url": "address",
    "id": "source_ref",
    "body": "quote",
    "timestamp": "posted_at",
    "views": "views",
    "attachment_type": "kind",
    "chat": "account",
    # Bystanders and what belongs to them: claimed by no field, and so ignored.
}
_DROPPED = ("author", "author_username", "author_name", "author_id", "reactions", "entities_mentioned")
_AT = {name: FIELDS.index(name) for name in ("address", "account", "source_ref", "note", "seen_at")}
_CHAT = re.compile(r"[A-Za-z]\w{3,31}")
_OWN = ("thread_id", "unix_timestamp", "body")


def telegram_address(chat: str, message: str) -> str:
    """``https://t.me/<chat>/<message>`` from 4CAT's chat and id; ``""`` when they do not name a post."""
    number = message.rsplit("-", 1)[-1]
    name = chat.strip().lstrip("@")
    if not number.isdigit() or not number.isascii():
        return ""
    if _CHAT.fullmatch(name):
        return f"https://t.me/{name}/{number}"
    return f"https://t.me/c/{name}/{number}" if name.isdigit() else ""


def _finish(layout: Layout, header: list[str]) -> Finish:
    del layout
    places = {fold(name): place for place, name in enumerate(header)}
    chat, forwarded = places.get("chat", -1), places.get(fold("author_forwarded_from_username"), -1)
    message = places.get("id", -1)

    def finish(values: list[object], cells: list[str]) -> None:
        """Telegram data sets have no column of addresses: chat and number of the message make one."""
        if chat >= 0 and message >= 0 and "://" not in str(values[_AT["address"]]):
            values[_AT["address"]] = telegram_address(cells[chat], cells[message])
        if forwarded >= 0 and cells[forwarded].strip():
            values[_AT["note"]] = f"forwarded from {cells[forwarded].strip()[:80]}"

    return finish


class FourCatReader(CsvReader):
    """4CAT CSV."""

    name: ClassVar[str] = "4cat"
    title: ClassVar[str] = "4CAT data set (CSV)"
    dialect: ClassVar[Dialect] = Dialect(
        names={fold(key): value for key, value in _NAMES.items()} | {fold(name): "" for name in _DROPPED},
        zone="UTC",
        ask="source_ref",
        finish=_finish,
    )

    def sniff(self, head: bytes, name: str) -> float:
        """By the columns that every 4CAT data set has."""
        del name
        first = (head_lines(head) or [""])[0].lower()
        return 0.96 if all(word in first for word in _OWN) and not first.startswith("{") else 0.0


class FourCatLinesReader(FormatReader):
    """4CAT NDJSON: the columns of the CSV as keys, or the messages as the capturer left them."""

    name: ClassVar[str] = "4cat_ndjson"
    title: ClassVar[str] = "4CAT data set (NDJSON)"

    def sniff(self, head: bytes, name: str) -> float:
        """By the keys of the first line."""
        del name
        first = (head_lines(head) or [""])[0]
        try:
            value = orjson.loads(first)
        except orjson.JSONDecodeError:
            return 0.0
        if not isinstance(value, dict):
            return 0.0
        return 0.96 if all(key in value for key in _OWN) or "_chat" in value else 0.0

    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """The fixed fields of the format."""
        check_mapping(mapping)
        check_text(path, self.title)
        columns = {"chat + id": "address", "body": "quote", "timestamp": "posted_at", "views": "views"}
        return Understanding(self.name, describe(scan_text(path, mapping)), "", columns, _DROPPED)

    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every line, taken or refused with its number."""
        check_mapping(mapping)
        check_text(path, self.title)
        dates = DateColumn()
        with open_text(path, scan_text(path, mapping)) as handle:
            lines = Lines(handle)
            while True:
                lines.current.clear()
                try:
                    line = next(lines).strip("\ufeff \t\r\n")
                except StopIteration:
                    return
                except LineTooLongError:
                    yield Refused(lines.number, "The line is longer than a million characters.", "OIRU-4007")
                    continue
                if line:
                    yield _one(lines.number, line, dates)


def _one(number: int, line: str, dates: DateColumn) -> Outcome:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return Refused(number, f"The line is no JSON: {error.msg}.", "OIRU-4030", visible(line))
    if not isinstance(value, dict):
        return Refused(number, "The line is no object.", "OIRU-4031", visible(line))
    chat = value.get("_chat")
    name = (
        _text(chat.get("username") or chat.get("id")) if isinstance(chat, dict) else _text(value.get("chat"))
    )
    address = _text(value.get("url") or value.get("link")) or telegram_address(name, _text(value.get("id")))
    if not address:
        return Refused(
            number,
            "It names no post: neither an address, nor a chat and a number.",
            "OIRU-4001",
            visible(line),
        )
    refused = refusal(number, address, [line])
    if refused is not None:
        return refused
    when = dates.read(_text(value.get("unix_timestamp") or value.get("timestamp") or value.get("date")))
    views = value.get("views")
    forwarded = _text(value.get("author_forwarded_from_username"))
    return Row(
        number,
        address,
        posted_at=when[0] if when else None,
        quote=_text(value.get("body") or value.get("message")),
        kind=_text(value.get("attachment_type")),
        account=name,
        views=views if isinstance(views, int) else None,
        source_ref=_text(value.get("id")),
        note=f"forwarded from {forwarded[:80]}" if forwarded else "",
    )


def _text(item: Any) -> str:
    return str(item).replace("\x00", "␀") if isinstance(item, str | int | float) else ""
