"""What an Arabic page needs beyond its words: mirrored by logical properties, times and arrows the right way round."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import django
import pytest
from django.http import HttpRequest
from django.template import RequestContext
from django.utils.translation import override

SOURCE = Path(__file__).resolve().parents[3] / "src/openiru"
#: Sides by name: they stay where they are when a page is mirrored.
PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset)-(?:left|right)|(?<![\w-])(?:left|right)\s*:|(?:text-align|float|clear)\s*:\s*(?:left|right)"
)
#: Rules that are said for one direction of writing, and a letter, which is in English and runs from left to right.
ONE_WAY = ('[dir="rtl"]', ".mail ")
LATE = datetime(2020, 10, 6, 22, 54, tzinfo=UTC)


def said(language: str, at: datetime, zone: str) -> str:
    django.setup()
    from openiru.entrypoints.web.tags import moment

    with override(language):
        return str(moment(RequestContext(HttpRequest(), {"desk": SimpleNamespace(zone=zone)}), at))


def test_no_rule_of_our_own_names_a_side_of_the_page() -> None:
    found = [
        f"{path.name}: {rule.strip()[:120]}"
        for path in SOURCE.rglob("static/**/*.css")
        if "vendor" not in path.parts
        for rule in path.read_text(encoding="utf-8").splitlines()
        if PHYSICAL.search(rule) and not rule.lstrip().startswith(ONE_WAY)
    ]
    assert found == []


def test_no_template_holds_an_arrow_that_would_point_back_in_arabic() -> None:
    found = [
        path.name
        for path in SOURCE.rglob("templates/**/*.html")
        if re.search("[←→⇐⇒‹›]|&[lr]arr;", path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("language", "zone", "text"),
    [
        ("en", "UTC", "6 Oct 2020, 22:54 UTC"),
        ("en", "Europe/Belgrade", "6 Oct 2020, 22:54 UTC (7 Oct, 00:54 CEST)"),
        ("ar", "UTC", "6 أكتوبر 2020، 22:54 UTC"),
        ("ar", "Europe/Belgrade", "6 أكتوبر 2020، 22:54 UTC (7 أكتوبر، 00:54 CEST)"),
    ],
)
def test_a_time_reads_in_the_order_of_its_language(language: str, zone: str, text: str) -> None:
    made = said(language, LATE, zone)
    assert re.sub("<[^>]+>", "", made) == text
    assert made.startswith('<time datetime="2020-10-06T22:54:00+00:00" dir="auto">')
    assert '<bdi dir="ltr">22:54 UTC</bdi>' in made


def test_a_page_in_arabic_has_one_kind_of_digits() -> None:
    django.setup()
    import openiru.stages.impact.web  # noqa: F401 - the pages first: they and the filters know each other
    from openiru.stages.impact.templatetags.figures import share, stamp, whole

    with override("ar"):
        assert (whole(26000), share(0.844)) == ("26,000", "84.4\u00a0%")
        assert stamp(LATE) == '<bdi dir="ltr">2020-10-06 22:54:00</bdi>'
