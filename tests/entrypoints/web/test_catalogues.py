"""Texts of the interface in its languages: compiled at the start, Serbian in two scripts."""

from __future__ import annotations

import gettext
import os
import re
import runpy
from collections import Counter
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from tests.entrypoints.web.visiting import visitor

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ROOT / "src/openiru/entrypoints/web/locale"
#: Language -> how many forms a count has in it.
FORMS = {"sr": 3, "ar": 6}
LANGUAGES = list(FORMS)
#: What a translation takes over as it is: places for values, and tags.
KEPT = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}|</?[a-z][^>]*>")
#: The forms for nought, one and two come first in Arabic.
WORDED = 3
CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџшАБВГДЂЕЖЗИЈКЛЉМНЊОПРСТЋУФХЦЧЏШ"


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Љубав, џеп и њива", "Ljubav, džep i njiva"),
        ("ЉУБАВ ЏЕП ЊИВА", "LJUBAV DŽEP NJIVA"),
        ("Ђак ће чути шум жита", "Đak će čuti šum žita"),
        ("КОЊ", "KONJ"),
        ("%(count)s ставки у <b>{name}</b>", "%(count)s stavki u <b>{name}</b>"),
        ("Њ", "Nj"),
    ],
)
def test_serbian_is_put_into_latin_letters(cyrillic: str, latin: str) -> None:
    django.setup()
    from openiru.entrypoints.web import catalogues

    assert catalogues.latin(cyrillic) == latin


@given(st.text(alphabet=CYRILLIC + " aZ%(){}0_-"))
def test_no_cyrillic_letter_is_left_and_nothing_else_is_touched(text: str) -> None:
    django.setup()
    from openiru.entrypoints.web import catalogues

    made = catalogues.latin(text)
    assert not re.search("[Ѐ-ӿ]", made)
    assert [sign for sign in text if sign not in CYRILLIC and not sign.isalpha()] == [
        sign for sign in made if not sign.isalpha()
    ]


def test_catalogues_are_compiled_when_their_source_is_newer(tmp_path: Path) -> None:
    django.setup()
    from openiru.entrypoints.web.catalogues import compile_all

    assert compile_all(tmp_path) == ["sr", "sr_Latn", "ar"]
    assert compile_all(tmp_path) == []
    compiled = tmp_path / "ar" / "LC_MESSAGES" / "django.mo"
    os.utime(compiled, (0, 0))
    assert compile_all(tmp_path) == ["ar"]
    with (tmp_path / "sr_Latn" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)
    assert catalogue.gettext("Help") == "Pomoć"


def catalogue_of(language: str) -> Catalog:
    with (SOURCES / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=language)


