"""Nothing that came from outside reaches a terminal as it is."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.entrypoints.program import openiru

from openiru.entrypoints.cli.output import Output, as_json, harmless

HOSTILE = "\x1b]0;title\x07\x1b[2J\x9b31m\u202egnp.exe\u2066\u200b\ud800\r\nnext"

#: Whatever moves a cursor, colours, rings, hides or reverses.
DANGEROUS = {
    chr(code) for code in (*range(10), *range(11, 32), *range(127, 160), 0x200B, 0x200E, 0x200F, 0xFEFF)
}
DANGEROUS |= {chr(code) for code in (*range(0x2028, 0x202F), *range(0x2060, 0x2070), *range(0xD800, 0xE000))}


def calm(text: str) -> bool:
    return all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in text)


def test_terminal_escapes_are_written_out() -> None:
    assert calm(harmless(HOSTILE))
    assert "\x1b" not in harmless(HOSTILE)


@given(st.text(max_size=200))
def test_json_is_harmless_on_a_terminal_and_says_the_same(text: str) -> None:
    line = as_json({"text": text})
    assert not {
        char for char in line if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0x202A <= ord(char) <= 0x202E
    }
    assert json.loads(line) == {"text": text}


def test_lone_surrogates_and_great_numbers_do_not_stop_json() -> None:
    assert json.loads(as_json({"a": "\ud800", "b": 2**70})) == {"a": "\ud800", "b": 2**70}


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_an_address_of_any_text_prints_only_calm_characters(text: str) -> None:
    ran = openiru("address", "--", text) if text else openiru("address", "https://pages.test/")
    assert ran.code in {0, 2, 3}
    assert not DANGEROUS & set(ran.out + ran.err)


def test_errors_quote_hostile_input_harmlessly() -> None:
    ran = openiru(
        "intake", "import", HOSTILE.replace("\ud800", ""), "--as", "RS/ana\x1b[2J", "--format", "\x1b[2J"
    )
    assert ran.code in {1, 2}
    assert not DANGEROUS & set(ran.out + ran.err)


def test_a_table_lines_up_and_is_empty_by_name(capsys: object) -> None:
    out = Output(as_json=False)
    out.rows([{"a": "x\x1b", "b": 12345}], ("a", "b"))
    out.rows([], ("a",), empty="nothing here")
    printed = capsys.readouterr().out  # type: ignore[attr-defined]  # the fixture's type is private to pytest
    assert printed.splitlines() == ["a   b", "x␛  12,345", "nothing here"]
