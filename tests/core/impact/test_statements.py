from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import RefusedError
from openiru.core.impact.numbers import Qualifier, number_format
from openiru.core.impact.rates import removal
from openiru.core.impact.report import AsOf, Report, figures, removal_figure
from openiru.core.impact.statement import public_statement, say
from openiru.core.impact.verbs import PHRASES, Verb, verbs_in
from openiru.core.vocabulary import Environment

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
    "acted": 702,
    "refused": 41,
    "silent": 72,
    "gone": 688,
    "platforms": 27,
    "providers": 9,
    "units": 8,
}
RATE = removal_figure(removal(items=815, gone=688, inconclusive=30, restricted=4, already_gone=3), AS_OF)
assert RATE is not None
FIGURES = (*figures(COUNTS, AS_OF), RATE)
SHOWN = {figure.id: figure for figure in FIGURES}
EN = number_format("en")
REPORT = Report(
    title="Invented day", operations=("demo",), environment=Environment.DEMO, as_of=AS_OF, figures=FIGURES
)


def test_the_usual_statement() -> None:
    lines = public_statement(REPORT, EN)
    assert lines[0].startswith("Invented data")
    assert "815 items on 27 platforms were referred to 9 providers." in lines
    assert "1,193 contributions were collected; behind them are 902 items that differ." in lines
    assert any("688 of 815 referred items" in line and "88.1\u00a0%" in line for line in lines)
    assert lines[-1] == "Figures as of ledger size 9,412, 2030-11-24 12:00 UTC."
    assert not any("removed" in line for line in lines)


def test_a_live_statement_bears_no_notice_and_leaves_out_what_is_nothing() -> None:
    empty = replace(REPORT, environment=Environment.LIVE, figures=figures(dict.fromkeys(COUNTS, 0), AS_OF))
    assert len(public_statement(empty, EN)) == 2


@pytest.mark.parametrize(
    "template",
    [
        "{referred} were removed.",
        "{referred} were referred and taken down.",
        "{assessed} were referred.",
        "{answered} were deleted.",
        "{acted} were verified gone.",
        "{decided} were notified.",
        "The removal of {referred} was referred.",
        "All content was removed.",
        "815 items were referred.",
        "{referred} vanished.",
        "{nonsense} were referred.",
        "{referred!r} were referred.",
        "{referred:roughly} were referred.",
    ],
)
def test_a_sentence_that_says_more_than_its_figure_is_refused(template: str) -> None:
    with pytest.raises(RefusedError):
        say(template, SHOWN, EN)


def test_a_weaker_verb_is_allowed() -> None:
    assert say("{gone} were referred.", SHOWN, EN) == "688 items were referred."


@given(st.sampled_from(sorted(COUNTS)), st.lists(st.sampled_from(sorted(PHRASES)), min_size=1, max_size=3))
def test_a_statement_never_strengthens_a_verb(name: str, phrases: list[str]) -> None:
    template = "{" + name + "} were " + " and ".join(phrases) + "."
    strongest = max(verb for _, verb in verbs_in(template))
    try:
        say(template, SHOWN, EN)
    except RefusedError:
        assert strongest > SHOWN[name].verb
    else:
        assert strongest <= SHOWN[name].verb


def test_the_longest_phrase_counts() -> None:
    assert [verb for _, verb in verbs_in("assessed for referral")] == [Verb.ASSESSED]
    assert [verb for _, verb in verbs_in("Taken-down, not REFERRED")] == [Verb.GONE, Verb.ASSESSED]
    assert verbs_in("unremoved, begone") == []


def test_round_numbers_are_true_or_refused() -> None:
    assert say("{referred:over} were referred.", SHOWN, EN) == "over 810 items were referred."
    assert (
        say("{contributed:about} were collected.", SHOWN, EN) == "about 1,200 contributions were collected."
    )
    one = {"referred": replace(SHOWN["referred"], value=1)}
    assert say("{referred} was referred.", one, EN) == "1 item was referred."
    with pytest.raises(RefusedError):
        say("{referred:over} were referred.", one, EN)


def test_what_is_known_only_from_below_is_never_said_exactly() -> None:
    least = {"referred": replace(SHOWN["referred"], qualifier=Qualifier.AT_LEAST)}
    for spec in ("", ":exact", ":about", ":over"):
        assert say("{referred" + spec + "} were referred.", least, EN).startswith("at least 815 items")


def test_one_item_was_referred_and_two_were() -> None:
    few = {name: replace(figure, value=1) for name, figure in SHOWN.items() if isinstance(figure.value, int)}
    assert say("{referred} were referred.", few, EN) == "1 item was referred."
    assert say("{referred} were referred.", SHOWN, EN).endswith("items were referred.")
