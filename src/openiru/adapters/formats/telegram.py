"""Telegram Desktop exports: ``result.json``, old and new, and ``messages*.html``. One post, one contribution.

Members, commenters, reactions and phone numbers are dropped here: what a person wrote in a group is taken as
a post of the group, without who wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, ClassVar

from openiru.adapters.formats._cells import without_poison
from openiru.adapters.formats._columns import check_mapping
from openiru.adapters.formats._dates import DateColumn, zone_of
from openiru.adapters.formats._jsonstream import JsonStream
from openiru.adapters.formats._notes import Notebook
from openiru.adapters.formats._open import check_text, open_text, read_head, scan_text
from openiru.adapters.formats._rows import Outcome
from openiru.adapters.formats._telegram import (
    PRIVATE,
    Channel,
    channel_name,
    is_included,
    media_digest,
    without_prefix,
)
from openiru.adapters.formats._telegram_html import Post, posts, title_of
from openiru.core.errors import InputError
from openiru.engines.text import visible
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

_PAGE = re.compile(r"messages(\d*)\.html")
_KINDS = {
    "video_file": "video",
    "video_message": "video",
    "animation": "image",
    "audio_file": "audio",
    "voice_message": "audio",
    "sticker": "image",
}
_MEANT = {
    "message id": "number",
    "text": "quote",
    "date": "posted_at",
    "file": "digest",
    "media_type": "kind",
}
_DROPPED = ("from", "from_id", "actor", "members", "reactions", "phone numbers", "contacts", "replies")
_FIRST_MESSAGE = 1


class TelegramReader(FormatReader):
    """Reads ``result.json`` or ``messages.html``; the media folder beside it gives digests."""

    name: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram Desktop export"

    def sniff(self, head: bytes, name: str) -> float:
        """By the keys of the JSON, or the classes of the page."""
        if b'"messages"' in head and b'"date_unixtime"' in head:
            return 0.98
        start = head[:2048]
        if b'"type"' in start and re.search(
            rb'"(?:public|private)_(?:channel|supergroup|group)"|"personal_chat"', start
        ):
            return 0.98
        if b'"chats"' in head and b'"messages"' in head and b'"from_id"' in head:
            return 0.95
        if b'class="page_header"' in head and b'"message ' in head:
            return 0.97 if _PAGE.fullmatch(name.lower()) else 0.9
        return 0.6 if name.lower() == "result.json" else 0.0

    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """Which channel it is and how posts get their address. Raises InputError for a private conversation."""
        given = check_mapping(mapping)
        if _is_html(path):
            with open_text(path, scan_text(path)) as handle:
                channel = _html_channel(given, title_of(handle))
        else:
            channel = next(self._channels(path, given), None) or Channel("")
        notes = (
            f"Posts get addresses like {channel.address(_FIRST_MESSAGE)}.",
            f"Channel: {visible(channel.title)}.",
        )
        return Understanding(self.name, "UTF-8", "", _MEANT, _DROPPED, notes)

    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every post with the number of its message. Raises InputError when no address can be made."""
        given = check_mapping(mapping)
        post = _Posts(path.parent, zone_of(given.get("zone", "")), given.get("zone", ""))
        if _is_html(path):
            yield from _read_pages(path, given, post)
        else:
            yield from _read_json(path, given, post)
        yield from post.farewell()

    def _channels(self, path: Path, given: Mapping[str, str]) -> Iterator[Channel]:
        check_text(path, self.title)
        with open_text(path, scan_text(path)) as handle:
            for channel, _ in _chats(JsonStream(handle), given):
                yield channel


