"""Texts of the interface in its languages: compiled at the start, Serbian in two scripts."""

from __future__ import annotations

import gettext
import os
import re
from pathlib import Path

import django
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from tests.entrypoints.web.visiting import visitor

SOURCES = Path(__file__).resolve().parents[3] / "src/openiru/entrypoints/web/locale"
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


@pytest.mark.parametrize("language", ["sr", "ar"])
def test_a_translation_keeps_the_placeholders_of_its_text(language: str) -> None:
    place = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}")
    with (SOURCES / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    found = []
    for message in catalogue:
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        wanted = {name for one in ids for name in place.findall(one)}
        found += [
            message.id for one in strings if message.id and one and not set(place.findall(one)) <= wanted
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
