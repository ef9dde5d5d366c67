from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openiru.adapters.reports.data import CsvReport, JsonReport
from openiru.adapters.reports.html import HtmlReport
from openiru.adapters.reports.text import TextReport
from openiru.core.errors import UsageError
from openiru.core.impact.indicators import STAGES
from openiru.core.impact.numbers import number_format
from openiru.core.impact.rates import FEWEST, removal
from openiru.core.impact.report import (
    AsOf,
    Breakdown,
    Loss,
    Report,
    Row,
    Table,
    WentWrong,
    figures,
    removal_figure,
)
from openiru.core.impact.statement import public_statement
from openiru.core.vocabulary import Environment
from openiru.engines.survival import time_to_removal

INF = float("inf")
AS_OF = AsOf(9412, datetime(2030, 11, 24, 12, tzinfo=UTC))
COUNTS = {
    "contributed": 1193,
    "distinct": 902,
    "duplicates_prevented": 291,
    "held": 9,
    "assessed": 861,
    "not_referred": 37,
    "decided": 824,
    "referred": 815,
    "answered": 743,
    "refused": 41,
    "silent": 72,
    "gone": 688,
    "platforms": 27,
    "providers": 9,
    "units": 8,
}
ALL = removal(items=815, gone=688, inconclusive=30, restricted=4, already_gone=3)
FEW = removal(items=7, gone=7, inconclusive=0, restricted=0, already_gone=0, fewest=FEWEST)
RATE = removal_figure(ALL, AS_OF)
assert RATE is not None
BARE = Report(
    title="Invented day",
    operations=("demo",),
    environment=Environment.DEMO,
    as_of=AS_OF,
    figures=(*figures(COUNTS, AS_OF), RATE),
    tables=(Table("platform", (Row("Платформа", dict.fromkeys(STAGES, 3)), Row("=cmd", {"distinct": 1}))),),
    breakdowns=(Breakdown("Why items were not referred", "not_referred", (("journalism", 37),)),),
    losses=(
        Loss("decided", "journalism", 9),
        Loss("decided", "outside_mandate", 24),
        Loss("referred", "held", 9),
    ),
    removal=ALL,
    removal_by_provider=(("Provider Few", FEW), ("Provider All", ALL)),
    time_to_removal=time_to_removal([0, 1, 6, 24], [1, 6, 24, INF], clock="referral sent"),
    went_wrong=(WentWrong("a collection with 2 million items", "extent"),),
)
REPORT = replace(BARE, statement=public_statement(BARE, number_format("en")))


class Renderer(Protocol):
    def render(self, report: Report, language: str = "en") -> bytes: ...


RENDERERS: list[Renderer] = [TextReport(), JsonReport(), CsvReport(), HtmlReport()]
each_renderer = pytest.mark.parametrize("renderer", RENDERERS, ids=lambda each: type(each).__name__)


@each_renderer
def test_the_same_report_gives_the_same_bytes(renderer: Renderer) -> None:
    assert renderer.render(REPORT) == renderer.render(replace(REPORT))


@each_renderer
def test_every_rendering_says_what_is_invented_and_a_live_one_does_not(renderer: Renderer) -> None:
    said = renderer.render(REPORT).decode().lower()
    assert "invented" in said or ",demo\r\n" in said
    live = replace(REPORT, environment=Environment.LIVE, statement=(), title="Day")
    shown = renderer.render(live).decode().lower().replace('"invented": false', "")
    assert "invented" not in shown


@each_renderer
def test_figures_and_their_as_of_are_shown(renderer: Renderer) -> None:
    said = renderer.render(REPORT).decode()
    for figure in ("815", "688", "902"):
        assert figure in said
    assert "9,412" in said or "9412" in said


@each_renderer
@settings(max_examples=25, deadline=None)
@given(words=st.text(max_size=60))
def test_hostile_words_break_nothing(renderer: Renderer, words: str) -> None:
    hostile = replace(
        REPORT,
        title=words,
        operations=(words,),
        tables=(Table("unit", (Row(words, {"distinct": 1}),)),),
        losses=(Loss("decided", words, 1),),
        removal_by_provider=((words, ALL),),
        breakdowns=(Breakdown(words, "answered", ((words, 1),)),),
        went_wrong=(WentWrong(words, words),),
    )
    said = renderer.render(hostile)
    said.decode()
    if isinstance(renderer, TextReport | HtmlReport):
        assert b"\x1b" not in said
        assert "\u202e".encode() not in said


