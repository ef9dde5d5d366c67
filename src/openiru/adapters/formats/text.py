"""Pasted text and mail bodies: every link in them, however defanged, with the line on which it stands."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import MIMEPart
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from typing import ClassVar, Protocol

from openiru.adapters.formats._cells import can_be_address, hides_direction
from openiru.adapters.formats._columns import check_mapping
from openiru.adapters.formats._notes import Notebook
from openiru.adapters.formats._open import Lines, LineTooLongError, check_text, describe, open_text, scan_text
from openiru.adapters.formats._rows import Outcome, refusal
from openiru.adapters.formats.csv import head_lines
from openiru.core.errors import InputError
from openiru.engines.addresses import find_links
from openiru.engines.text import visible
from openiru.ports.formats import FormatReader, Note, Refused, Row, Understanding

LARGEST_MAIL = 32 << 20
_HEADER = re.compile(
    rb"^(?:From|To|Subject|Date|Message-ID|MIME-Version|Received|Return-Path|Delivered-To):",
    re.MULTILINE | re.IGNORECASE,
)
_REASON = 500
_BOUNDS = 1 << 16


class Link(Protocol):
    """One link in a text: where it stands, and as it is written."""

    @property
    def start(self) -> int:
        """Where it begins."""

    @property
    def end(self) -> int:
        """Where it ends."""

    @property
    def raw(self) -> str:
        """As it is written."""


Finder = Callable[[str], Sequence[Link]]


class TextReader(FormatReader):
    """Plain text, or one mail (.eml): sender and receivers are not kept."""

    name: ClassVar[str] = "text"
    title: ClassVar[str] = "Pasted text or mail"

    def __init__(self, finder: Finder | None = None) -> None:
        self._finder = finder

    def sniff(self, head: bytes, name: str) -> float:
        """A mail surely; any text that holds something like an address, as the last resort."""
        if len(_HEADER.findall(head[:4096])) > 1:
            return 0.8
        lines = head_lines(head)
        share = any(can_be_address(line) for line in lines)
        if name.lower().endswith((".txt", ".eml", ".md")):
            return 0.5 if share else 0.3
        return 0.25 if share else 0.05 * bool(lines)

    def understand(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Understanding:
        """Encoding, and whether it is a mail. Raises InputError when it is no text."""
        check_mapping(mapping)
        if _is_mail(check_text_of(path)):
            body, notes = _mail(path)
            return Understanding(self.name, "mail", notes=(*notes, f"{len(body)} lines of text."))
        return Understanding(self.name, describe(scan_text(path, mapping)))

    def read(self, path: Path, *, mapping: Mapping[str, str] | None = None) -> Iterator[Row | Refused | Note]:
        """Every link with its line; the line itself, if it says more, is the reason."""
        check_mapping(mapping)
        finder: Finder = self._finder or find_links
        book = Notebook()
        if _is_mail(check_text_of(path)):
            body, notes = _mail(path)
            for text in notes:
                yield Note(text)
            numbered: Iterator[tuple[int, str] | Refused] = iter(enumerate(body, start=1))
        else:
            numbered = _lines(path, mapping)
        bare = 0
        for item in numbered:
            if isinstance(item, Refused):
                yield item
                continue
            out = _links(*item, finder, book)
            bare += not out and bool(item[1].strip())
            yield from out
        yield from book.rest()
        if bare:
            yield Note(f"{bare:,} lines hold no link.")


def check_text_of(path: Path) -> bytes:
    """The head of a text; a web page saved as text is refused like any other."""
    return check_text(path, "text")


def _is_mail(head: bytes) -> bool:
    return len(_HEADER.findall(head[:4096])) > 1


def _lines(path: Path, mapping: Mapping[str, str] | None) -> Iterator[tuple[int, str] | Refused]:
    scan = scan_text(path, mapping)
    with open_text(path, scan) as handle:
        lines = Lines(handle)
        while True:
            lines.current.clear()
            try:
                yield lines.number + 1, next(lines)
            except StopIteration:
                return
            except LineTooLongError:
                yield Refused(lines.number, "The line is longer than a million characters.", "OIRU-4007")


def _links(number: int, line: str, finder: Finder, book: Notebook) -> list[Outcome]:
    out: list[Outcome] = []
    # A line is one paragraph at most; longer ones are looked at in overlapping windows by nobody: they are cut.
    if len(line) > _BOUNDS:
        return [
            Refused(
                number, f"The line has more than {_BOUNDS:,} characters.", "OIRU-4007", visible(line[:200])
            )
        ]
    for link in finder(line):
        refused = refusal(number, link.raw, [line])
        if refused is not None:
            out.append(refused)
            continue
        if hides_direction(link.raw):
            out.extend(book.say("An address holds hidden signs that turn the direction of writing.", number))
        out.append(Row(number, link.raw, reason=_said(line, link)))
    return out


def _said(line: str, link: Link) -> str:
    """The line of a link, without mail's quotation signs, when it says more than the link."""
    around = line[: link.start] + line[link.end :]
    if not re.search(r"[^\W\d_]{2}", around):
        return ""
    return line.strip(" \t\r\n>").replace("\x00", "␀")[:_REASON]


def _mail(path: Path) -> tuple[list[str], list[str]]:
    """The lines of the text of a mail, and what is to be said of it."""
    if path.stat().st_size > LARGEST_MAIL:
        raise InputError(f"The mail is larger than {LARGEST_MAIL >> 20} MiB.", where=visible(path.name))
    with path.open("rb") as handle:
        message = BytesParser(policy=email.policy.default).parse(handle)
    notes = ["The file is a mail: its text is read, sender and receivers are not kept."]
    names = [
        visible(str(part.get_filename() or part.get_content_type()), 60)
        for part in message.iter_attachments()
    ]
    if names:
        notes.append(
            f"Attachments are not read; save and import them by themselves: {', '.join(names[:20])}."
        )
    body = message.get_body(("plain", "html"))
    if body is None:
        raise InputError("The mail has no text.", where=visible(path.name), code="OIRU-4021")
    text = _content(body)
    if body.get_content_type() == "text/html":
        page = _Page()
        page.feed(text)
        page.close()
        text = "".join(page.out)
    return text.splitlines(), notes


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # a character set that does not exist, or broken transfer encoding
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""


class _Page(HTMLParser):
    """The text of an HTML mail, with each link's target beside its words."""

    _BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "blockquote"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._hidden = 0
        self._target = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._BREAKS:
            self.out.append("\n")
        self._hidden += tag in {"script", "style"}
        if tag == "a":
            self._target = (dict(attrs).get("href") or "").strip()
            self._words = []

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"script", "style"} and self._hidden > 0
        if tag == "a" and self._target:
            if self._target not in "".join(self._words):
                self.out.append(f" {self._target} ")
            self._target = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._words.append(data)
            self.out.append(data.replace("\n", " "))
