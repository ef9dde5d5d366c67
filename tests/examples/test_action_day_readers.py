"""The files as the readers meet them: every row taken or refused with the number that the truth names."""

from __future__ import annotations

import json
from functools import cache
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


@cache
def read(no: int) -> tuple[str, list[tuple[int, str]], set[int]]:
    """The reader's name, numbers and keys of the rows taken, numbers of those refused by reader, address or date."""
    entry = FILES[no]
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
    return reader.name, taken, refused


@pytest.mark.parametrize("no", range(len(FILES)), ids=lambda no: str(FILES[no]["file"]))
def test_each_file_is_recognised_as_what_the_operation_says(no: int) -> None:
    assert read(no)[0] == FILES[no]["format"]


@pytest.mark.parametrize("no", range(len(FILES)), ids=lambda no: str(FILES[no]["file"]))
def test_each_row_is_taken_or_refused_as_planned(no: int) -> None:
    entry = FILES[no]
    _, taken, refused = read(no)
    assert len(taken) == EXPECTED["files"][entry["file"]]["taken"]
    assert refused == {r["row"] for r in EXPECTED["refused"] if r["file"] == entry["file"]}


def test_all_files_together_give_902_places_and_291_duplicates() -> None:
    keys = [key for no in range(len(FILES)) for _, key in read(no)[1]]
    assert (len(keys), len(set(keys))) == (1193, 902)
    assert set(keys) == {addresses.canonicalise(address).key for address in EXPECTED["plan"]}
