"""The signed head of the log: C2SP tlog-checkpoint v1 inside a C2SP signed note v1 (https://c2sp.org).

::

    demo.invalid/ledger                              origin
    20852                                            number of leaves
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=     root, base64
    time 2026-01-02T03:04:05.000006Z                 business time of the instance (our extension line)
                                                     an empty line, then the signatures
    — demo.invalid/ledger Az3grlgt…                  name, base64(key id ‖ signature)

Nothing here signs or verifies by itself: a signature comes in as bytes, a verifier as a callable, and the
private key stays where it is. A monitor of the log cannot audit the extension line; it says what the
instance took the time to be.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeAlias

from openiru.core.errors import InputError, IntegrityError
from openiru.core.evidence.leaf import parse_rfc3339, rfc3339
from openiru.core.evidence.tree import HASH_BYTES, MAX_SIZE

ED25519: Final = 0x01
MAX_NOTE_BYTES: Final = 65_536
MAX_SIGNATURES: Final = 64
_DASH: Final = "\u2014 "
_TIME: Final = "time "
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
_LINES: Final = 3  # origin, size, root; more are extensions
_DIGITS: Final = 19  # of 2^63

#: (public key, signature, message) -> True when the signature is good. Ed25519 as in RFC 8032.
Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the log at one size. ``root`` has 32 bytes; ``time`` is aware, or None if none is said."""

    origin: str
    size: int
    root: bytes
    time: datetime | None = None

    def text(self) -> str:
        """The note text, which is what gets signed. :class:`InputError` when a part cannot stand in it."""
        _check_line(self.origin, "origin")
        if not 0 <= self.size < MAX_SIZE or len(self.root) != HASH_BYTES:
            raise InputError("a checkpoint needs a size and a root of 32 bytes")
        lines = [self.origin, str(self.size), b64encode(self.root).decode()]
        if self.time is not None:
            lines.append(_TIME + rfc3339(self.time))
        return "".join(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A verifier key: a name and 32 bytes of Ed25519. Written ``name+hex key id+base64(0x01 ‖ key)``."""

    name: str
    key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.key) != _KEY_BYTES:
            raise InputError("an Ed25519 public key has 32 bytes")

    @property
    def id(self) -> int:
        """First four bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), big-endian."""
        return int.from_bytes(
            sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.key).digest()[:_ID_BYTES], "big"
        )

    def __str__(self) -> str:
        return f"{self.name}+{self.id:08x}+{b64encode(bytes([ED25519]) + self.key).decode()}"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """The inverse of ``str``; :class:`InputError` when the id does not belong to the key."""
        name, _, tail = text.partition("+")
        key_id, _, coded = tail.partition("+")
        raw = _unbase64(coded, "verifier key")
        if raw[:1] != bytes([ED25519]):
            raise InputError("this verifier key is not an Ed25519 key")
        made = cls(name, raw[1:])
        if key_id != f"{made.id:08x}":
            raise InputError("the id of this verifier key does not belong to its key")
        return made


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line of a note."""

    name: str
    key_id: int
    signature: bytes

    def line(self) -> str:
        """The line, with its newline."""
        _check_name(self.name)
        coded = b64encode(self.key_id.to_bytes(_ID_BYTES, "big") + self.signature).decode()
        return f"{_DASH}{self.name} {coded}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures. The text counts for nothing until :func:`verified_text` has said so."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def to_bytes(self) -> bytes:
        """The note as it is stored and sent."""
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()


def sign_note(text: str, key: PublicKey, signature: bytes) -> Note:
    """A note with one signature that was made elsewhere over ``text.encode()``."""
    _check_text(text)
    return Note(text, (NoteSignature(key.name, key.id, signature),))


def parse_note(data: bytes) -> Note:
    """A note, strictly read; :class:`InputError` says what is wrong with it. No signature is checked."""
    if len(data) > MAX_NOTE_BYTES:
        raise InputError(f"a note longer than {MAX_NOTE_BYTES} bytes is refused")
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise InputError("a note is UTF-8, and this is not") from None
    text, separator, tail = whole.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise InputError("a note is a text, an empty line and signature lines, each ended by a newline")
    text += "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise InputError(f"a note with more than {MAX_SIGNATURES} signatures is refused")
    return Note(text, tuple(_parse_signature(line) for line in lines))


def verified_text(note: Note, keys: Iterable[PublicKey], verify: Verify) -> str:
    """The note's text, once at least one known key has signed it.

    Signatures of unknown keys are passed over; a bad signature under a known key rejects the whole note,
    whatever else is on it. Raises :class:`IntegrityError`.
    """
    known = {(key.name, key.id): key for key in keys}
    message = note.text.encode()
    good = 0
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None:
            continue
        if not verify(key.key, one.signature, message):
            raise IntegrityError(f"the signature of {one.name} does not fit the note")
        good += 1
    if not good:
        raise IntegrityError("no known key has signed this note")
    return note.text


def parse_checkpoint(text: str) -> Checkpoint:
    """The parts of a checkpoint's text; :class:`InputError` for anything that is not exactly one."""
    if not text.endswith("\n"):
        raise InputError("a checkpoint ends in a newline")
    lines = text[:-1].split("\n")
    if len(lines) < _LINES or not all(lines):
        raise InputError("a checkpoint has an origin, a size and a root, and no empty line")
    origin, digits, root = lines[0], lines[1], _unbase64(lines[2], "root")
    if not (digits.isascii() and digits.isdigit()) or (digits != "0" and digits[0] == "0"):
        raise InputError("the size of a checkpoint is a decimal number without leading zeroes")
    if len(digits) > _DIGITS or int(digits) >= MAX_SIZE or len(root) != HASH_BYTES:
        raise InputError("a checkpoint needs a size below 2^63 and a root of 32 bytes")
    _check_line(origin, "origin")
    return Checkpoint(origin, int(digits), root, _time_of(lines[3:]))


def _time_of(extensions: Sequence[str]) -> datetime | None:
    times = [line for line in extensions if line.startswith(_TIME)]
    if len(times) > 1:
        raise InputError("a checkpoint says one time, or none")
    return parse_rfc3339(times[0].removeprefix(_TIME)) if times else None


def _parse_signature(line: str) -> NoteSignature:
    if not line.startswith(_DASH):
        raise InputError("a signature line begins with an em dash and a space")
    name, space, coded = line.removeprefix(_DASH).partition(" ")
    raw = _unbase64(coded, "signature")
    if not space or len(raw) <= _ID_BYTES:
        raise InputError("a signature line holds a name, a key id and a signature")
    _check_name(name)
    return NoteSignature(name, int.from_bytes(raw[:_ID_BYTES], "big"), raw[_ID_BYTES:])


def _unbase64(text: str, what: str) -> bytes:
    try:
        raw = b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise InputError(f"the {what} is not base64") from None
    if b64encode(raw).decode() != text:  # two spellings of the same bytes would be two notes
        raise InputError(f"the {what} is not in the one spelling base64 has for it")
    return raw


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise InputError("the text of a note ends in a newline")
    if any(sign < " " and sign != "\n" for sign in text):
        raise InputError("a note holds no control characters")


def _check_name(name: str) -> None:
    if not name or "+" in name or any(sign.isspace() or sign < " " for sign in name):
        raise InputError("the name of a key is not empty and holds no spaces and no plus sign")


def _check_line(line: str, what: str) -> None:
    if not line or any(sign < " " for sign in line):
        raise InputError(f"the {what} is one line that is not empty")
