"""Check a ledger export without OpenIRU: one file, Python 3.11 or later, nothing but the standard library.

    python verify.py DIRECTORY [--key NAME+ID+KEY] [--json]

It recomputes every leaf hash and every root, opens what the export discloses, checks the signatures when
the package ``cryptography`` is installed and a key is given, and says in plain words what is proved and
what is not. Exit code 0: all that could be checked holds, signatures included. 1: something does not hold.
2: wrong usage. 3: nothing is wrong, but a signature was not checked.

It shares no code with the program that wrote the export, on purpose: a fault there cannot hide itself
here. It reads files, which the rest of ``core`` never does, because it is meant to be copied out of the
house and run alone.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FORMAT = "openiru-ledger/1"
RULE = "========\n"
MEMBERS = ["actor", "environment", "occurred_at", "payload", "recorded_at", "rows", "subject", "type", "v"]
MAX_LINE = 1 << 24
MAX_FINDINGS = 100

#: (public key, signature, message) -> good?
Verify = Callable[[bytes, bytes, bytes], bool]


class Broken(Exception):  # noqa: N818 - the word that is printed
    """A part of the export is not what it must be."""


@dataclass
class Result:
    """What came out. ``broken`` is empty when all that was checked holds; at most 100 findings are kept."""

    leaves: int = 0
    checkpoints: int = 0
    signed: int = 0
    opened: int = 0
    covered: int = 0
    root: str = ""
    broken: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)

    def fail(self, text: str) -> None:
        """Keep one finding."""
        if len(self.broken) < MAX_FINDINGS:
            self.broken.append(text)

    @property
    def exit_code(self) -> int:
        """1 when something is broken, 3 when a signature was not checked, else 0."""
        return 1 if self.broken else 3 if self.unchecked else 0


@dataclass(frozen=True)
class Head:
    """One checkpoint: its place in the file, its size and root, the signed text and the signature lines."""

    number: int
    origin: str
    size: int
    root: bytes
    text: str
    signatures: list[tuple[str, bytes]]


class Tree:
    """The right edge of a Merkle tree (RFC 6962): a stack of (height, hash)."""

    def __init__(self) -> None:
        self.size = 0
        self._stack: list[tuple[int, bytes]] = []

    def add(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        height, found = 0, leaf
        while self._stack and self._stack[-1][0] == height:
            found = hashlib.sha256(b"\x01" + self._stack.pop()[1] + found).digest()
            height += 1
        self._stack.append((height, found))
        self.size += 1

    def root(self) -> bytes:
        """The root so far."""
        if not self._stack:
            return hashlib.sha256(b"").digest()
        found = self._stack[-1][1]
        for _, left in reversed(self._stack[:-1]):
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found


def check(directory: Path, key: str = "", verify: Verify | None = None) -> Result:
    """Check the export in ``directory``. ``key`` was got elsewhere; without it the export's own is used."""
    result = Result()
    try:
        about = _about(directory)
        heads = _heads((directory / "checkpoints.txt").read_text(encoding="utf-8"))
        commitments = _walk(_lines(directory / "leaves.jsonl"), about, heads, result)
        _check_heads(heads, about, result)
        _check_signatures(heads, key or str(about["key"]), verify, result)
        if not key:
            result.unchecked.append("whose log this is: the key was taken from the export itself")
        if (directory / "openings.jsonl").exists():
            _open(_lines(directory / "openings.jsonl"), commitments, result)
    except Broken as fault:
        result.fail(str(fault))
    except (OSError, UnicodeDecodeError) as fault:
        result.fail(f"a file of the export cannot be read: {fault}")
    return result


def _about(directory: Path) -> dict[str, object]:
    value = _json((directory / "about.json").read_text(encoding="utf-8"), "about.json")
    expected = {"format": str, "origin": str, "environment": str, "size": int, "key": str}
    if value.get("format") != FORMAT or value.keys() != expected.keys():
        raise Broken("about.json: not a ledger export of version 1")
    if any(type(value[name]) is not kind for name, kind in expected.items()):
        raise Broken("about.json: a member has the wrong type")
    return value


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        while line := file.readline(MAX_LINE):
            if not line.endswith("\n"):
                raise Broken(f"{path.name}: a line is cut off or too long")
            yield line


