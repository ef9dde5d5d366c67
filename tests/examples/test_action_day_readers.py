"""The files as the readers meet them: every row taken or refused with the number that the truth names."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.examples.played_internet import ROOT

detect = pytest.importorskip("openiru.adapters.formats.detect", reason="the readers are not there yet")
addresses = pytest.importorskip(
    "openiru.engines.addresses", reason="the engine of addresses is not there yet"
)

HERE = ROOT / "examples" / "action-day"
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text("utf-8"))
FILES: list[dict[str, Any]] = json.loads((HERE / "operation.json").read_text("utf-8"))["files"]
LAST_YEAR = 2026


def read(entry: dict[str, Any]) -> tuple[list[tuple[int, str]], set[int]]:
    """Numbers and keys of the rows taken, and the numbers of those refused by reader, address or date."""
    path = HERE / entry["file"]
    _, reader = detect.detect(path)[0]
    taken, refused = [], set()
    for row in reader.read(path, mapping=entry["mapping"] or None):
        if type(row).__name__ == "Refused":
            refused.add(row.number)
        elif type(row).__name__ == "Row":
            found = addresses.try_canonicalise(row.address)
            late = row.seen_at is not None and row.seen_at.year > LAST_YEAR
            if late or isinstance(found, Exception):
                refused.add(row.number)
            else:
                taken.append((row.number, found.key))
    return taken, refused


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: str(entry["file"]))
def test_each_file_is_recognised_as_what_the_operation_says(entry: dict[str, Any]) -> None:
    assert detect.detect(HERE / entry["file"])[0][1].name == entry["format"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: str(entry["file"]))
def test_each_row_is_taken_or_refused_as_planned(entry: dict[str, Any]) -> None:
    taken, refused = read(entry)
    assert len(taken) == EXPECTED["files"][entry["file"]]["taken"]
    assert refused == {r["row"] for r in EXPECTED["refused"] if r["file"] == entry["file"]}


def test_all_files_together_give_902_places_and_291_duplicates() -> None:
    keys = [key for entry in FILES for _, key in read(entry)[0]]
    assert (len(keys), len(set(keys))) == (1193, 902)
    assert set(keys) == {addresses.canonicalise(address).key for address in EXPECTED["plan"]}
