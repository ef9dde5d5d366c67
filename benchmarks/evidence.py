"""How fast the ledger's arithmetic is: leaves, roots, proofs, the stand-alone verifier over a million leaves.

python -m benchmarks.evidence [--leaves 1000000]
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.machine import write

from openiru.core.evidence import export, verify_export
from openiru.core.evidence.checkpoint import Checkpoint, NoteSignature
from openiru.core.evidence.jcs import Json
from openiru.core.evidence.leaf import Leaf, commit, make_leaf
from openiru.core.evidence.tree import MemoryNodes, inclusion_proof, root_of, verify_inclusion
from openiru.core.vocabulary import Environment

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
SALT = bytes(range(32))
PAYLOAD: Json = {"unit": "RS", "item": "0193a3b2-0000-7000-8000-000000000001", "row": 7, "kind": "post"}
COMMITMENT = commit(SALT, PAYLOAD)


def leaf(number: int, commitment: str = COMMITMENT) -> Leaf:
    """One leaf with one row, of the length that an import gives."""
    subject = f"0193a3b2-0000-7000-8000-{number:012d}"
    return make_leaf(
        type="intake.contributed",
        environment=Environment.DEMO,
        occurred_at=NOON,
        recorded_at=NOON,
        actor="p-7f3a12",
        subject=subject,
        commitment=commitment,
        rows={f"intake_contribution:{subject}": commitment},
    )


def seconds(work: Callable[[], object]) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def write_export(place: Path, count: int) -> None:
    """An export of ``count`` leaves with one checkpoint over all of them; nothing is signed in earnest."""
    hashes: list[bytes] = []

    def bodies() -> Iterator[bytes]:
        for number in range(count):
            made = leaf(number)
            hashes.append(made.hash)
            yield made.body

    with (place / export.LEAVES).open("wb") as file:
        file.writelines(export.leaf_lines(bodies()))
    head = Checkpoint("bench.invalid/ledger", count, root_of(hashes), NOON).text()
    note = f"{head}\n".encode() + NoteSignature("bench.invalid/ledger", 1, bytes(64)).line().encode()
    (place / export.CHECKPOINTS).write_bytes(b"".join(export.checkpoint_parts([note])))
    about = export.about(origin="bench.invalid/ledger", environment=Environment.DEMO, size=count, key="")
    (place / export.ABOUT).write_bytes(about)


def arithmetic(count: int) -> dict[str, object]:
    """Leaves, roots and proofs, without a disk."""
    many = 100_000
    hashes = [number.to_bytes(32, "big") for number in range(count)]
    nodes = MemoryNodes(hashes)
    root = root_of(hashes)
    sample = range(0, count, max(1, count // 1000))

    def proofs() -> None:
        for number in sample:
            path = inclusion_proof(number, count, nodes.read)
            verify_inclusion(number, count, hashes[number], path, root)

    bare = seconds(lambda: [leaf(number) for number in range(many)])
    full = seconds(lambda: [leaf(number, commit(SALT, PAYLOAD)) for number in range(many)])
    return {
        "leaves made, per second": round(many / bare),
        "leaves and commitments made, per second": round(many / full),
        f"root of {count} leaf hashes, seconds": round(seconds(lambda: root_of(hashes)), 2),
        "inclusion proof made and verified, milliseconds": round(1000 * seconds(proofs) / len(sample), 3),
    }


def verifier(count: int) -> dict[str, object]:
    """The stand-alone verifier over an export on disk."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_export(place, count)
        size = (place / export.LEAVES).stat().st_size
        results: list[verify_export.Result] = []
        spent = seconds(lambda: results.append(verify_export.check(place)))
    if results[0].broken:
        raise SystemExit(results[0].broken[0])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        f"stand-alone verifier over {count} leaves, seconds": round(spent, 1),
        "size of that export, MB": round(size / 1e6),
        "largest memory of the whole measurement, MiB": round(memory),
    }


def main() -> None:
    """Measure and write benchmarks/results/evidence.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leaves", type=int, default=1_000_000)
    count: int = parser.parse_args().leaves
    write("evidence", {**arithmetic(count), **verifier(count)})


if __name__ == "__main__":
    main()
