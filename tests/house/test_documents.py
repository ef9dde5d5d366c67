"""The documents and the program say the same."""

from __future__ import annotations

import ast
import inspect
import re
from enum import StrEnum
from pathlib import Path

import pytest
from tests.house.source import PACKAGE, ROOT, python

from openiru.core import errors, vocabulary
from openiru.settings import NAMES

DOCS = ROOT / "docs"
#: Functions of settings.py that read a setting, by the shape of their first argument.
SETTING = re.compile(r"^[A-Z][A-Z0-9_]+$")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def settings_read() -> set[str]:
    """Every setting that settings.py reads: the first argument of its reading functions, and full names."""
    tree = ast.parse((PACKAGE / "settings.py").read_text(encoding="utf-8"))
    return {
        f"OPENIRU_{node.args[0].value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id.startswith("_")
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        and SETTING.match(node.args[0].value)
    }


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    documented = set(
        re.findall(r"^\| `(OPENIRU_[A-Z0-9_]+)` \|", page("reference/settings.md"), re.MULTILINE)
    )
    assert documented == settings_read() == NAMES
    assert documented


def family() -> list[type[errors.OpenIruError]]:
    return [
        value
        for _, value in inspect.getmembers(errors, inspect.isclass)
        if issubclass(value, errors.OpenIruError)
    ]


def test_every_class_of_error_is_documented_with_its_code_and_exit_code() -> None:
    text = page("reference/errors.md")
    missing = [
        value.__name__
        for value in family()
        if not re.search(
            rf"^\| {value.code} \| `{value.__name__}` \|.*\| {value.exit_code} \|$", text, re.MULTILINE
        )
    ]
    assert missing == []


def test_every_code_that_is_raised_is_documented_and_no_other() -> None:
    used = {code for source in python("src") for code in re.findall(r'"(OIRU-\d{4})"', source.text)}
    documented = set(re.findall(r"^\| (OIRU-\d{4}) \|", page("reference/errors.md"), re.MULTILINE))
    assert documented == used


def words() -> list[type[StrEnum]]:
    return [
        value
        for _, value in inspect.getmembers(vocabulary, inspect.isclass)
        if issubclass(value, StrEnum) and value is not StrEnum
    ]


@pytest.mark.parametrize("word", words(), ids=lambda word: word.__name__)
def test_every_word_of_the_vocabulary_stands_in_the_glossary(word: type[StrEnum]) -> None:
    text = page("glossary.md")
    assert f"`{word.__name__}`" in text
    assert [value for value in word if f"`{value}`" not in text] == []


def test_a_decision_fits_on_a_page_and_has_its_three_parts() -> None:
    pages = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [path.name[:4] for path in pages]
    assert len(set(numbers)) == len(numbers) > 0
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < 40, path.name
        assert text.startswith(f"# {path.name[:4]} "), path.name
        for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text, f"{path.name}: {part}"


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    targets = LINK.findall(path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_paths_named_in_the_promises_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tests|foundation|stages|core)/[\w./]+)`", text)
    assert named
    assert [name for name in named if not any((base / name).exists() for base in (ROOT, PACKAGE))] == []


def test_the_licence_is_the_one_that_the_package_names() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert 'license = "EUPL-1.2"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2\n")
    assert len(licence) == 13_648
