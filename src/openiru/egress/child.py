"""What runs in the child: import the reader, put on the layers, say which held, and only then read.

``python -I -m openiru.egress.child MODULE JSON``: the file stands on descriptor 0, answers go to descriptor
1. MODULE has ``main(source, sink, options)``. Everything it needs must be imported when MODULE is.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Sequence
from typing import BinaryIO, Protocol, cast

from openiru.egress.sandbox import enter

REFUSED_TO_START = 78  # EX_CONFIG of sysexits.h: the sandbox does not hold


class Main(Protocol):
    """What a module that runs in the child offers."""

    def __call__(self, source: io.RawIOBase, sink: BinaryIO, options: dict[str, str]) -> None:
        """Read ``source`` to its end and write answers to ``sink``."""


def run(argv: Sequence[str]) -> int:
    """Run one module in the sandbox; the exit code."""
    module, order = argv[0], json.loads(argv[1])
    main = cast("Main", importlib.import_module(module).main)
    source = io.FileIO(0, "rb", closefd=False)
    # Opened before the layers: a buffered writer asks its descriptor questions that seccomp refuses later.
    sink = io.BufferedWriter(io.FileIO(1, "wb", closefd=False), 1 << 16)
    held = enter(order["limits"])
    sink.write(json.dumps({"sandbox": held}).encode() + b"\n")
    sink.flush()
    missing = [layer for layer in order["need"] if held.get(layer) is not True]
    if missing:
        return REFUSED_TO_START
    try:
        main(source, sink, order["options"])
    except MemoryError:
        return 77
    sink.flush()
    return 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