def said(message: Message) -> tuple[list[str], list[str]]:
    """The text in its forms, and the translation in its forms."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return ids, strings


def texts(language: str) -> list[Message]:
    return [one for one in catalogue_of(language) if one.id]


@pytest.fixture(scope="module")
def wanted() -> Catalog:
    """What the source says today, found by the tool that keeps the catalogues."""
    django.setup()
    found = runpy.run_path(str(ROOT / "tools" / "messages"), run_name="messages")["texts"]()
    assert isinstance(found, Catalog)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_desk_is_translated(language: str, wanted: Catalog) -> None:
    """Mend: tools/messages, then put the new texts into the catalogue."""
    have = {(one.id, one.context) for one in texts(language) if said(one)[1] and all(said(one)[1])}
    missing = [one.id for one in wanted if one.id and (one.id, one.context) not in have]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_nothing_that_is_gone_and_nothing_that_was_guessed(
    language: str, wanted: Catalog
) -> None:
    current = {(one.id, one.context) for one in wanted if one.id}
    catalogue = catalogue_of(language)
    assert [one.id for one in texts(language) if (one.id, one.context) not in current] == []
    assert [one.id for one in texts(language) if one.fuzzy] == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_has_as_many_forms_as_the_language_has(language: str) -> None:
    forms = FORMS[language]
    catalogue = catalogue_of(language)
    assert catalogue.num_plurals == forms
    found = [
        one.id
        for one in texts(language)
        if not isinstance(one.id, str) and len(said(one)[1]) not in {0, forms}
    ]
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_placeholders_and_markup_of_its_text(language: str) -> None:
    """A form for nought, one or two may say the number in words; nothing else is left out, and nothing is added."""
    found = []
    for message in texts(language):
        ids, strings = said(message)
        wanted = Counter(KEPT.findall(ids[-1]))
        few = isinstance(message.id, tuple) and language == "ar"
        for place, one in enumerate(strings):
            has = Counter(KEPT.findall(one))
            if one and has != wanted and not (few and place < WORDED and has <= wanted):
                found.append((ids[-1], one))
    assert found == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_begins_and_ends_as_its_text_does(language: str) -> None:
    """Space around a text belongs to the sentence it stands in; a text that ends as a sentence stays one."""
    ends = str.maketrans("؟،؛", "?,;")
    found = []
    for message in texts(language):
        ids, strings = said(message)
        for one in filter(None, strings):
            space = (one[0].isspace(), one[-1].isspace()) != (ids[0][0].isspace(), ids[0][-1].isspace())
            lost = ids[0].rstrip()[-1] in ".?:…" and one.translate(ends).rstrip()[-1] not in ".?:…"
            if space or (lost and " " in ids[0]):
                found.append((ids[0], one))
    assert found == []


def test_serbian_in_latin_letters_has_no_cyrillic_letter_left() -> None:
    django.setup()
    from openiru.entrypoints.web import catalogues

    found = [
        one
        for message in texts("sr")
        for one in said(message)[1]
        if re.search("[\u0400-\u04ff]", catalogues.latin(one))
        or KEPT.findall(one) != KEPT.findall(catalogues.latin(one))
    ]
    assert found == []


@pytest.mark.parametrize(("language", "letters"), [("sr", "[\u0400-\u04ff]"), ("ar", "[\u0600-\u06ff]")])
def test_a_translation_is_in_the_letters_of_its_language(language: str, letters: str) -> None:
    """Names, codes and formulas apart, which are the same everywhere."""
    found = [
        one
        for message in texts(language)
        for one in filter(None, said(message)[1])
        if not re.search(letters, one) and re.search(r"[^\W\d_]{4}", KEPT.sub("", one))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("asked", "lang", "direction", "said"),
    [
        ("en", "en", "ltr", "Accessibility statement"),
        ("sr", "sr", "ltr", "Изјава о приступачности"),
        ("sr-latn", "sr-latn", "ltr", "Izjava o pristupačnosti"),
        ("ar", "ar", "rtl", "بيان"),
        ("xx", "en", "ltr", "Accessibility statement"),
    ],
)
def test_a_page_is_in_the_language_of_the_cookie_else_of_the_browser(
    asked: str, lang: str, direction: str, said: str
) -> None:
    django.setup()
    for how in (
        {"HTTP_COOKIE": f"language={asked}", "HTTP_ACCEPT_LANGUAGE": "de"},
        {"HTTP_ACCEPT_LANGUAGE": asked},
    ):
        answer = visitor().get("/help/accessibility", **how)  # type: ignore[arg-type] # headers of a request
        text = answer.content.decode()
        assert f'<html lang="{lang}" dir="{direction}"' in text
        assert said in text


def test_language_and_look_are_set_by_a_form_and_lead_back_here_only() -> None:
    django.setup()
    client = visitor()
    back = client.post("/look", {"language": "ar", "theme": "dark", "next": "/help/accessibility"})
    assert (back.status_code, back["Location"]) == (303, "/help/accessibility")
    assert (client.cookies["language"].value, client.cookies["theme"].value) == ("ar", "dark")
    assert 'data-bs-theme="dark"' in client.get("/help/accessibility").content.decode()
    for elsewhere in ("https://example.org/", "//example.org/", "javascript:1", "/\\example.org", ""):
        back = client.post("/look", {"language": "en", "theme": "no such", "next": elsewhere})
        assert back["Location"] == "/"
    assert client.cookies["theme"].value == "dark"
    assert client.get("/look").status_code == 405
