"""``python -m examples.loopback.follow``: tells the played internet what time it is, as a file says it.

Whoever plays a day writes ``{"now": "2026-11-16T09:00:00Z"}`` into the clock file; each new time is sent to the control
port by HTTP and then written to the second file, so that the writer knows that everything due by then has happened.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

LOOK_SECONDS = 0.005


def arguments(argv: list[str]) -> argparse.Namespace:
    """What must be said."""
    parser = argparse.ArgumentParser(prog="python -m examples.loopback.follow", description=__doc__)
    parser.add_argument("--clock", type=Path, required=True, help="the file that says what time it is")
    parser.add_argument("--seen", type=Path, required=True, help="written when the time has been told")
    parser.add_argument("--tick", required=True, help="address of the played internet's tick")
    parser.add_argument("--watch-pid", type=int, required=True, help="end when that process has ended")
    return parser.parse_args(argv)


def tell(address: str, text: bytes) -> bytes:
    """One tick; what was answered."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("POST", parts.path, body=text)
        return connection.getresponse().read()
    finally:
        connection.close()


def put(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    half = path.with_name(path.name + ".half")
    half.write_bytes(data)
    half.replace(path)


def main(argv: list[str]) -> int:
    """Follow until the watched process has ended."""
    args = arguments(argv)
    last = b""
    put(args.seen, b'{"now": ""}\n')
    while Path(f"/proc/{args.watch_pid}").exists() and os.getppid() != 1:
        text = args.clock.read_bytes() if args.clock.exists() else b""
        if text != last:
            tell(args.tick, text)
            put(args.seen, json.dumps({"now": json.loads(text)["now"]}).encode() + b"\n")
            last = text
        time.sleep(LOOK_SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
