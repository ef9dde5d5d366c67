"""The Merkle tree over the ledger's leaves (RFC 6962 §2.1, RFC 9162 §2.1): roots, inclusion, consistency.

Hashes are 32 bytes, SHA-256. A leaf's hash is made elsewhere (leaf.py); a node is SHA-256(0x01 ‖ left ‖
right); the root of the empty tree is SHA-256 of nothing. A *full* node ``(level, index)`` covers the
2^level leaves from ``index << level`` on; it never changes once its leaves are there, so it may be stored
for ever. Everything here is arithmetic on full nodes: where they are kept is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Final, TypeAlias

from openiru.core.errors import InputError, IntegrityError

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()
#: A log of 2^63 leaves will not happen; a number beyond it is a fault.
MAX_SIZE: Final = 2**63
_SIZE_BYTES: Final = 8

#: Gives the hash of a full node: (level, index) -> 32 bytes.
NodeReader: TypeAlias = Callable[[int, int], bytes]
#: Is told of full nodes as they are completed: (level, first index, hashes in order).
NodeWriter: TypeAlias = Callable[[int, int, Sequence[bytes]], None]


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, all of them at once. Linear time; memory of one level."""
    frontier = Frontier()
    frontier.extend(hashes)
    return frontier.root()


class Frontier:
    """What must be known of a tree to append to it: its size and its peaks, the full nodes at its right edge.

    ``peaks`` run from the largest subtree to the smallest, one for each 1 bit of ``size``: the compact
    range [0, size).
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if not 0 <= size < MAX_SIZE or len(peaks) != size.bit_count():
            raise InputError(f"a frontier of size {size} does not have {len(peaks)} peaks")
        if any(len(peak) != HASH_BYTES for peak in peaks):
            raise InputError(f"a peak has {HASH_BYTES} bytes")
        self.size = size
        self.peaks = list(peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash. Amortised constant time."""
        _check(leaf)
        carry = leaf
        size = self.size
        while size & 1:
            carry = node_hash(self.peaks.pop(), carry)
            size >>= 1
        self.peaks.append(carry)
        self.size += 1

    def extend(self, leaves: Iterable[bytes], emit: NodeWriter | None = None) -> None:
        """Add many leaf hashes, level by level. ``emit`` is told of every full node that this completes."""
        row = list(leaves)
        for leaf in row:
            _check(leaf)
        size, added = self.size, len(row)
        old = _peaks_by_level(size, self.peaks)
        fresh: dict[int, bytes] = {}
        level, first = 0, size
        while row:
            if emit is not None:
                emit(level, first, row)
            if first & 1:  # the peak of this level was waiting for its right neighbour
                row.insert(0, old.pop(level))
                first -= 1
            if len(row) & 1:
                fresh[level] = row.pop()
            row = _parents(row)
            first >>= 1
            level += 1
        old.update(fresh)
        self.size = size + added
        self.peaks = [old[level] for level in sorted(old, reverse=True)]

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        return _fold(self.peaks)

    def to_bytes(self) -> bytes:
        """Size (8 bytes, big-endian) and the peaks, largest first."""
        return self.size.to_bytes(_SIZE_BYTES, "big") + b"".join(self.peaks)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frontier:
        """The inverse of :meth:`to_bytes`; :class:`InputError` for anything else."""
        if len(data) < _SIZE_BYTES or (len(data) - _SIZE_BYTES) % HASH_BYTES:
            raise InputError("not a stored frontier: wrong length")
        peaks = [data[at : at + HASH_BYTES] for at in range(_SIZE_BYTES, len(data), HASH_BYTES)]
        return cls(int.from_bytes(data[:_SIZE_BYTES], "big"), peaks)


class MemoryNodes:
    """Full nodes held in memory: a reader and a writer of nodes for exports, checks and tests."""

    __slots__ = ("_levels",)

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = []
        Frontier().extend(leaves, self.write)

    def write(self, level: int, first: int, hashes: Sequence[bytes]) -> None:
        """Keep the nodes from ``first`` on; they must follow those that are there."""
        while len(self._levels) <= level:
            self._levels.append([])
        if len(self._levels[level]) != first:
            raise InputError(f"nodes of level {level} must follow one another")
        self._levels[level].extend(hashes)

    def read(self, level: int, index: int) -> bytes:
        """The full node; :class:`InputError` when it is not there."""
        try:
            return self._levels[level][index]
        except IndexError:
            raise InputError(f"there is no full node {index} at level {level}") from None


