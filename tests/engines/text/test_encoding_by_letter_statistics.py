"""Code pages are told apart by their letters, and the choice is shown."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.engines.text import choose_single_byte, guess_encoding, scan_stream
from openiru.engines.text.model import languages, learn

SENTENCES = [
    ("cp1250", "Razlog: poziv na nasilje, označeno kao šala; obrazloženje u prilogu"),
    ("cp1250", "pročišćeno čitanje žalbe"),
    ("cp1250", "opomba: še vedno javno dostopno, čeprav prijavljeno že včeraj"),
    ("cp1250", "Đurđa je rekla da će doći"),
    ("cp1250", "Montenegrin: čuće se još"),
    ("cp1250", "če"),
    ("cp1251", "Коментар: видео на српском језику"),
    ("cp1251", "Македонски јазик; објава; причина"),
    ("cp1251", "ѓавол"),
    ("cp1252", "Përshkrimi i përmbajtjes; arsyeja; gjuha shqipe, çështje"),
    ("cp1252", "très grave, déjà signalé à l'hébergeur du père"),
    ("cp1252", "schöne Grüße aus Köln"),
    ("cp1252", "può essere così, è già"),
    ("cp1252", "señal de año"),
]


@pytest.mark.parametrize(("page", "sentence"), SENTENCES)
def test_a_sentence_is_read_with_its_own_letters(page: str, sentence: str) -> None:
    found = choose_single_byte(sentence.encode(page))
    assert sentence.encode(page).decode(found.name) == sentence
    assert "letter statistics" in found.why


@pytest.mark.parametrize(("page", "sentence"), SENTENCES)
def test_a_whole_sheet_of_addresses_with_few_words_is_told_as_well(page: str, sentence: str) -> None:
    rows = "".join(f"https://video{i}.example/watch?v={i};2020-10-01;{sentence}\r\n" for i in range(50))
    scan = scan_stream(io.BytesIO(rows.encode(page)))
    assert rows.encode(page).decode(scan.encoding.name) == rows
    assert scan.encoding.second != scan.encoding.name


def test_one_letter_alone_is_a_guess_and_says_so() -> None:
    found = choose_single_byte("č".encode("cp1250"))
    assert not found.sure
    assert "barely" in found.why


@pytest.mark.parametrize(
    ("codec", "bom", "name"),
    [
        ("utf-8-sig", 3, "utf-8"),
        ("utf-16", 2, "utf-16-le"),
        ("utf-32", 4, "utf-32-le"),
    ],
)
def test_a_mark_decides(codec: str, bom: int, name: str) -> None:
    found = guess_encoding("naslov;č".encode(codec))
    assert (found.name, found.bom) == (name, bom)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("words", ["opomba", "Коментар на српском", "ملاحظة باللغة العربية"])
def test_utf_16_without_a_mark_is_met(codec: str, words: str) -> None:
    text = f"https://video.example/watch?v=1;2020-10-01;{words}\r\n" * 20
    assert guess_encoding(text.encode(codec)).name == codec


def test_one_foreign_letter_after_a_megabyte_of_ascii_is_found() -> None:
    data = b"https://video.example/1\n" * 60_000 + "č naslov članka\n".encode("cp1250")
    assert scan_stream(io.BytesIO(data)).encoding.name == "cp1250"


def test_utf_8_with_a_few_broken_bytes_stays_utf_8_and_is_called_damaged() -> None:
    data = "čšž ćđ poročilo\n".encode() * 200 + b"\xe8\n"
    scan = scan_stream(io.BytesIO(data))
    assert scan.encoding.name == "utf-8"
    assert scan.damaged == 1


def test_nuls_and_line_ends_are_seen() -> None:
    assert scan_stream(io.BytesIO(b"abc\0def\n" * 3)).nul
    assert not scan_stream(io.BytesIO(b"a\rb\r")).newline


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_utf_8_without_nul_is_utf_8(text: str) -> None:
    data = text.replace("\0", "").encode()
    found = guess_encoding(data)
    assert found.name == "utf-8" or found.bom  # a text may begin with what is a mark


@given(st.binary(max_size=2000))
@settings(max_examples=60, deadline=None)
def test_any_bytes_get_an_encoding_that_exists(data: bytes) -> None:
    found = guess_encoding(data)
    assert isinstance(data[found.bom :].decode(found.name, "replace"), str)


def test_the_model_knows_its_languages_by_a_few_words() -> None:
    words = {
        "sl": "poročilo o vsebini",
        "sq": "përmbajtja e raportit",
        "mk": "извештај за содржината",
        "fr": "ce contenu très grave",
    }
    for name, sentence in words.items():
        scores = {
            tongue: sum(model.score(w) for w in sentence.split()) for tongue, model in languages().items()
        }
        near = sorted(scores, key=lambda tongue: -scores[tongue])[:3]
        assert name in near, (name, near)


def test_learning_counts_pairs_and_leaves_rare_ones_out() -> None:
    table = learn({"xx": ["aba aba abc"]})
    assert table["xx"]["ab"] == 3
    assert "bc" not in table["xx"]