def _walk(lines: Iterable[str], about: dict[str, object], heads: list[Head], result: Result) -> list[str]:
    """Recompute the tree, compare its root wherever a checkpoint has one; the commitment of each leaf."""
    tree, waiting, commitments = Tree(), sorted(heads, key=lambda head: head.size), list[str]()
    waiting.reverse()
    _compare(tree, waiting, result)
    for number, line in enumerate(lines):
        try:
            tree.add(_leaf(line, number, about, commitments))
        except Broken as fault:
            result.fail(str(fault))
            commitments.append("")
            tree.add(bytes(32))  # goes on, so that later faults are told as well
        _compare(tree, waiting, result)
    if tree.size != about["size"]:
        result.fail(f"leaves.jsonl: {tree.size} leaves, but about.json says {about['size']}")
    for head in waiting:
        result.fail(
            f"checkpoint {head.number}: it covers {head.size} leaves, the export has only {tree.size}"
        )
    result.leaves, result.root = tree.size, tree.root().hex()
    return commitments


def _compare(tree: Tree, waiting: list[Head], result: Result) -> None:
    while waiting and waiting[-1].size == tree.size:
        head = waiting.pop()
        if head.root != tree.root():
            result.fail(f"checkpoint {head.number}: the first {head.size} leaves do not give its root")
        else:
            result.covered = max(result.covered, head.size)


def _leaf(line: str, number: int, about: dict[str, object], commitments: list[str]) -> bytes:
    where = f"leaf {number}"
    value = _json(line, where)
    body, said = value.get("body"), value.get("hash")
    if value.keys() != {"body", "hash", "index"} or not isinstance(body, str) or not body.isascii():
        raise Broken(f"{where}: the line is not a leaf")
    if value["index"] != number or type(value["index"]) is not int:
        raise Broken(f"{where}: the line has index {value['index']}: leaves are missing, added or exchanged")
    found = hashlib.sha256(b"\x00" + body.encode()).digest()
    if found.hex() != said:
        raise Broken(f"{where}: the body does not give the hash beside it")
    commitments.append(_commitment(body, where, about))
    return found


def _commitment(body: str, where: str, about: dict[str, object]) -> str:
    record = _json(body, where)
    if list(record) != MEMBERS or type(record["v"]) is not int or record["v"] != 1:
        raise Broken(f"{where}: the body is not a leaf of version 1")
    if json.dumps(record, separators=(",", ":"), sort_keys=True) != body:
        raise Broken(f"{where}: the body is not in canonical form")
    if record["environment"] != about["environment"]:
        raise Broken(f"{where}: it comes from an instance of another kind ({record['environment']!r})")
    return str(record["payload"])


def _heads(text: str) -> list[Head]:
    before, *notes = text.split(RULE)
    if before:
        raise Broken("checkpoints.txt: does not begin with the dividing line")
    return [_head(number, note) for number, note in enumerate(notes, 1)]


def _head(number: int, note: str) -> Head:
    text, gap, tail = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or not tail.endswith("\n") or len(lines) < len("osr") or not all(lines):
        raise Broken(f"checkpoint {number}: not a signed checkpoint")
    if not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]):
        raise Broken(f"checkpoint {number}: its size is not a number")
    signatures = []
    for line in tail[:-1].split("\n"):
        dash, name, coded = [*line.split(" "), "", ""][:3]
        if dash != "\u2014" or not name:
            raise Broken(f"checkpoint {number}: a signature line is damaged")
        signatures.append((name, _bytes(coded, f"checkpoint {number}")))
    if len(set(signatures)) != len(signatures):
        raise Broken(f"checkpoint {number}: a signature line stands there twice")
    return Head(
        number, lines[0], int(lines[1]), _bytes(lines[2], f"checkpoint {number}"), text + "\n", signatures
    )


def _check_heads(heads: list[Head], about: dict[str, object], result: Result) -> None:
    result.checkpoints = len(heads)
    last = -1
    for head in heads:
        if head.origin != about["origin"]:
            result.fail(f"checkpoint {head.number}: it is of another log ({head.origin!r})")
        if head.size < last:
            result.fail(f"checkpoint {head.number}: it is smaller than the one before: the log has shrunk")
        last = head.size
    if not heads:
        result.fail("checkpoints.txt: there is no checkpoint, so nothing fixes the leaves")


