"""JSON of any shape that holds rows, streamed; JSON lines with their line numbers."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.formats.sheets import read, said, write

from openiru.adapters.formats import _jsonstream
from openiru.adapters.formats._jsonstream import JsonStream
from openiru.adapters.formats.json import JsonReader
from openiru.core.errors import InputError

ROW = {
    "url": "https://a.example/1",
    "date": "2020-10-01T10:00:00Z",
    "reason": "poziv",
    "views": 3,
    "author": {"name": "x"},
}


@pytest.mark.parametrize(
    "value",
    [
        [ROW],
        {"items": [ROW]},
        {"meta": {"items": 1, "x": [1, [2]]}, "results": [ROW], "after": [ROW]},
        {"data": {"count": 1, "items": [ROW]}},
    ],
)
def test_the_list_of_rows_is_found_wherever_it_usually_stands(tmp_path: Path, value: Any) -> None:
    rows, refused, notes = read(write(tmp_path, json.dumps(value, indent=2), "a.json"), "json")
    assert [(row.number, row.reason, row.views) for row in rows] == [(1, "poziv", 3)]
    assert not refused
    assert "author.name" in said(notes)


def test_a_list_of_addresses_is_enough(tmp_path: Path) -> None:
    rows, refused, _ = read(
        write(tmp_path, '["https://a.example/1", "nothing", "hxxp://b[.]example/2"]', "a.json"), "json"
    )
    assert [(row.number, row.address) for row in rows] == [
        (1, "https://a.example/1"),
        (3, "hxxp://b[.]example/2"),
    ]
    assert [item.number for item in refused] == [2]


def test_keys_are_mapped_and_unknown_ones_named(tmp_path: Path) -> None:
    path = write(tmp_path, '[{"wo": "https://a.example/1", "warum": "x"}]', "a.json")
    rows, _, _ = read(path, "json", address="wo", reason="warum")
    assert (rows[0].address, rows[0].reason) == ("https://a.example/1", "x")
    _, refused, _ = read(path, "json")
    assert "wo, warum" in refused[0].reason


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"items": [{"url": "https://a.example/1"}, {"url": ', "broken"),
        ('{"nothing": 1}', "holds no list"),
        ("[1, 2", "broken"),
        ("[" * 5000, "nested|broken"),
        ('{"items": [' + "9" * 5000 + "]}", "number"),
        ("{'items': []}", "broken"),
    ],
)
def test_what_is_no_json_is_a_clear_error_with_its_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(write(tmp_path, text, "a.json"), "json")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps([ROW] * 10_000, indent=1), "a.json")
    tracemalloc.start()
    count = sum(1 for _ in JsonReader().read(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count >= 10_000
    assert peak < 6 << 20, f"{peak >> 20} MiB for a file of {path.stat().st_size >> 20} MiB"


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(_VALUES, max_size=12), st.integers(1, 50), st.sampled_from([None, 1]))
@settings(max_examples=80, deadline=None)
def test_a_stream_in_small_pieces_gives_what_the_whole_would(
    values: list[Any], piece: int, indent: int | None
) -> None:
    stream = JsonStream(io.StringIO(json.dumps(values, indent=indent, ensure_ascii=False)))
    before, _jsonstream._CHUNK = _jsonstream._CHUNK, piece
    try:
        assert [stream.value() for _ in stream.items()] == values
    finally:
        _jsonstream._CHUNK = before


def test_lines_are_taken_or_refused_one_by_one(tmp_path: Path) -> None:
    text = '{"url":"https://a.example/1"}\n\n{"url":\n[1]\n"https://a.example/5"\n{"link":"https://a.example/6"}\n'
    rows, refused, _ = read(write(tmp_path, text, "a.jsonl"), "jsonl")
    assert [row.number for row in rows] == [1, 5, 6]
    assert [(item.number, item.code) for item in refused] == [(3, "OIRU-4030"), (4, "OIRU-4031")]


def test_escaped_poison_is_made_harmless(tmp_path: Path) -> None:
    text = '[{"url":"https://a.example/1","reason":"a\\u0000b\\ud800"},{"url":"https://a.example/\\u0000"}]'
    rows, refused, _ = read(write(tmp_path, text, "a.json"), "json")
    assert rows[0].reason == "a␀b?" or rows[0].reason == "a␀b�"
    assert [item.number for item in refused] == [2]
