"""What a Telegram export tells of one post, whichever kind of export it is."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from openiru.core.errors import InputError

_PIECE = 1 << 20
_NOT_INCLUDED = "(File"
_LARGEST = 4 << 30
#: Conversations between people: no post of theirs has an address, and nobody else's business is in them.
PRIVATE = frozenset(
    {"personal_chat", "saved_messages", "bot_chat", "private_group", "replies", "verify_codes"}
)


@dataclass(frozen=True, slots=True)
class Channel:
    """Where posts live: by user name when it is known, else by number."""

    name: str
    number: str = ""
    title: str = ""

    def address(self, message: int) -> str:
        """The address of one post; ``""`` when the export does not say where it lives."""
        if self.name:
            return f"https://t.me/{self.name}/{message}"
        return f"https://t.me/c/{self.number}/{message}" if self.number else ""

    @property
    def account(self) -> str:
        """The address of the channel itself, or its number."""
        return f"https://t.me/{self.name}" if self.name else self.number


def without_prefix(number: object) -> str:
    """``-1001234567890`` and ``channel1234567890`` -> ``1234567890``."""
    text = str(number).removeprefix("channel").removeprefix("-")
    if len(text) > 12 and text.startswith("100"):  # noqa: PLR2004 - Bot API ids: 100 and ten digits
        text = text[3:]
    return text if text.isascii() and text.isdigit() else ""


def channel_name(text: str) -> str:
    """``https://t.me/example``, ``@example`` -> ``example``. Raises InputError when it is no user name."""
    name = text.strip().rstrip("/").rsplit("/", 1)[-1].lstrip("@")
    if name and not (name.isascii() and name.replace("_", "").isalnum() and len(name) <= 64):  # noqa: PLR2004
        raise InputError(
            "That is no user name of a channel.", where="--map channel", hint="--map channel=NAME"
        )
    return name


def media_digest(folder: Path, file: str) -> tuple[str, str]:
    """``(digest, problem)`` of a media file named by an export, if it lies safely beside it.

    The name is hostile: no absolute path, no ``..``, no drive, no link on the way; it is opened piece by piece
    from the folder, so that a link put there in between is not followed either. Streamed, 1 MiB at a time.
    """
    parts = _safe_parts(file)
    if parts is None:
        return "", "names a file outside the export; it was not opened"
    descriptors: list[int] = []
    try:
        where = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        descriptors.append(where)
        for part in parts[:-1]:
            where = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=where)
            descriptors.append(where)
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(parts[-1], flags, dir_fd=where)
        descriptors.append(handle)
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            return "", "names something that is no ordinary file; it was not opened"
        return _sha256(handle), ""
    except FileNotFoundError:
        return "", ""
    except OSError as error:
        return "", f"names a file that cannot be opened ({error.strerror})"
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _sha256(handle: int) -> str:
    digest = hashlib.sha256()
    while piece := os.read(handle, _PIECE):
        digest.update(piece)
    return f"sha256:{digest.hexdigest()}"


def _safe_parts(file: str) -> tuple[str, ...] | None:
    """The parts of a relative path that stays below its folder; None for any other."""
    windows = PureWindowsPath(file)
    if not file or "\x00" in file or windows.drive or windows.root or len(file) > 1024:  # noqa: PLR2004 - PATH_MAX
        return None
    parts = PurePosixPath(file.replace("\\", "/")).parts
    if not parts or any(part in {"..", "/"} or not part.isprintable() for part in parts):
        return None
    return parts


def is_included(file: object) -> bool:
    """Whether the export names a file at all: what was left out stands as "(File not included. ...)"."""
    return isinstance(file, str) and bool(file) and not file.startswith(_NOT_INCLUDED)
