"""Answer files as bytes: any usual encoding, CSV or JSON."""

from __future__ import annotations

import codecs
import hashlib
import io
from pathlib import Path

from openiru.core.errors import InputError
from openiru.core.referral.answer_files import AnswerRow, read_csv, read_json
from openiru.engines.text import scan_stream

MOST_BYTES = 50_000_000


def read_answers(content: bytes) -> list[AnswerRow]:
    """The rows of an answer file. Raises InputError when it is neither CSV nor JSON with the columns of one."""
    if len(content) > MOST_BYTES:
        raise InputError(f"an answer file has at most {MOST_BYTES:,} bytes")
    encoding = scan_stream(io.BytesIO(content)).encoding
    text = content[encoding.bom :].decode(codecs.lookup(encoding.name).name, errors="replace")
    return read_json(text) if text.lstrip()[:1] in {"{", "["} else read_csv(text)


def read_answer_file(path: Path) -> tuple[list[AnswerRow], str]:
    """The rows of a file and its digest, which is the ``source`` of the answers."""
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    return read_answers(content), source_of(content)


def source_of(content: bytes) -> str:
    """``sha256:<hex>``."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
