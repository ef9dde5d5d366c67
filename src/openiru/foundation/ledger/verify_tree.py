"""Indexes, roots and signatures under the eyes of ledger verify."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openiru.core.errors import InputError, IntegrityError
from openiru.core.evidence.checkpoint import parse_checkpoint, parse_note, verified_text
from openiru.core.evidence.tree import Frontier
from openiru.foundation.ledger.keys import SigningKey, verify
from openiru.foundation.ledger.verify_leaves import Fail, Read

SLICE = 1_000


class Heads:
    """The checkpoints by size, each checked for itself: its note is ours and says what its columns say."""

    def __init__(self, cursor: Any, key: SigningKey, fail: Fail) -> None:
        self._cursor, self._key, self._fail = cursor, key, fail
        self.count = 0
        self._rows = self._read()
        self.next = self._take()

    def _read(self) -> Iterator[tuple[int, bytes, Frontier | None]]:
        after = -1
        while True:
            # A cursor of its own place: a page by key, since the same cursor also reads leaves between two pages.
            self._cursor.execute(
                "SELECT size, root, at, note, frontier FROM ledger_checkpoint WHERE size > %s ORDER BY size LIMIT %s",
                [after, SLICE],
            )
            rows = self._cursor.fetchall()
            if not rows:
                return
            for size, root, moment, note, frontier in rows:
                self.count += 1
                yield size, bytes(root), self._checked(size, bytes(root), moment, note, bytes(frontier))
            after = rows[-1][0]

    def _take(self) -> tuple[int, bytes, Frontier | None] | None:
        return next(self._rows, None)

    def advance(self) -> None:
        """Go on to the next checkpoint."""
        self.next = self._take()

    def _checked(self, size: int, root: bytes, moment: Any, note: str, stored: bytes) -> Frontier | None:
        """The frontier of a checkpoint that is sound in itself."""
        try:
            said = parse_checkpoint(verified_text(parse_note(note.encode()), [self._key.public], verify))
            frontier = Frontier.from_bytes(stored)
        except (InputError, IntegrityError) as fault:
            self._fail("ledger_checkpoint", size, None, fault.message)
            return None
        if (said.origin, said.size, said.root, said.time) != (self._key.origin, size, root, moment):
            self._fail("ledger_checkpoint", size, None, "it does not say what was signed")
            return None
        if (frontier.size, frontier.root()) != (size, root):
            self._fail("ledger_checkpoint", size, None, "its frontier does not give the root that was signed")
            return None
        return frontier


class TreeCheck:
    """Adds leaf after leaf and compares the root wherever a checkpoint has one.

    A fault is told once, for the stretch in which it lies: the tree goes on from the next sound checkpoint.
    """

    def __init__(self, heads: Heads, fail: Fail) -> None:
        self._heads, self._fail = heads, fail
        self._frontier = Frontier()
        self._stored: list[bytes] = []
        self._computed: list[bytes] = []
        self._whole = True

    @property
    def _size(self) -> int:
        return self._frontier.size + len(self._stored)

    def add(self, index: int, leaf: Read) -> None:
        """The leaf at ``index``, which must be the next one."""
        if index != self._size:
            self._fail(
                "ledger_position", index, index, f"the next index is {self._size}: the indexes have a gap"
            )
            self._whole = False
        self._stored.append(leaf.stored)
        self._computed.append(leaf.computed)
        self._whole = self._whole and leaf.whole
        head = self._heads.next
        while head is not None and head[0] <= self._size:
            self._compare(*head)
            self._heads.advance()
            head = self._heads.next

    def _compare(self, size: int, root: bytes, sound: Frontier | None) -> None:
        before = self._frontier.size
        for hashes in (self._stored, self._computed):
            tree = Frontier(before, self._frontier.peaks)
            tree.extend(hashes)
            if tree.root() == root:
                break
        else:
            if self._whole and sound is not None:
                what = f"the leaves {before} to {size - 1} do not give its root: one of them was changed or exchanged"
                self._fail("ledger_checkpoint", size, size - 1, what)
            tree = sound or tree
        self._frontier, self._stored, self._computed, self._whole = tree, [], [], True

    def end(self) -> None:
        """After the last leaf: nothing may be left over on either side."""
        if self._stored:
            first = self._frontier.size
            self._fail(
                "ledger_position", first, first, f"no checkpoint covers the leaves from index {first} on"
            )
        head = self._heads.next
        while head is not None:
            what = f"it covers {head[0]} leaves, the log has {self._size}: the end of the log is gone"
            self._fail("ledger_checkpoint", head[0], None, what)
            self._heads.advance()
            head = self._heads.next

    def root(self) -> str:
        """The root of all leaves, hex."""
        tree = Frontier(self._frontier.size, self._frontier.peaks)
        tree.extend(self._stored)
        return tree.root().hex()