def root_at(size: int, read: NodeReader) -> bytes:
    """The root of the tree when it had ``size`` leaves."""
    return _range_root(0, size, read) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 §2.1.1, from the leaf upwards."""
    if not 0 <= index < size:
        raise InputError(f"there is no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            path.append(_range_root(middle, high, read))
            high = middle
        else:
            path.append(_range_root(low, middle, read))
            low = middle
    path.reverse()
    return path


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 §2.1.2. Empty when old is 0 or equals new."""
    if not 0 <= old <= new:
        raise InputError(f"a log of {new} leaves has no earlier state of {old}")
    if old in {0, new}:
        return []
    path: list[bytes] = []
    low, high, known = 0, new, True  # known: the old root covers exactly [low, …)
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            path.append(_range_root(middle, high, read))
            high = middle
        else:
            path.append(_range_root(low, middle, read))
            low, known = middle, False
    if not known:
        path.append(_range_root(low, high, read))
    path.reverse()
    return path


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """:class:`IntegrityError` unless the proof leads from the leaf hash to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        raise IntegrityError(f"there is no leaf {index} in a tree of {size}")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise IntegrityError("the inclusion proof is too long")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise IntegrityError("the inclusion proof is too short")
    if found != root:
        raise IntegrityError(f"the inclusion proof of leaf {index} does not lead to the root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """:class:`IntegrityError` unless the old tree is the beginning of the new one (RFC 9162 §2.1.4.2)."""
    if not 0 <= old <= new:
        raise IntegrityError(f"the log has shrunk from {old} to {new} leaves")
    if old in {0, new}:
        _trivially_consistent(old, new, old_root, new_root, proof)
        return
    path = list(proof)
    if old & (old - 1) == 0:  # the old tree is itself a full node, and the proof leaves it out
        path.insert(0, old_root)
    if not path:
        raise IntegrityError("the consistency proof is empty")
    first_root, second_root = _walk_consistency(old, new, path)
    if first_root != old_root:
        raise IntegrityError(f"the consistency proof does not give the earlier root at {old}")
    if second_root != new_root:
        raise IntegrityError(f"the consistency proof does not give the later root at {new}")


def _walk_consistency(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise IntegrityError("the consistency proof is too long")
        if place & 1 or place == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise IntegrityError("the consistency proof is too short")
    return first, second


def _trivially_consistent(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise IntegrityError("the consistency proof should be empty")
    if old == 0 and old_root != EMPTY_ROOT:
        raise IntegrityError("the root of an empty log is wrong")
    if old == new and old_root != new_root:
        raise IntegrityError(f"two different roots for one size, {new}: the log was forked")


def _check(leaf: bytes) -> None:
    if len(leaf) != HASH_BYTES:
        raise InputError(f"a leaf hash has {HASH_BYTES} bytes, this one has {len(leaf)}")


def _split(size: int) -> int:
    """The largest power of two below ``size`` (size ≥ 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _parents(row: Sequence[bytes]) -> list[bytes]:
    digest = sha256
    return [digest(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    found = peaks[-1]
    for peak in peaks[-2::-1]:
        found = node_hash(peak, found)
    return found


def _peaks_by_level(size: int, peaks: Sequence[bytes]) -> dict[int, bytes]:
    levels = [level for level in range(size.bit_length()) if size >> level & 1]
    return dict(zip(reversed(levels), peaks, strict=True))


def _range_root(low: int, high: int, read: NodeReader) -> bytes:
    """The hash over leaves [low, high), where low is a multiple of the smallest power of two ≥ high - low."""
    peaks: list[bytes] = []
    at = low
    while at < high:
        level = (high - at).bit_length() - 1
        peaks.append(read(level, at >> level))
        at += 1 << level
    return _fold(peaks)