@each_renderer
def test_an_empty_operation_is_rendered(renderer: Renderer) -> None:
    empty = Report(
        title="Nothing yet",
        operations=("o",),
        environment=Environment.EXERCISE,
        as_of=AS_OF,
        figures=figures(dict.fromkeys(COUNTS, 0), AS_OF),
        removal=removal(items=0, gone=0, inconclusive=0, restricted=0, already_gone=0),
        time_to_removal=time_to_removal([], [], clock="referral sent"),
    )
    said = renderer.render(empty).decode()
    if isinstance(renderer, TextReport | HtmlReport):
        assert said.count("no items") == 2
        assert "0.0\u00a0% to" not in said
    else:
        assert "removal_rate" not in said


def test_the_text_is_a_funnel_with_reasons() -> None:
    said = TextReport().render(REPORT).decode()
    assert re.search(r"Decided +█+░* +824  \(outside mandate 24 · journalism 9\)", said)
    assert "*** INVENTED DATA ***" in said
    assert "over 1.00 and at most 6.00 h" in said
    assert "n = 7: too few for a rate" in said
    assert all(line == line.rstrip() for line in said.splitlines())


def test_numbers_follow_the_language_in_words_and_not_in_data() -> None:
    assert "1.193" in TextReport().render(REPORT, "sr").decode()
    assert "1.193" in HtmlReport().render(REPORT, "sr").decode()
    assert JsonReport().render(REPORT, "sr") == JsonReport().render(REPORT)
    assert CsvReport().render(REPORT, "sr") == CsvReport().render(REPORT)
    with pytest.raises(UsageError):
        TextReport().render(REPORT, "xx")


def test_json_is_sorted_and_reads_back() -> None:
    document = json.loads(JsonReport().render(REPORT))
    assert document["format"] == "openiru-report/1"
    assert document["invented"] is True
    assert list(document) == sorted(document)
    referred = next(each for each in document["figures"] if each["id"] == "referred")
    assert (referred["value"], referred["verb"], referred["unit"], referred["qualifier"]) == (
        815,
        "referred",
        "items",
        "exact",
    )
    assert document["time_to_removal"]["median"] == [1.0, 6.0]


def test_breakdowns_and_the_notes_of_tables_are_shown() -> None:
    noted = replace(REPORT, tables=(Table("unit", (), "Rows may add up to more."),))
    for renderer in (TextReport(), HtmlReport()):
        said = renderer.render(noted).decode()
        assert "Why items were not referred" in said
        assert "Rows may add up to more." in said
    assert "breakdown,journalism,not_referred,37" in CsvReport().render(noted).decode()


def test_an_endless_median_is_null_in_json_and_words_elsewhere() -> None:
    silent = replace(REPORT, time_to_removal=time_to_removal([24, 24], [INF, INF], clock="referral sent"))
    assert json.loads(JsonReport().render(silent))["time_to_removal"]["median"] == [24.0, None]
    assert "over 24.00 h" in TextReport().render(silent).decode()


def test_csv_is_tidy_and_disarmed() -> None:
    rows = list(csv.DictReader(io.StringIO(CsvReport().render(REPORT).decode(), newline="")))
    cells = {(row["table"], row["name"], row["indicator"]): row["value"] for row in rows}
    assert cells["all", "", "referred"] == "815"
    assert cells["platform", "Платформа", "gone"] == "3"
    assert ("platform", "'=cmd", "distinct") in cells
    assert ("removal", "Provider Few", "removal_rate") not in cells
    assert {row["environment"] for row in rows} == {"demo"}


class Page(HTMLParser):
    """Collects tags, and every attribute that could load something."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "srcset", "action")]


def test_the_page_loads_nothing_and_has_a_table_beside_each_chart() -> None:
    said = HtmlReport().render(REPORT).decode()
    page = Page()
    page.feed(said)
    assert page.loads == []
    assert not {"script", "link", "img", "iframe", "form", "object"} & set(page.tags)
    assert page.tags.count("svg") == 2
    after = [page.tags[at:].index("table") for at, tag in enumerate(page.tags) if tag == "svg"]
    assert all(distance > 0 for distance in after)
    assert "url(" not in said
    assert "prefers-color-scheme:dark" in said
    assert said.count("n = ") >= 2
    assert said.count('role="note"') == 2


def test_markup_in_names_is_shown_and_not_run() -> None:
    hostile = replace(REPORT, title="<script>alert(1)</script>", operations=("<b>",))
    said = HtmlReport().render(hostile).decode()
    assert "<script>" not in said
    assert "&lt;script&gt;" in said
