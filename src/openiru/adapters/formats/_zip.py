"""A ZIP looked at before anything reads it: real sizes, counted while unpacking, never those of the headers.

Limits from docs/threat-model.md (hostile archives): 10,000 members, 512 MiB in all, 200 to 1 after the first
MiB. The plainest bomb packs 1,028 to 1.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from openiru.core.errors import InputError

MEMBERS = 10_000
UNPACKED = 512 << 20
RATIO = 200
_FREE = 1 << 20
_PIECE = 1 << 20
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1


class Archive:
    """The members of a ZIP in memory, unpacked piece by piece. Raises InputError when it is hostile."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._total = 0
        try:
            self.members = zipfile.ZipFile(io.BytesIO(data)).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OSError) as error:
            raise InputError("The file is damaged: it is not a complete ZIP.", hint=_SAVE_AGAIN) from error
        self._check()

    def _check(self) -> None:
        if len(self.members) > MEMBERS:
            raise _bomb(f"it has {len(self.members):,} members")
        if any(member.flag_bits & _ENCRYPTED for member in self.members):
            raise InputError("The file is encrypted.", hint="Save it without a password.", code="OIRU-4022")
        if sum(member.compress_size for member in self.members) > len(self._data):
            raise _bomb("its members overlap")
        names = [member.filename for member in self.members]
        if len(set(names)) != len(names):
            raise InputError("The file has two members of one name.", hint=_SAVE_AGAIN, code="OIRU-4023")

    def pieces(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of ``member``, at most 1 MiB at a time."""
        start = self._start(member)
        packed = memoryview(self._data)[start : start + member.compress_size]
        size = 0
        for piece in (
            _stored(packed) if member.compress_type == zipfile.ZIP_STORED else _inflated(packed, member)
        ):
            size += len(piece)
            self._total += len(piece)
            if self._total > UNPACKED or size > max(_FREE, RATIO * max(len(packed), 1)):
                raise _bomb(f"it unfolds to more than {max(size, self._total) >> 20} MiB")
            yield piece
        if size != member.file_size:
            raise _bomb("a member is larger than it says")

    def _start(self, member: zipfile.ZipInfo) -> int:
        head = self._data[member.header_offset : member.header_offset + _LOCAL.size]
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            raise InputError(
                "The file is damaged: a member does not begin where it should.", hint=_SAVE_AGAIN
            )
        *_, name, extra = _LOCAL.unpack(head)
        return member.header_offset + _LOCAL.size + int(name) + int(extra)


def _stored(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), _PIECE):
        yield bytes(packed[start : start + _PIECE])


def _inflated(packed: memoryview, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise InputError("The file is packed in an unusual way.", hint=_SAVE_AGAIN, code="OIRU-4023")
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = packed
    try:
        while not machine.eof:
            piece = machine.decompress(rest, _PIECE)
            rest = machine.unconsumed_tail
            if not piece and not rest:
                break
            yield piece
    except zlib.error as error:
        raise InputError("The file is damaged: a member cannot be unpacked.", hint=_SAVE_AGAIN) from error


def _bomb(why: str) -> InputError:
    return InputError(
        f"The file is not an honest spreadsheet: {why}.",
        hint="Do not open it. Ask whoever sent it for a CSV, and tell your security officer.",
        code="OIRU-4024",
    )


_SAVE_AGAIN = "Open it in a spreadsheet program and save it again, or export the sheet as CSV."
