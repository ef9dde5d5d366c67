"""Letters written to disk, byte for byte what would have been sent. They reach nobody."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final, Self

from openiru.adapters.channels.compose import environment, wire_bytes
from openiru.core.errors import ConflictError, SettingError
from openiru.core.vocabulary import DeliveryState
from openiru.egress.mail_headers import address, identifier
from openiru.egress.mail_message import safe_file_name, safe_file_names
from openiru.ports.channel import Channel, Letter, Receipt

_NOBODY: Final = "openiru@unit.invalid"


class TranscriptChannel(Channel):
    """``<directory>/<reference>-<digest>.eml``, and the attachments in the folder of the same name beside it.

    The message file is written last: where it stands, all of it stands. Each file is written under another
    name, synced and linked into place, so that nobody sees half a file and nothing is ever overwritten. The
    file system must know hard links.
    """

    name: ClassVar[str] = "transcript"
    title: ClassVar[str] = "Transcript on disk"
    reaches_provider: ClassVar[bool] = False

    def __init__(self, directory: Path | None, sender_address: str = _NOBODY) -> None:
        self._directory = directory
        self._sender_address = sender_address

    @classmethod
    def build(cls, config: Mapping[str, str]) -> Self:
        """From the settings ``environment``, ``directory`` and, if wanted, ``sender_address``."""
        environment(config)
        directory = config.get("directory", "")
        sender = address(config.get("sender_address") or _NOBODY, "sender_address")
        return cls(Path(directory) if directory else None, sender)

    def usable(self) -> str:
        """Empty, or what is wrong with the directory. It is made on the first letter."""
        if self._directory is None:
            return "set directory"
        nearest = next(
            path for path in (self._directory, *self._directory.absolute().parents) if path.exists()
        )
        if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            return f"{nearest} cannot be written to: set directory"
        return ""

    def send(self, letter: Letter) -> Receipt:
        """Write the letter, once. The same letter again gives the same receipt.

        Raises :class:`ConflictError` when other bytes already stand under its name. A disk that cannot be
        written to gives DEFERRED: the message file is not there.
        """
        if self._directory is None:
            raise SettingError("transcripts have no directory to go to", where="directory")
        identifier(letter.message_id, "Message-ID")
        message = wire_bytes(letter, self._sender_address)
        stem = _stem(letter)
        try:
            self._files(self._directory / stem, letter)
            place = _place(self._directory, f"{stem}.eml", message)
        except OSError as error:
            return Receipt(DeliveryState.DEFERRED, f"the transcript could not be written: {error.strerror}")
        return Receipt(
            DeliveryState.TRANSCRIBED, f"written to {place.name}", hashlib.sha256(message).hexdigest()
        )

    def _files(self, folder: Path, letter: Letter) -> None:
        names = safe_file_names([one.name for one in letter.attachments])
        for one, name in zip(letter.attachments, names, strict=True):
            _place(folder, name, one.content)


def _stem(letter: Letter) -> str:
    """A name that says the reference, told apart by the identifier, which is never made anew."""
    digest = hashlib.sha256(letter.message_id.encode()).hexdigest()[:16]
    return f"{safe_file_name(letter.reference).replace('.', '_')[:80]}-{digest}"


def _place(folder: Path, name: str, content: bytes) -> Path:
    """Put ``content`` under ``name`` in ``folder``, whole and synced, or find exactly it there."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    hidden = folder / f".{secrets.token_hex(8)}.part"
    try:
        with hidden.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A link, not a rename: it fails where a file stands already.
        with contextlib.suppress(FileExistsError):
            os.link(hidden, target)
    finally:
        hidden.unlink(missing_ok=True)
    if target.read_bytes() != content:
        raise ConflictError(
            "another letter already stands under this name",
            where=str(target),
            saved="The file that stands there was left as it is.",
            hint="A Message-ID belongs to one letter: compose a correction under a new one.",
        )
    _sync(folder)
    return target


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
