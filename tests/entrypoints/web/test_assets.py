"""What a browser loads beside the pages: from here only, under names that change with the content."""

from __future__ import annotations

import re
from pathlib import Path

import django
import pytest
from tests.entrypoints.web.visiting import visitor

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "src" / "openiru" / "entrypoints" / "web" / "static"
#: Ways in which a style sheet or a script names something that the browser then loads.
LOADS = (
    re.compile(r"url\(\s*['\"]?(https?:|//|data:)", re.IGNORECASE),
    re.compile(r"@import\s+['\"]?(url\()?['\"]?(https?:|//)", re.IGNORECASE),
    re.compile(r"\b(from|import)\s*\(?\s*['\"](https?:|//)"),
    re.compile(r"\bimportScripts\s*\("),
    re.compile(r"sourceMappingURL="),
)
#: What a content policy without exceptions does not allow in a page.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
OUTSIDE = re.compile(r"""\b(src|href|action|srcset|data-src)\s*=\s*["'](https?:)?//""", re.IGNORECASE)


def served() -> list[Path]:
    found = [*STATIC.rglob("*"), *(ROOT / "src" / "openiru" / "stages").rglob("static/**/*")]
    return [path for path in found if path.suffix in {".css", ".js", ".svg"}]


def test_nothing_that_is_served_loads_anything_from_elsewhere() -> None:
    paths = served()
    assert {"tabler.min.css", "htmx.min.js", "desk.css"} <= {path.name for path in paths}
    found = [
        f"{path.name}: {match[0]}"
        for path in paths
        for way in LOADS
        if (match := way.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_no_template_carries_script_or_style_or_loads_from_elsewhere() -> None:
    templates = [
        path
        for path in (ROOT / "src" / "openiru").rglob("*.html")
        if "templates" in path.parts and "reports" not in path.parts
    ]
    assert len(templates) > 20
    found = [
        f"{path.name}: {match[0]}"
        for path in templates
        for way in (INLINE, OUTSIDE)
        if (match := way.search(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_our_own_scripts_make_nothing_out_of_text() -> None:
    """A fragment that the server wrote may be put in whole; it is escaped there, and no script in it would run."""
    makes = re.compile(
        r"\beval\(|new Function|outerHTML\s*=|insertAdjacentHTML|document\.write|innerHTML\s*\+?=(?!\s*await \w+\.text\(\))"
    )
    scripts = [path for path in served() if path.suffix == ".js" and "vendor" not in path.parts]
    assert scripts
    assert [path.name for path in scripts if makes.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "name", ["desk/desk.css", "desk/desk.js", "vendor/tabler.rtl.min.css", "vendor/htmx.min.js"]
)
def test_a_file_is_served_under_the_name_of_its_content_for_ever(name: str) -> None:
    django.setup()
    from django.templatetags.static import static

    url = static(name)
    assert re.fullmatch(rf"/static/{re.escape(name.rpartition('.')[0])}\.[0-9a-f]{{12}}\.(css|js)", url)
    answer = visitor().get(url, headers={"Accept-Encoding": "gzip"})
    answer.close()
    assert answer.status_code == 200
    assert "immutable" in answer["Cache-Control"]
    assert answer["Content-Encoding"] == "gzip"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_modules_import_each_other_by_those_names_too() -> None:
    django.setup()
    from django.templatetags.static import static

    answer = visitor().get(static("desk/desk.js"))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined] # a file is streamed
    answer.close()
    assert re.search(r'from "\./keys\.[0-9a-f]{12}\.js"', text)


def test_a_file_that_is_not_there_is_a_page_of_fault_and_no_file_of_the_machine() -> None:
    django.setup()
    client = visitor()
    for path in ("/static/no-such.css", "/static/../settings.py", "/static/%2e%2e/%2e%2e/settings.py"):
        assert client.get(path).status_code == 404