def _check_signatures(heads: list[Head], key: str, verify: Verify | None, result: Result) -> None:
    if not key:
        result.unchecked.append("signatures not checked: there is no key")
        return
    name, public, mark = _key(key)
    verify = verify or _ed25519()
    if verify is None:
        result.unchecked.append("signatures not checked: the package cryptography is not installed")
        return
    for head in heads:
        mine = [raw[4:] for signer, raw in head.signatures if (signer, raw[:4]) == (name, mark)]
        if not mine:
            result.fail(f"checkpoint {head.number}: {name} has not signed it")
        elif not all(verify(public, signature, head.text.encode()) for signature in mine):
            result.fail(f"checkpoint {head.number}: the signature does not fit")
        else:
            result.signed += 1


def _key(text: str) -> tuple[str, bytes, bytes]:
    name, _, rest = text.partition("+")
    said, _, coded = rest.partition("+")
    raw = _bytes(coded, "the key")
    mark = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    if raw[:1] != b"\x01" or mark.hex() != said:
        raise Broken("the key is not a verifier key (name+id+key)")
    return name, raw[1:], mark


def _ed25519() -> Verify | None:
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - optional
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - optional
    except ImportError:
        return None

    def verify(public: bytes, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    return verify


def _open(lines: Iterable[str], commitments: list[str], result: Result) -> None:
    for number, line in enumerate(lines, 1):
        where = f"openings.jsonl, line {number}"
        value = _json(line, where)
        index, salt, payload = value.get("index"), value.get("salt"), value.get("payload")
        if type(index) is not int or not 0 <= index < len(commitments):
            result.fail(f"{where}: there is no such leaf")
        elif not (isinstance(salt, str) and re.fullmatch("[0-9a-f]{64}", salt) and isinstance(payload, str)):
            result.fail(f"{where}: not an opening")
        elif (
            hmac.digest(bytes.fromhex(salt), payload.encode("utf-8", "surrogatepass"), "sha256").hex()
            != commitments[index]
        ):
            result.fail(f"{where}: the payload is not what leaf {index} committed to")
        else:
            result.opened += 1


def _json(text: str, where: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Broken(f"{where}: not JSON") from None
    if not isinstance(value, dict):
        raise Broken(f"{where}: not a JSON object")
    return value


def _bytes(text: str, where: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise Broken(f"{where}: not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise Broken(f"{where}: base64 in a second spelling")
    return raw


def in_words(result: Result) -> str:
    """The result as a page of plain text. Nothing from the export reaches the terminal unescaped."""
    if result.broken:
        lines = ["This export does not hold.", "", *(f"  * {_plain(text)}" for text in result.broken)]
        return "\n".join([*lines, "", "Nothing else that this export says should be relied on.", ""])
    lines = [
        "Everything that was checked holds.",
        "",
        "Proved:",
        f"  * {result.leaves} leaves, none changed, missing, added or moved, with the root {result.root}",
        f"  * {result.checkpoints} checkpoints, each of them a beginning of this one log",
        f"  * {result.signed} of these checkpoints carry a good signature",
        f"  * {result.opened} payloads are the ones that were recorded at the time",
        "",
        "Not proved:",
        "  * that what people recorded was true; only that it was recorded and has not been changed",
        "  * that no other log was shown to somebody else (compare the root with a witness or a second copy)",
        "  * that the log ends here: an export may be cut back to an earlier checkpoint as a whole",
        f"  * the {result.leaves - result.covered} leaves after the last checkpoint",
        f"  * the content of the {result.leaves - result.opened} leaves that are not opened here",
        *(f"  * {_plain(text)}" for text in result.unchecked),
        "",
    ]
    return "\n".join(lines)


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else f"\\u{{{ord(sign):x}}}" for sign in text)


def main(arguments: list[str]) -> int:
    """The program. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="verify.py", description="Check a ledger export.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--key", default="", help="the log's verifier key, got elsewhere: name+id+key")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    chosen = parser.parse_args(arguments)
    result = check(chosen.directory, chosen.key)
    if chosen.json:
        sys.stdout.write(json.dumps({**vars(result), "exit_code": result.exit_code}, sort_keys=True) + "\n")
    else:
        sys.stdout.write(in_words(result))
    return result.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
