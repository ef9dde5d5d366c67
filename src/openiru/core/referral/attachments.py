"""The machine-readable files beside a letter: the only place where the live address stands."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

from openiru.core.referral.letter import ANSWER_COLUMNS, LEGAL_NATURE, LetterFacts, Line, check_letter
from openiru.core.vocabulary import Environment

#: Name and version of the JSON file.
FORMAT: Final = "openiru-referral/1"
#: The columns of the CSV file: what we say of a line, then room for the provider's answer.
CSV_COLUMNS: Final = (
    "reference",
    "line",
    "key",
    "url",
    "kind",
    "grounds",
    "place",
    "quote",
    "translation",
    "rule",
    "national_law",
    "captured_at",
    "capture_digest",
    "group",
    "brand",
    "legal_nature",
    "environment",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def json_attachment(facts: LetterFacts) -> str:
    """The referral as JSON, keys in a fixed order, LF at the end."""
    check_letter(facts)
    document: dict[str, Any] = {
        "format": FORMAT,
        "reference": facts.reference,
        "environment": facts.environment.value,
        "operation": facts.operation,
        "provider": facts.provider,
        "legal_nature": LEGAL_NATURE,
        "urgent": facts.urgent,
        "written_at": facts.written_at.isoformat(),
        "sender": {
            "unit": facts.sender.unit,
            "authority": facts.sender.authority,
            "profile": facts.sender.profile.value,
            "own_ground": facts.sender.own_ground,
            "contact": facts.sender.contact,
        },
        "contributors": list(facts.contributors),
        "answer_columns": list(ANSWER_COLUMNS),
        "lines": [_line(line) for line in facts.lines],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _line(line: Line) -> dict[str, Any]:
    return {
        "line": line.line,
        "key": line.key,
        "url": line.url,
        "kind": line.kind.value,
        "grounds": [ground.value for ground in line.grounds],
        "place": line.place,
        "quote": line.quote,
        "translation": line.translation,
        "rule": line.rule,
        "national_law": line.national_law,
        "exceptions_not_applying": sorted(each.value for each in line.exceptions),
        "captured_at": line.captured_at.isoformat() if line.captured_at else None,
        "capture_digest": line.capture_digest,
        "group": line.group,
        "brand": line.brand,
    }


def csv_attachment(facts: LetterFacts) -> str:
    """The lines as CSV (RFC 4180 quoting, CRLF). Cells that a spreadsheet would run are disarmed."""
    check_letter(facts)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(CSV_COLUMNS)
    for line in facts.lines:
        writer.writerow([guard(cell) for cell in _cells(line, facts)])
    return out.getvalue()


def answer_form(facts: LetterFacts) -> str:
    """An answer file to fill in: one row a line, with reference, line and address."""
    check_letter(facts)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(ANSWER_COLUMNS)
    blank = [""] * (len(ANSWER_COLUMNS) - 3)
    for line in facts.lines:
        writer.writerow([guard(facts.reference), line.line, guard(line.url or line.key), *blank])
    return out.getvalue()


def _cells(line: Line, facts: LetterFacts) -> list[str]:
    environment = "" if facts.environment is Environment.LIVE else facts.environment.value
    return [
        facts.reference,
        str(line.line),
        line.key,
        line.url,
        line.kind.value,
        " ".join(ground.value for ground in line.grounds),
        line.place,
        line.quote,
        line.translation,
        line.rule,
        line.national_law,
        line.captured_at.isoformat() if line.captured_at else "",
        line.capture_digest or "",
        line.group,
        line.brand,
        LEGAL_NATURE,
        environment,
    ]


def guard(cell: str) -> str:
    """``cell`` with an apostrophe in front when a spreadsheet would take it for a formula (OWASP).

    A cell that looks guarded already gets one more, so that :func:`unguard` gives back exactly what was written.
    """
    return "'" + cell if cell.lstrip("'").lstrip(" ").startswith(_FORMULA) else cell


def unguard(cell: str) -> str:
    """Take the apostrophe of :func:`guard` away again; any other cell stays as it is."""
    return cell[1:] if cell.startswith("'") and guard(cell[1:]) == cell else cell
