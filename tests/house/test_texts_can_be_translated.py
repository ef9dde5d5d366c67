"""What a page says can be said in another language: templates and Python mark every text, and as a whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from tests.house.source import PACKAGE, python

TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))

#: Words that are the same in every language, and why.
SAME_EVERYWHERE = {
    "OpenIRU": "the name of the program",
    "UTC": "the name of the time",
    "API": "written so in every language of the desk",
    "HTTP": "the name of the protocol, before the number of a status",
    "CSV": "the name of a format",
    "JSON Lines": "the name of a format",
    "ms": "a unit of the SI",
    "n": "the letter of statistics",
    "Krippendorff α": "the name of the measure",
    "XXXX-XXXX": "the shape of a code",
    "XX-2026-000001": "the shape of a reference",
    "Mo-Fr 09:00-17:00": "a rule that is typed exactly so",
    "Europe/Zagreb": "the name of a time zone, typed exactly so",
    "en hr": "codes of languages, typed exactly so",
}
SAYING = {"title", "aria-label", "aria-description", "placeholder", "alt", "label"}
#: What is in them is no prose: code, keys to press, drawings.
QUIET = {"script", "style", "code", "kbd", "svg"}
WITHOUT_END = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
MARKED = re.compile(
    r"\{%\s*blocktranslate\b.*?\{%\s*endblocktranslate\s*%\}|\{%\s*comment\b.*?endcomment\s*%\}|\{#.*?#\}",
    re.DOTALL,
)
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
#: A value that is not the whole of an attribute.
SHOWN = re.compile(r"(?<!=\")\{\{.*?\}\}", re.DOTALL)
FALLBACK = re.compile(r"\|(?:default|default_if_none|yesno|pluralize|add):[\"']([^\"'|]+)[\"']")


class Visible(HTMLParser):
    """Collects what is read of a page: its text and the attributes that say something. English marked as English is left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._quiet: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self.found += [value for name, value in attrs if value and name in SAYING]
        if has.get("type") in {"submit", "button"}:
            self.found.append(has.get("value") or "")
        if tag not in WITHOUT_END and (self._quiet or tag in QUIET or has.get("lang") == "en"):
            self._quiet.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._quiet and self._quiet.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.found.append(data)


def unmarked(template: str) -> list[str]:
    """Visible texts with letters that no tag of translation covers and no reason excuses."""
    left = MARKED.sub(" ", template)
    page = Visible()
    page.feed(TAG.sub(" \0 ", left))
    said = [part for text in page.found for part in text.split("\0")]
    said += [text for tag in SHOWN.findall(left) if "|said" not in tag for text in FALLBACK.findall(tag)]
    words = (" ".join(text.split()).strip(" ·,.:=()") for text in said)
    return [text for text in words if re.search(r"[^\W\d_]", text) and text not in SAME_EVERYWHERE]


def test_templates_say_nothing_that_cannot_be_translated() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): said
        for path in TEMPLATES
        if (said := unmarked(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Not marked</p>", ["Not marked"]),
        ('<p>{% translate "Marked" %} · {{ one }}</p>', []),
        ("<p>{% blocktranslate %}Marked, {{ n }}{% endblocktranslate %}</p>", []),
        ("<p>{{ one|default:'none' }}</p>", ["none"]),
        ('<input type="text" placeholder="Type here"><p>after', ["Type here", "after"]),
        ('<input type="submit" value="Go">', ["Go"]),
        ('<ul lang="en"><li>English, and marked so</li></ul><i>not</i>', ["not"]),
        ("<kbd>g</kbd> <code>openiru up</code> {# aside #} {{ zone }} UTC", []),
    ],
)
def test_the_scanner_finds_what_is_not_marked(template: str, found: list[str]) -> None:
    assert unmarked(template) == found


def asked(tree: ast.Module) -> Iterator[tuple[int, list[ast.expr]]]:
    """(line, texts) of every call of a gettext function, under whatever name it was imported."""
    names = {
        one.asname or one.name: one.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for one in node.names
        if "gettext" in one.name
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield (
                node.lineno,
                node.args[: 2 if names[node.func.id].startswith(("ngettext", "pgettext")) else 1],
            )


def not_whole(tree: ast.Module) -> list[int]:
    """Lines where a text is put together before it is translated: no catalogue can have it."""
    return [
        line
        for line, texts in asked(tree)
        if not all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in texts)
    ]


def test_python_translates_whole_sentences_only() -> None:
    found = {one.name: lines for one in python("src") if (lines := not_whole(one.tree))}
    assert found == {}


def test_a_text_put_together_is_found() -> None:
    begin = "from django.utils.translation import gettext_lazy as lazy\n"
    assert not_whole(ast.parse(begin + 'lazy("whole")\nlazy(f"{n} pieces")\nlazy("a" + b)\nlazy(name)')) == [
        3,
        4,
        5,
    ]


def test_a_state_has_its_word() -> None:
    """The tag knows states and outcomes; whatever else it is given comes with its word."""
    bare = re.compile(r"\{% state (?!\S*(?:state|outcome) %\})\S+ %\}")
    found = [path.name for path in TEMPLATES if bare.search(path.read_text(encoding="utf-8"))]
    assert found == []
