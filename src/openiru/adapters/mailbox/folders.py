"""Mailboxes on disk: a Maildir that a mail server fills, and a folder of saved mails."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import ClassVar, Final, Self

from openiru.adapters.mailbox.parts import MAX_BYTES
from openiru.adapters.mailbox.reading import read_mail
from openiru.core.errors import ConflictError, NotFoundError, SettingError
from openiru.ports.mailbox import Head, Incoming, Mailbox, Unreadable

MAX_AT_ONCE: Final = 1000


class _Folder(Mailbox):
    """What both kinds share: where new mails lie, and where settled ones go."""

    _new: ClassVar[str]
    _settled: ClassVar[str]
    _mark: ClassVar[str]
    _suffix: ClassVar[str]

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory

    @classmethod
    def build(cls, config: Mapping[str, str]) -> Self:
        """From the setting ``directory``."""
        directory = config.get("directory", "")
        return cls(Path(directory) if directory else None)

    def usable(self) -> str:
        """Empty, or what is wrong with the directory."""
        if self._directory is None:
            return "set directory"
        if not os.access(self._directory / self._new, os.R_OK | os.W_OK | os.X_OK):
            return f"{self._directory / self._new} cannot be read and written to: set directory"
        return ""

    def unread(self) -> Iterator[tuple[str, Incoming]]:
        """Each mail not yet settled, by name, at most ``MAX_AT_ONCE``. Links and folders are passed over."""
        folder = self._root() / self._new
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in islice(filter(self._is_mail, entries), MAX_AT_ONCE))
        for name in names:
            yield name, _read(folder / name)

    def settle(self, place: str) -> None:
        """Move one mail to the settled ones, on the same disk.

        :class:`NotFoundError` when it is not there, :class:`ConflictError` when its settled name is another mail's.
        """
        root = self._root()
        source = root / self._new / place
        plain = "\0" not in place and place == Path(place).name and not place.startswith(".")
        if not (place and plain and source.is_file()):
            raise NotFoundError("there is no such mail in the mailbox", where=repr(place)[:200])
        target = root / self._settled / f"{place}{self._mark}"
        target.parent.mkdir(exist_ok=True)
        # A link, not a rename: another mail that was settled under this name before is not lost.
        try:
            os.link(source, target)
        except FileExistsError:
            if not target.samefile(source):
                raise ConflictError("another mail was settled under this name", where=place) from None
        source.unlink()

    def _is_mail(self, entry: os.DirEntry[str]) -> bool:
        named = entry.name.endswith(self._suffix) and not entry.name.startswith(".")
        return named and entry.is_file(follow_symlinks=False)

    def _root(self) -> Path:
        if self._directory is None:
            raise SettingError("the mailbox has no directory", where="directory")
        return self._directory


class MaildirMailbox(_Folder):
    """A Maildir (cr.yp.to/proto/maildir.html): new mails in ``new``, settled ones in ``cur`` with the mark S."""

    name: ClassVar[str] = "maildir"
    title: ClassVar[str] = "Maildir"
    _new: ClassVar[str] = "new"
    _settled: ClassVar[str] = "cur"
    _mark: ClassVar[str] = ":2,S"
    _suffix: ClassVar[str] = ""


class FilesMailbox(_Folder):
    """A folder of saved mails, ``*.eml``; settled ones go to its sub-folder ``settled``."""

    name: ClassVar[str] = "files"
    title: ClassVar[str] = "Folder of saved mails"
    _new: ClassVar[str] = "."
    _settled: ClassVar[str] = "settled"
    _mark: ClassVar[str] = ""
    _suffix: ClassVar[str] = ".eml"


def _read(path: Path) -> Incoming:
    """At most one byte more than the limit is read, so that a huge file costs no more than a large one."""
    try:
        # O_NOFOLLOW: between the look and the opening the name may have become a link to somewhere else.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            return read_mail(file.read(MAX_BYTES + 1))
    except OSError as fault:
        return Unreadable(Head("", "", "", "", ()), f"the file cannot be read: {fault.strerror}")
