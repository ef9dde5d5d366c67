"""Answer files of the provider's page: one to fill in, and one that came back."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest

from openiru.core.errors import InputError
from openiru.core.referral.answer_files import AnswerRow
from openiru.core.referral.attachments import guard
from openiru.core.referral.letter import ANSWER_COLUMNS
from openiru.stages.referral.portal.queries import Opened
from openiru.stages.referral.reading import read_answers

#: A stranger sends no more than a mebibyte in all (foundation/operations/uploads.py).
MOST_BYTES: Final = 1_000_000


def answer_form(opened: Opened) -> str:
    """An answer file (RFC 4180, CRLF) with every line that stands and its last answer. Cells that a spreadsheet would run are disarmed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(ANSWER_COLUMNS)
    for line in opened.lines:
        if not line.withdrawn:
            cells = {
                "reference": opened.reference,
                "line": str(line.number),
                "url_or_key": str(line.said["url"] or line.said["key"]),
            }
            if line.answer:
                cells |= _recorded(line.answer)
            writer.writerow([guard(cells.get(name, "")) for name in ANSWER_COLUMNS])
    return out.getvalue()


def _recorded(answer: Mapping[str, Any]) -> dict[str, str]:
    """An answer as it was given: sent back unchanged it is the same answer."""
    names = ("decision", "ground", "ground_reference", "explanation", "puid")
    decided = answer["decided_at"]
    return {name: answer[name] for name in names} | {"decided_at": decided.isoformat() if decided else ""}


def rows_of(request: HttpRequest) -> list[AnswerRow]:
    """The rows of the file that was sent; those without an answer are left out. InputError when it is no answer file."""
    file = request.FILES.get("file")
    if file is None:
        raise InputError(
            "no file was chosen", where="file", hint="Choose the filled-in file and send the form again."
        )
    if (file.size or 0) > MOST_BYTES:
        raise InputError(f"an answer file has at most {MOST_BYTES:,} bytes here", hint="Send it in parts.")
    rows = read_answers(file.read())
    return [row for row in rows if row.problem or row.cells.get("decision", "").strip()]
