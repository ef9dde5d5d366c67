"""Assessments as files: JSON, JSON lines or CSV in, a form with nothing filled in out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from openiru.core.assessment.plain import draft_from_plain
from openiru.core.assessment.tests import Draft
from openiru.core.errors import InputError
from openiru.core.vocabulary import ProtectedPurpose

TEXTS = ("group", "brand", "proportionality", "provider_rule", "reasons")
YES, NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})
LARGEST = 64 * 1024 * 1024


def form() -> dict[str, Any]:
    """An assessment in which nobody has said anything yet. Facts and exceptions are never filled in by a machine."""
    exceptions = [{"exception": one.value, "applies": None, "reason": ""} for one in ProtectedPurpose]
    texts = dict.fromkeys(TEXTS, "")
    return {
        "availability": None,
        "claims": [],
        "exceptions": exceptions,
        **texts,
        "confidence": None,
        "verdict": None,
    }


def read_drafts(data: bytes, where: str) -> Iterator[tuple[int, dict[str, Any], Draft | InputError]]:
    """(number, head with item or key and basis, the draft or why it cannot be read) of each assessment in a file."""
    if len(data) > LARGEST:
        raise InputError(f"a file of assessments has at most {LARGEST:,} bytes", where=where)
    text = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    rows = _json(text, where) if text[:1] in {b"{", b"["} else _csv(data, where)
    for number, row in rows:
        try:
            yield number, row, draft_from_plain(row.get("assessment") or {})
        except InputError as error:
            yield number, row, error


def _json(text: bytes, where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    whole = text[:1] == b"["
    parts = [text] if whole else text.splitlines()
    for number, part in enumerate(parts, 1):
        if not part.strip():
            continue
        try:
            found = orjson.loads(part)
        except orjson.JSONDecodeError as error:
            raise InputError(
                f"this is no JSON: {error}", where=f"{where}, line {number}", code="OIRU-4030"
            ) from error
        for place, one in enumerate(found if whole else [found], number):
            if not isinstance(one, dict):
                raise InputError("an assessment is an object", where=f"{where}, {place}", code="OIRU-4031")
            yield place, one


def _csv(data: bytes, where: str) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            "a file of assessments is written in UTF-8", where=f"{where}, byte {error.start}"
        ) from error
    reader = csv.DictReader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            cells = {str(name).strip().casefold(): (cell or "").strip() for name, cell in row.items() if name}
            yield reader.line_num, {**_head(cells), "assessment": _assessment(cells)}
    except csv.Error as error:
        raise InputError(f"this is no table: {error}", where=f"{where}, line {reader.line_num}") from error


def _head(cells: Mapping[str, str]) -> dict[str, str]:
    return {name: cells.get(name, "") for name in ("item", "key", "basis")}


def _assessment(cells: Mapping[str, str]) -> dict[str, Any]:
    """Columns: ground, facts, danger; for each exception one of its name (yes or no) and ``<name>_reason``; the texts."""
    claims = []
    if cells.get("ground"):
        danger = cells.get("danger") or None
        claims = [{"ground": cells["ground"], "facts": cells.get("facts", ""), "danger": danger}]
    exceptions = [
        {
            "exception": one.value,
            "applies": _yes(cells[one.value]),
            "reason": cells.get(f"{one.value}_reason", ""),
        }
        for one in ProtectedPurpose
        if cells.get(one.value)
    ]
    confidence = cells.get("confidence", "")
    return {
        "availability": cells.get("availability") or None,
        "claims": claims,
        "exceptions": exceptions,
        **{name: cells.get(name, "") for name in TEXTS},
        "confidence": int(confidence) if confidence.isdigit() else None,
        "verdict": cells.get("verdict") or None,
    }


def _yes(cell: str) -> bool | str:
    word = cell.casefold()
    return True if word in YES else False if word in NO else cell
