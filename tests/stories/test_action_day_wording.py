"""The published wording of real action days, checked against our table of verbs. Numbers stay as qualified."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from openiru.core.errors import RefusedError
from openiru.core.impact.numbers import Qualifier, bounds, holds, number_format
from openiru.core.impact.report import AsOf, Figure
from openiru.core.impact.statement import say
from openiru.core.impact.verbs import Verb, classify

SOURCE = Path(__file__).parents[2] / "../shared/data/action-days.json"
AS_OF = AsOf(1, datetime(2030, 1, 1, tzinfo=UTC))
EN = number_format("en")

EXPECTED = {
    "processed for referral": Verb.ASSESSED,
    "assessed for referral": Verb.ASSESSED,
    "identified and referred": Verb.REFERRED,
    "referred": Verb.REFERRED,
    "qualitatively assessed": Verb.ASSESSED,
    "assessed and referred": Verb.REFERRED,
    "targeted/referred": Verb.CONTRIBUTED,
    "flagged": Verb.CONTRIBUTED,
}


@pytest.fixture(scope="module")
def days() -> list[dict[str, Any]]:
    if not SOURCE.exists():
        pytest.skip(f"the fixture {SOURCE.name} is not here")
    read: list[dict[str, Any]] = json.loads(SOURCE.read_text())["days"]
    return read


def as_figure(day: dict[str, Any]) -> Figure:
    low, high = bounds(day["qualifier"], day["items"])
    return Figure(
        id="items",
        value=low,
        unit=day["unit"] or "items",
        verb=classify(day["verb"]),
        qualifier=Qualifier.EXACT if low == high else Qualifier.AT_LEAST,
        as_of=AS_OF,
    )


def test_every_published_verb_has_its_strength(days: list[dict[str, Any]]) -> None:
    assert len(days) == 16
    assert {day["verb"]: classify(day["verb"]) for day in days} == EXPECTED


def test_no_published_figure_can_be_turned_into_a_stronger_one(days: list[dict[str, Any]]) -> None:
    sentence = {
        Verb.ASSESSED: "{items} were assessed.",
        Verb.DECIDED: "{items} were decided.",
        Verb.REFERRED: "{items} were referred.",
        Verb.ANSWERED: "{items} were answered.",
        Verb.GONE: "{items} were removed.",
    }
    for day in days:
        figure = as_figure(day)
        for verb, template in sentence.items():
            if verb > figure.verb:
                with pytest.raises(RefusedError):
                    say(template, {"items": figure}, EN)
            elif figure.value:
                assert str(figure.unit) in say(template, {"items": figure}, EN)


def test_over_26000_is_never_an_exact_26000(days: list[dict[str, Any]]) -> None:
    day = next(day for day in days if day["id"] == "RAD-16")
    assert (day["qualifier"], day["items"]) == ("over", 26000)
    figure = as_figure(day)
    said = say("{items:exact} were referred.", {"items": figure}, EN)
    assert said.startswith("at least 26,001")
    assert not holds(Qualifier.OVER, day["items"], day["items"])


def test_only_exact_publications_become_exact_figures(days: list[dict[str, Any]]) -> None:
    for day in days:
        assert (as_figure(day).qualifier is Qualifier.EXACT) == (day["qualifier"] == "exact")


def test_a_wording_outside_the_table_is_refused() -> None:
    with pytest.raises(RefusedError):
        classify("dealt with")
