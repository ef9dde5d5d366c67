"""The log's signing key: Ed25519, on disk and never in the database, so that who holds the tables cannot sign.

``secrets/ledger.pem`` (PKCS #8, mode 0600) is made on first use; ``secrets/ledger.pub`` beside it carries the verifier key as
text (C2SP signed-note), for whoever checks an export elsewhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from openiru.core.errors import SettingError
from openiru.core.evidence.checkpoint import Checkpoint, PublicKey, sign_note
from openiru.foundation.database.ids import new_id
from openiru.settings import CONFIG

PRIVATE = "ledger.pem"
PUBLIC = "ledger.pub"


def origin_of(instance: UUID) -> str:
    """The log's name: the random end of the instance's id (its beginning is only the time of its making)."""
    return f"openiru-{instance.hex[-12:]}"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key under the name of one log. Its repr shows the public half only."""

    public: PublicKey
    _private: Ed25519PrivateKey = field(repr=False)

    @property
    def origin(self) -> str:
        """The name of the log that this key signs for."""
        return self.public.name

    def sign(self, checkpoint: Checkpoint) -> bytes:
        """The signed note of a checkpoint."""
        text = checkpoint.text()
        return sign_note(text, self.public, self._private.sign(text.encode())).to_bytes()


def signing_key(instance: UUID, folder: Path | None = None) -> SigningKey:
    """The key of this instance, made when there is none. SettingError when the file cannot be used."""
    folder = folder or CONFIG.secrets_dir
    path = folder / PRIVATE
    if not path.exists():
        _make(folder, path)
    private = _read(path)
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    public = PublicKey(origin_of(instance), raw)
    _publish(folder / PUBLIC, f"{public}\n")
    return SigningKey(public, private)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """True when an Ed25519 signature (RFC 8032) fits; the callable that core.evidence asks for."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(folder: Path, path: Path) -> None:
    """Write a new key whole, then give it its name: of two processes one wins and both read the same key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    scratch = _write(path, data)
    try:
        os.link(scratch, path)
    except FileExistsError:
        return
    finally:
        scratch.unlink()


def _write(path: Path, data: bytes) -> Path:
    scratch = path.with_name(f".{path.name}.{new_id().hex}")
    descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return scratch


def _read(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & 0o077:
        raise SettingError(
            "others can read the ledger's signing key", where=str(path), hint=f"Run: chmod 600 {path}"
        )
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as error:
        raise SettingError(
            "the ledger's signing key cannot be read", where=str(path), hint="Put it back from the backup."
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingError("the ledger's signing key is not an Ed25519 key", where=str(path))
    return key


def _publish(path: Path, text: str) -> None:
    if path.exists() and path.read_text(encoding="ascii") == text:
        return
    _write(path, text.encode("ascii")).replace(path)
