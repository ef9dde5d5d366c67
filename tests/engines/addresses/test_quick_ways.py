"""The quick ways give what the slow ones give: hosts met before, rules tried as one expression, texts as formats."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.addresses.cases import CASES

from openiru.core.errors import SettingError
from openiru.engines.addresses import Address, AddressError, default_rulebook, try_canonicalise
from openiru.engines.addresses.cells import Candidate
from openiru.engines.addresses.hosts import facts_of
from openiru.engines.addresses.split import split
from openiru.engines.addresses.templates import any_word, compile_texts

LAW = settings(deadline=None)
WORDS = st.sampled_from([c.raw for c in CASES])
SPELLINGS = st.sampled_from(
    ["{}", "hxxps://{}", "HXXP://{}", "http://{}", "HttpS://{}", " {}\n", "https://www.{}"]
)
PUTS = st.lists(
    st.sampled_from(
        ["%2e", "%41", "%", "[.]", "hxxp", "/.", "//", ".", "?", "#", "é", "(", "'", "A", "@", ":", "*", " "]
    ),
    max_size=2,
).map("".join)


def _said(answer: Address | AddressError) -> tuple[Any, ...]:
    if isinstance(answer, Address):
        return tuple(answer)
    return answer.message, answer.where, answer.hint, answer.code


@LAW
@given(WORDS, SPELLINGS, st.integers(0, 60), PUTS, st.sampled_from(["plain", "masked"]))
def test_an_address_means_the_same_whether_its_host_was_met_before_or_not(
    raw: str, spelling: str, at: int, put: str, dress: str
) -> None:
    bare = re.sub(r"^https?://(www\.)?", "", raw)
    bare = bare[:at] + put + bare[at:]
    text = spelling.format(bare.replace(".", "[.]", 1).swapcase() if dress == "masked" else bare)
    memory = default_rulebook().facts
    memory.clear()
    first = _said(try_canonicalise(text))
    try_canonicalise(f"https://{bare}")
    assert _said(try_canonicalise(text)) == first


def _one_by_one(candidates: tuple[Candidate, ...], path: str) -> tuple[int, dict[str, str]] | None:
    for rule, patterns in candidates:
        for pattern in patterns:
            hit = pattern.fullmatch(path)
            if hit:
                return id(rule), hit.groupdict()
    return None


@LAW
@given(WORDS, st.integers(0, 60), PUTS, st.integers(0, 7))
def test_the_common_expression_finds_the_rule_that_trying_one_by_one_finds(
    raw: str, at: int, put: str, given_parts: int
) -> None:
    book = default_rulebook()
    try:
        parts = split(raw, book)
        platform = book.by_host.get(parts.host) or facts_of(parts.host, book).platform or book.shapes
    except AddressError as err:
        pytest.fail(f"the catalogue holds no errors: {err}")
    path = parts.path[: at + 1] + put + parts.path[at + 1 :]
    cell = platform.cell(path[1:].split("/")[0], given_parts)
    hit = cell.prepare().fullmatch(path)
    found = None
    if hit is not None:
        form = cell.forms[hit.lastindex]
        found = id(form.rule), dict(zip(form.names, hit.group(*form.groups), strict=False))
    assert found == _one_by_one(cell.candidates, path)


@given(
    st.lists(st.from_regex(r"[a-z0-9][A-Za-z0-9_-]{0,4}", fullmatch=True), min_size=1, max_size=6),
    st.text(max_size=5),
)
def test_words_sorted_by_their_first_letter_are_the_same_words(words: list[str], text: str) -> None:
    sorted_words, plain = re.compile(any_word("|".join(words))), re.compile(f"(?i:{'|'.join(words)})")
    for one in (text, words[0], words[-1].upper(), words[0].replace("s", "\u017f").replace("k", "\u212a")):
        assert bool(sorted_words.fullmatch(one)) == bool(plain.fullmatch(one))


def test_what_a_rule_writes_keeps_its_percent_signs_and_braces() -> None:
    form, names = compile_texts(["a%2F{x}{{y}}", "{x}-{z}", "plain"])
    assert names == ("x", "x", "z")
    assert form % ("1", "1", "2") == "a%2F1{y}\x001-2\x00plain"
    form, names = compile_texts(["100%"])
    assert form % tuple("" for _ in names) == "100%"


@pytest.mark.parametrize("template", ["{x.__class__}", "{x!r}", "{x:>9}", "{x", "{}", "a\0b"])
def test_a_rule_that_would_write_more_than_plain_parts_is_refused(template: str) -> None:
    with pytest.raises(SettingError, match="writes"):
        compile_texts([template])


def test_a_type_that_refers_back_to_a_group_is_refused() -> None:
    toml = (
        "[[platform]]\nid = 'p'\nhosts = ['p.example']\n[platform.types]\ntwice = '(.)\\1'\n"
        "[[platform.rule]]\nname = 'r'\npath = '/{x:twice}'\nkind = 'page'\nkey = 'k:{x}'\ncanonical = 'https://p.example/{x}'\n"
    )
    with pytest.raises(SettingError, match="refers back"):
        default_rulebook().with_rules(toml)


def test_a_type_may_hold_groups_of_its_own() -> None:
    toml = (
        "[[platform]]\nid = 'p'\nhosts = ['p.example']\n[platform.types]\npair = '(a|b)(?P<inner>c)?'\n"
        "[[platform.rule]]\nname = 'r'\npath = ['/z/{x:pair}/{y}', '/{x:pair}/{y}']\nkind = 'page'\nkey = 'k:{y}:{x}'\n"
        "canonical = 'https://p.example/{x}/{y}'\n"
    )
    book = default_rulebook().with_rules(toml)
    answer = try_canonicalise("https://p.example/bc/d", rules=book)
    assert isinstance(answer, Address)
    assert answer.key == "p:k:d:bc"