class _Posts:
    """From one message to one contribution; counts what is left out."""

    def __init__(self, folder: Path, zone: tzinfo, zone_name: str) -> None:
        self._folder = folder
        self._dates = DateColumn(zone, month_first=False)
        self._zone_name = zone_name
        self._book = Notebook()
        self.service = 0

    def from_json(self, channel: Channel, message: Any) -> list[Outcome]:
        """One element of ``messages``."""
        if not isinstance(message, dict) or not isinstance(message.get("id"), int):
            return [Refused(0, "A message has no number.", "OIRU-4031", visible(str(message)[:200]))]
        number: int = message["id"]
        if message.get("type", "message") != "message":
            self.service += 1
            return []
        file = next((message[key] for key in ("file", "photo") if is_included(message.get(key))), "")
        kind = _KINDS.get(str(message.get("media_type", "")), "document" if message.get("file") else "")
        kind = "image" if "photo" in message else kind or "post"
        return self._row(
            channel,
            number,
            quote=_plain(message.get("text", "")),
            when=_when(message) or self._local(str(message.get("date", ""))),
            forwarded=_forwarded(message),
            file=str(file),
            kind=kind,
        )

    def from_html(self, channel: Channel, post: Post) -> list[Outcome]:
        """One message of a page."""
        if post.service:
            self.service += 1
            return []
        return self._row(
            channel,
            post.number,
            quote="".join(post.text).strip(),
            when=self._local(post.date),
            forwarded=post.forwarded,
            file=post.file,
            kind={"photo": "image", "animation": "image"}.get(post.kind, post.kind) or "post",
        )

    def _local(self, text: str) -> datetime | None:
        found = self._dates.read(text) if text else None
        return found[0] if found else None

    def _row(
        self,
        channel: Channel,
        number: int,
        *,
        quote: str,
        when: datetime | None,
        forwarded: str,
        file: str,
        kind: str,
    ) -> list[Outcome]:
        if number <= 0:
            return [
                Refused(max(number, 0), "The message has no number that an address could have.", "OIRU-4001")
            ]
        said: list[Outcome] = []
        digest = ""
        if is_included(file):
            digest, problem = media_digest(self._folder, file)
            if problem:
                said.extend(
                    self._book.say(f"The message {problem}: {visible(file, 60)}", number, kind=problem)
                )
        row = Row(
            number,
            channel.address(number),
            quote=without_poison(quote),
            kind=kind,
            account=channel.account,
            digest=digest,
            source_ref=str(number),
            posted_at=when,
            note=f"forwarded from {visible(forwarded, 120)}" if forwarded else "",
        )
        return [*said, row]

    def farewell(self) -> Iterator[Note]:
        """What was left out."""
        yield from self._book.rest()
        if self.service:
            yield Note(f"{self.service:,} service messages (joined, pinned, renamed ...) were left out.")
        if self._dates.unzoned and not self._zone_name:
            yield Note(
                "Times without a zone were read as UTC; an old export gives the exporter's own: --map zone=..."
            )


def _is_html(path: Path) -> bool:
    return b"<" in read_head(path)[:64].lstrip(b"\xef\xbb\xbf \r\n\t")[:1]


def _read_json(path: Path, given: Mapping[str, str], post: _Posts) -> Iterator[Outcome]:
    check_text(path, TelegramReader.title)
    found = False
    with open_text(path, scan_text(path)) as handle:
        stream = JsonStream(handle)
        for channel, stream_of_one in _chats(stream, given):
            found = True
            for _ in stream_of_one.items():
                yield from post.from_json(channel, stream_of_one.value())
    if not found:
        raise InputError("The export holds no channel or group.", where=visible(path.name), code="OIRU-4032")


def _chats(stream: JsonStream, given: Mapping[str, str]) -> Iterator[tuple[Channel, JsonStream]]:
    """Each conversation of the export, with the stream standing before its list of messages.

    One exported channel is the outer object itself; a whole account has them in ``chats.list``.
    """
    if stream.peek() != "{":
        raise InputError("The file is no Telegram export.", code="OIRU-4030")
    known: dict[str, Any] = {}
    for key in stream.members():
        if key == "messages" and stream.peek() == "[":
            yield _json_channel(known, given), stream
        elif key == "chats" and stream.peek() == "{":
            yield from _account(stream, given)
        elif stream.peek() in "[{":
            stream.skip()
        else:
            known[key] = stream.value()


