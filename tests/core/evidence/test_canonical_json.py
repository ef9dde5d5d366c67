"""One JSON value has one byte string (RFC 8785)."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.core.errors import InputError
from openiru.core.evidence.jcs import MAX_INTEGER, Json, jcs, parse

whole = st.integers(-MAX_INTEGER, MAX_INTEGER)
text = st.text(st.characters(exclude_categories=["Cs"]))
values: st.SearchStrategy[Json] = st.recursive(
    st.one_of(st.none(), st.booleans(), whole, text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
    max_leaves=20,
)


def test_keys_are_sorted_by_their_utf16_code_units() -> None:
    """The example of RFC 8785 §3.2.3."""
    value: Json = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    names = list(json.loads(jcs(value)))
    assert names == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_text_is_escaped_as_the_standard_says() -> None:
    """The string of the example of RFC 8785 §3.2.2, and its literals."""
    value: Json = {
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert jcs(value) == (
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_nothing_but_the_value_decides_the_bytes() -> None:
    assert jcs({"b": 1, "a": [{"d": "x", "c": None}]}) == jcs({"a": [{"c": None, "d": "x"}], "b": 1})


@settings(deadline=None)
@given(values)
def test_what_is_written_can_be_read_again(value: Json) -> None:
    assert parse(jcs(value)) == value


@settings(deadline=None)
@given(values)
def test_without_astral_keys_it_is_what_the_standard_encoder_writes(value: Json) -> None:
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if all(ord(sign) < 0xD800 for sign in written):
        assert jcs(value) == written.encode()
    else:
        assert json.loads(jcs(value)) == value


@pytest.mark.parametrize(
    "value",
    [1.5, float("nan"), 2**53, -(2**53), b"x", {1: "x"}, {"x"}, object(), ["\ud800"], {"\udc00": 1}],
    ids=lambda value: type(value).__name__,
)
def test_what_has_no_single_spelling_is_refused(value: object) -> None:
    with pytest.raises(InputError):
        jcs(value)  # type: ignore[arg-type]  # the point is what the type forbids


def test_a_value_nested_too_deep_is_refused_and_not_a_crash() -> None:
    deep: Json = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(InputError, match="nested"):
        jcs(deep)
    while isinstance(deep, list):  # taken apart by hand, so that the collector need not recurse
        deep = deep[0]


@pytest.mark.parametrize(
    "body",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b'"\\u0041"',
        b"1.0",
        b"-0",
        b"01",
        b'"\xff"',
        b"",
        b"NaN",
        b"[" * 5000,
        b"1" * 6000,
    ],
    ids=lambda body: repr(body[:20]),
)
def test_bytes_that_are_not_canonical_are_not_read(body: bytes) -> None:
    with pytest.raises(InputError):
        parse(body)
