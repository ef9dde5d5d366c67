"""The files of a ledger export, as bytes made of parts. Who writes them to disk is somebody else.

::

    about.json         {"format": "openiru-ledger/1", "origin", "environment", "size", "key"}
    leaves.jsonl       {"body": "<leaf>", "hash": "<64 hex>", "index": n}   one a line, from 0, without a gap
    checkpoints.txt    signed checkpoints, smallest first, a line of 8 equals signs before each
    openings.jsonl     {"index": n, "payload": "<canonical JSON>", "salt": "<64 hex>"}   only what may be
    disclosed verify.py          verify_export.py as it stands: one file, standard library, for somebody
    who has no OpenIRU

A body and a payload are strings inside their line, not objects, so that the exact bytes which were hashed
survive every JSON reader. ``key`` is the log's public key as a convenience; who wants to know that the log
is the right one gets the key elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from openiru.core.errors import InputError
from openiru.core.evidence.jcs import jcs
from openiru.core.evidence.leaf import SALT_BYTES, leaf_hash
from openiru.core.vocabulary import Environment

FORMAT: Final = "openiru-ledger/1"
ABOUT: Final = "about.json"
LEAVES: Final = "leaves.jsonl"
CHECKPOINTS: Final = "checkpoints.txt"
OPENINGS: Final = "openings.jsonl"
VERIFIER: Final = "verify.py"
#: Stands before each checkpoint; no line of a signed note of ours looks like it.
RULE: Final = b"========\n"


class Opening(NamedTuple):
    """What opens one leaf: its salt (32 bytes) and its payload in canonical form."""

    leaf: int
    salt: bytes
    payload: bytes


def about(*, origin: str, environment: Environment, size: int, key: str) -> bytes:
    """about.json. ``key`` as ``str(PublicKey)``, or empty when the log does not sign."""
    return (
        jcs({"format": FORMAT, "origin": origin, "environment": environment, "size": size, "key": key})
        + b"\n"
    )


def leaf_lines(bodies: Iterable[bytes], *, first: int = 0) -> Iterator[bytes]:
    """The lines of leaves.jsonl in the order of the log; ``first`` is the first body's index. Streams."""
    for index, body in enumerate(bodies, first):
        yield jcs({"index": index, "hash": leaf_hash(body).hex(), "body": body.decode()}) + b"\n"


def checkpoint_parts(notes: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of checkpoints.txt: signed notes in the order of their sizes."""
    for note in notes:
        if RULE in note:
            raise InputError("a checkpoint cannot hold the line that divides checkpoints")
        yield RULE + note


def opening_lines(openings: Iterable[Opening]) -> Iterator[bytes]:
    """The lines of openings.jsonl. An erased event has no salt any more and no line here. Streams."""
    for one in openings:
        if len(one.salt) != SALT_BYTES:
            raise InputError(f"a salt has {SALT_BYTES} bytes", where=f"leaf {one.leaf}")
        yield jcs({"index": one.leaf, "salt": one.salt.hex(), "payload": one.payload.decode()}) + b"\n"