def _account(stream: JsonStream, given: Mapping[str, str]) -> Iterator[tuple[Channel, JsonStream]]:
    for key in stream.members():
        if key != "list" or stream.peek() != "[":
            stream.skip()
            continue
        for _ in stream.items():
            known: dict[str, Any] = {}
            for inner in stream.members():
                if inner == "messages" and stream.peek() == "[" and known.get("type") not in PRIVATE:
                    # The name given by hand belongs to one channel and not to all of an account.
                    yield _json_channel(known, {**given, "channel": ""}), stream
                elif stream.peek() in "[{":
                    stream.skip()
                else:
                    known[inner] = stream.value()


def _json_channel(known: Mapping[str, Any], given: Mapping[str, str]) -> Channel:
    kind = str(known.get("type", ""))
    if kind in PRIVATE:
        raise InputError(
            f"This is the export of a private conversation ({visible(kind, 40)}); its messages have no address.",
            hint="Export the channel or the group itself. Links that stand in a conversation: paste them as text.",
            code="OIRU-4033",
        )
    name = channel_name(given.get("channel", "") or str(known.get("username") or ""))
    channel = Channel(name, without_prefix(known.get("id", "")), str(known.get("name") or ""))
    return _addressed(channel)


def _html_channel(given: Mapping[str, str], title: str) -> Channel:
    return _addressed(Channel(channel_name(given.get("channel", "")), "", title))


def _addressed(channel: Channel) -> Channel:
    if not channel.address(_FIRST_MESSAGE):
        raise InputError(
            f"The export does not say where the channel “{visible(channel.title, 60)}” lives.",
            where="--map channel",
            hint="Say its user name: --map channel=NAME (t.me/NAME).",
            code="OIRU-4034",
        )
    return channel


def _read_pages(path: Path, given: Mapping[str, str], post: _Posts) -> Iterator[Outcome]:
    """``messages.html`` and all pages that follow it; a later page alone when it was named."""
    pages = [path]
    if path.name.lower() == "messages.html":
        numbered = (
            (int(found[1] or 1), other)
            for other in path.parent.iterdir()
            if (found := _PAGE.fullmatch(other.name))
        )
        pages = [other for _, other in sorted(numbered) if other.is_file() and not other.is_symlink()]
    channel: Channel | None = None
    for page in pages:
        scan = scan_text(page)
        if channel is None:
            with open_text(page, scan) as handle:
                channel = _html_channel(given, title_of(handle))
        with open_text(page, scan) as handle:
            for message in posts(handle):
                yield from post.from_html(channel, message)
    if len(pages) > 1:
        yield Note(f"{len(pages)} pages were read: {pages[0].name} to {pages[-1].name}.")


def _plain(text: Any) -> str:
    """A text as one string: it may be a list of strings and of ``{"type", "text", "href"}``."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    out: list[str] = []
    for part in text:
        if isinstance(part, str):
            out.append(part)
        elif isinstance(part, dict) and part.get("type") != "phone":
            words, target = str(part.get("text", "")), str(part.get("href") or "")
            out.append(f"{words} ({target})" if target and target != words else words)
    return "".join(out)


def _when(message: Mapping[str, Any]) -> datetime | None:
    """The instant of a newer export; 1970 is what old ones write for "never"."""
    text = str(message.get("date_unixtime", ""))
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() and 0 < int(text) < 1 << 33 else None


def _forwarded(message: Mapping[str, Any]) -> str:
    """The channel a post was forwarded from; a person's name is nobody's business here."""
    if str(message.get("forwarded_from_id", "")).startswith("user"):
        return ""
    return str(message.get("forwarded_from") or "")
