"""Files and functions stay small enough to be read."""

from __future__ import annotations

from tests.house.source import Source, ours, python

FILE_LIMIT, FILE_AIM = 400, 250
FUNCTION_LIMIT, FUNCTION_AIM = 50, 25


def test_no_file_is_longer_than_400_lines() -> None:
    long = {source.name: len(source.lines) for source in ours() if len(source.lines) > FILE_LIMIT}
    assert long == {}


def test_nine_files_of_ten_have_at_most_250_lines() -> None:
    sizes = [len(source.lines) for source in python("src")]
    assert sum(size <= FILE_AIM for size in sizes) / len(sizes) >= 0.9


def function_lengths(sources: tuple[Source, ...]) -> dict[str, int]:
    return {
        f"{source.name}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for source in sources
        for node in source.functions()
    }


def test_no_function_is_longer_than_50_lines() -> None:
    lengths = function_lengths(ours())
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LIMIT} == {}


def test_nine_functions_of_ten_have_at_most_25_lines() -> None:
    lengths = list(function_lengths(python("src") + python("examples")).values())
    assert sum(length <= FUNCTION_AIM for length in lengths) / len(lengths) >= 0.9
