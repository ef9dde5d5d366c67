"""What a file really is, whatever its name says, and text as lines of bounded length."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import IO, BinaryIO

from openiru.core.errors import InputError, UsageError
from openiru.engines.text import Encoding, Scan, guess_encoding, scan_stream, visible

HEAD = 1 << 16
#: Characters of one line, and so of one piece of text in memory. A field of 10 MB is refused, not kept.
LONGEST_LINE = 1 << 20

_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|meta|script|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML_HTML = re.compile(rb"\s*<\?xml[^>]*>\s*(?:<!doctype\s+html|<html)", re.IGNORECASE)
_OFFICE_XML = re.compile(rb"<\?mso-application|urn:schemas-microsoft-com:office:spreadsheet", re.IGNORECASE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"BZh", "compressed by bzip2"),
    (b"\xfd7zXZ\x00", "compressed by xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"PAR1", "a Parquet file"),
)
_HINTS = {
    "a PDF": "Select the text in it, copy it, and paste it: `openiru intake import` reads pasted text.",
    "a web page (HTML)": "Open it in a browser, or export the table again as CSV: the log-in page may have been saved.",
    "an old Excel file (.xls)": "Open it and save it as .xlsx or CSV.",
    "an encrypted spreadsheet": "Open it with its password and save it without one, or as CSV.",
    "an XML spreadsheet": "Open it and save it as .xlsx or CSV.",
    "a ZIP archive": "Unpack it and import what is in it.",
}
_SAVE_AS = "Export the table as CSV (UTF-8) or .xlsx and import that."


def read_head(path: Path) -> bytes:
    """The first 64 KiB. Raises InputError when there is no readable file."""
    try:
        with path.open("rb") as handle:
            return handle.read(HEAD)
    except IsADirectoryError as error:
        raise InputError("This is a folder, not a file.", where=visible(str(path), 200)) from error
    except OSError as error:
        raise InputError(
            f"The file cannot be opened: {error.strerror}.", where=visible(str(path), 200)
        ) from error


def kind_of(head: bytes) -> str:
    """What the bytes are, in words, when they are no text at all; ``""`` for text. ``zip`` for any ZIP."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(_OLE):
        return "an encrypted spreadsheet" if _ENCRYPTED in head else "an old Excel file (.xls)"
    for sign, name in _SIGNS:
        if head.startswith(sign):
            return name
    text = head[:4096].removeprefix(b"\xef\xbb\xbf")
    if _HTML.match(text) or _XML_HTML.match(text):
        return "a web page (HTML)"
    return "an XML spreadsheet" if _OFFICE_XML.search(text) else ""


def refuse_kind(kind: str, path: Path, expected: str) -> InputError:
    """The error for a file that is something else than what was expected."""
    shown = {"zip": "a ZIP archive"}.get(kind, kind)
    return InputError(
        f"The file is {shown}, not {expected}.",
        where=visible(path.name, 120),
        hint=_HINTS.get(shown, _SAVE_AS),
        code="OIRU-4020",
    )


def check_text(path: Path, expected: str) -> bytes:
    """The head of a file that is text. Raises InputError that says what it is otherwise."""
    head = read_head(path)
    kind = kind_of(head)
    if kind.startswith("an old Excel") and _holds(path, _ENCRYPTED):
        kind = "an encrypted spreadsheet"
    if kind:
        raise refuse_kind(kind, path, expected)
    blank = not head.strip(b"\x00\xef\xbb\xbf\xfe\xff\r\n\t ,;")
    if blank and path.stat().st_size <= len(head):
        raise InputError("The file is empty.", where=visible(path.name, 120), code="OIRU-4021")
    return head


def _holds(path: Path, needle: bytes) -> bool:
    with path.open("rb") as handle:
        rest = b""
        while piece := handle.read(1 << 20):
            if needle in rest + piece:
                return True
            rest = piece[-len(needle) :]
    return False


def scan_text(path: Path, mapping: Mapping[str, str] | None = None) -> Scan:
    """One pass over a text file; ``mapping["encoding"]`` overrules what it finds."""
    wanted = (mapping or {}).get("encoding", "")
    if wanted:
        try:
            "".encode(wanted)
        except LookupError as error:
            raise UsageError(f"There is no encoding “{visible(wanted)}”.", where="--map encoding") from error
        with path.open("rb") as handle:
            bom = guess_encoding(handle.read(64)).bom
        return Scan(Encoding(wanted, bom, "as you said"), damaged=1, nul=True)
    with path.open("rb") as handle:
        return scan_stream(handle)


def open_text(path: Path, scan: Scan) -> io.TextIOWrapper:
    """The file as text behind its byte-order mark, line ends untouched, broken bytes as U+FFFD."""
    handle: BinaryIO = path.open("rb")
    handle.seek(scan.encoding.bom)
    newline = "" if scan.newline or scan.encoding.name.startswith("utf-") else None
    return io.TextIOWrapper(handle, encoding=scan.encoding.name, errors="replace", newline=newline)


def describe(scan: Scan) -> str:
    """The encoding in words, for the dry run and the first note."""
    name = {"utf-8": "UTF-8"}.get(scan.encoding.name, scan.encoding.name)
    return f"{name} ({scan.encoding.why})"


class Lines:
    """The lines of a text, none longer than ``LONGEST_LINE``; counts them, and can take some back.

    Its own class and no generator, because it must go on after an error. ``current`` holds the lines given out
    since it was last emptied.
    """

    def __init__(self, handle: IO[str]) -> None:
        self._readline = handle.readline
        self._again: list[str] = []
        self.number = 0
        self.current: list[str] = []

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.pop()
        else:
            line = self._readline(LONGEST_LINE)
            if not line:
                raise StopIteration
            if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
                self.number += 1
                self._skip()
                raise LineTooLongError
        self.number += 1
        self.current.append(line)
        return line

    def _skip(self) -> None:
        """Read on to the end of the line, a piece at a time, and forget it."""
        while (piece := self._readline(LONGEST_LINE)) and piece[-1] not in "\r\n":
            pass

    def take_back(self) -> int:
        """Give all but the first of the current lines out again; how many."""
        again = self.current[1:]
        self._again.extend(reversed(again))
        self.number -= len(again)
        self.current = []
        return len(again)


class LineTooLongError(Exception):
    """A line longer than ``LONGEST_LINE`` was passed over; its number is the last that was counted."""
