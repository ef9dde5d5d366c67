"""Files that a command is given, and those that it writes."""

from __future__ import annotations

import sys
from pathlib import Path

from openiru.core.errors import UsageError


def read_bytes(file: Path) -> bytes:
    """All of a file; ``-`` is stdin. Raises UsageError when it cannot be read."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"the file cannot be read: {error.strerror}", where=str(file)) from error


def write_bytes(file: Path, data: bytes) -> None:
    """Write a file. Raises UsageError when it cannot be written."""
    try:
        file.write_bytes(data)
    except OSError as error:
        raise UsageError(f"the file cannot be written: {error.strerror}", where=str(file)) from error
