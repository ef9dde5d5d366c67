from __future__ import annotations

import re
import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openiru.core.errors import UsageError
from openiru.core.intake.patterns import Pattern, after_prefix, pattern

letters = st.text("ab/:.", max_size=12)


@given(st.text("ab*?", max_size=8), letters)
def test_matching_agrees_with_the_obvious_regular_expression(glob: str, key: str) -> None:
    expected = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in glob)
    assert Pattern(glob).matches(key) == bool(re.fullmatch(expected, key, re.DOTALL))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6), st.text(max_size=4))
def test_every_match_lies_in_the_key_range(prefix: str, rest: str) -> None:
    assume("*" not in prefix and "?" not in prefix)
    low, high = Pattern(prefix + "*").key_range
    assert low <= prefix + rest
    assert high is None or prefix + rest < high


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=4))
def test_nothing_lies_between_the_prefix_and_the_end_of_its_range(prefix: str) -> None:
    high = after_prefix(prefix)
    assume(high is not None)
    assert high is not None
    assert not high.startswith(prefix)
    high.encode()


def test_the_end_of_the_alphabet_has_nothing_above() -> None:
    assert after_prefix("\U0010ffff") is None
    assert after_prefix("a\U0010ffff") == "b"
    assert after_prefix("\ud7ff") == "\ue000"


@pytest.mark.parametrize("text", ["", "*", "t*", "abc?d", "a" * 513, "site:*" + "*" * 8, "site:\x00*"])
def test_a_pattern_that_is_too_wide_too_wild_or_unreadable_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        pattern(text)


def test_the_worst_pattern_is_still_fast() -> None:
    wild = pattern("aaaa" + "*a" * 7 + "*b")
    began = time.perf_counter()
    assert not wild.matches("a" * 8_000)
    assert time.perf_counter() - began < 2
