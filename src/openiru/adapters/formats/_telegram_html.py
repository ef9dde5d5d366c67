"""Telegram's HTML export (``messages.html``, ``messages2.html`` ...): posts as a stream."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import IO

_CHUNK = 1 << 16
_MESSAGE = re.compile(r"message-?(\d{1,19})")
_LONGEST_TEXT = 1 << 16
_VOID = frozenset({"br", "img", "meta", "link", "hr", "input", "source", "area", "base", "col", "wbr"})
_MEDIA = {
    "photo_wrap": "photo",
    "video_file_wrap": "video",
    "animated_wrap": "animation",
    "media_video": "video",
    "media_photo": "photo",
    "media_file": "document",
    "media_audio_file": "audio",
    "media_voice_message": "audio",
}


@dataclass
class Post:
    """One message as the page shows it. ``service`` messages are no contributions."""

    number: int
    service: bool = False
    date: str = ""
    forwarded: str = ""
    file: str = ""
    kind: str = ""
    text: list[str] = field(default_factory=list)
    size: int = 0


class _Page(HTMLParser):
    """Collects posts by the classes of their elements; the nesting is counted, nothing is built."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[Post] = []
        self.title = ""
        self._post: Post | None = None
        self._open: list[str] = []  # what each open element means to us
        self._in_text = self._in_forward_name = self._in_header = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        classes = given.get("class", "").split()
        if tag not in _VOID:
            self._open.append(self._enter(classes, given))
        if tag == "br" and self._post is not None and self._in_text:
            self._say("\n")
        if tag == "a" and self._post is not None:
            self._link(classes, given.get("href", ""))

    def _enter(self, classes: list[str], given: dict[str, str]) -> str:
        found = _MESSAGE.fullmatch(given.get("id", ""))
        if "message" in classes and found:
            self._post = Post(int(found[1]), service="service" in classes)
            return "message"
        role = ""
        if self._post is None:
            role = "header" if "page_header" in classes else ""
        elif "forward_name" in self._open:
            role = "aside"  # the date of what is forwarded stands inside the name
        elif "text" in classes:
            role = "text"
        elif "from_name" in classes and "forwarded" in self._open:
            role = "forward_name"
        elif "forwarded" in classes:
            role = "forwarded"
        elif "date" in classes and given.get("title") and not self._post.date:
            # The first date is the post's own; a later one belongs to what it forwards.
            self._post.date = given["title"]
        self._in_text += role == "text"
        self._in_forward_name += role == "forward_name"
        self._in_header += role == "header"
        return role

    def _link(self, classes: list[str], target: str) -> None:
        assert self._post is not None  # noqa: S101 - the caller asked
        kind = next((_MEDIA[name] for name in classes if name in _MEDIA), "")
        if kind and not self._post.file:
            self._post.file, self._post.kind = target, kind
        elif self._in_text and target.startswith(("http://", "https://")):
            self._say(f"{target} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not self._open:
            return
        role = self._open.pop()
        if role == "message" and self._post is not None:
            self.done.append(self._post)
            self._post = None
        self._in_text -= role == "text"
        self._in_forward_name -= role == "forward_name"
        self._in_header -= role == "header"

    def handle_data(self, data: str) -> None:
        if self._in_header and data.strip() and not self.title:
            self.title = data.strip()[:200]
        if self._post is None:
            return
        if self._in_forward_name and "aside" not in self._open:
            self._post.forwarded = (self._post.forwarded + data).strip()[:200]
        elif self._in_text:
            self._say(data)

    def _say(self, data: str) -> None:
        assert self._post is not None  # noqa: S101 - the caller asked
        if self._post.size < _LONGEST_TEXT:
            self._post.text.append(data)
            self._post.size += len(data)


def posts(handle: IO[str]) -> Iterator[Post]:
    """Every message of one page, in order."""
    page = _Page()
    while piece := handle.read(_CHUNK):
        page.feed(piece)
        yield from page.done
        page.done.clear()
    page.close()
    yield from page.done


def title_of(handle: IO[str]) -> str:
    """The name of the channel in the head of the page."""
    page = _Page()
    page.feed(handle.read(_CHUNK))
    return page.title
