from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openiru.core.errors import IntegrityError, NotFoundError, RefusedError, UsageError
from openiru.core.impact.indicators import ALL, BY_ID, FUNNEL, STAGES, contradictions
from openiru.core.impact.numbers import FORMATS, Qualifier, bounds, holds, number_format, round_for
from openiru.core.impact.rates import FEWEST, removal
from openiru.core.impact.report import AsOf, Report, Row, figures, removal_figure, sorted_rows
from openiru.core.impact.verbs import Verb
from openiru.core.vocabulary import Environment

AS_OF = AsOf(10, datetime(2030, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("language", "whole", "share"),
    [
        ("en", "26,000", "84.4\u00a0%"),
        ("sr", "26.000", "84,4\u00a0%"),
        ("de", "26.000", "84,4\u00a0%"),
        ("fr", "26\u202f000", "84,4\u00a0%"),
        ("sq", "26\u00a0000", "84,4\u00a0%"),
        ("ar", "٢٦٬٠٠٠", "٨٤٫٤\u00a0٪"),
    ],
)
def test_numbers_in_the_way_of_the_language(language: str, whole: str, share: str) -> None:
    fmt = number_format(language)
    assert fmt.whole(26000) == whole
    assert fmt.share(0.844) == share


def test_small_and_long_numbers() -> None:
    assert number_format("es").whole(1622) == "1622"
    assert number_format("de").decimals(1234567.89, 1) == "1.234.567,9"
    with pytest.raises(UsageError):
        number_format("xx")


@given(st.sampled_from(sorted(FORMATS)), st.integers(0, 10**9))
def test_a_number_can_be_read_back(language: str, value: int) -> None:
    fmt = number_format(language)
    assert int(fmt.whole(value).replace(fmt.group, "")) == value


@given(st.sampled_from(Qualifier), st.integers(0, 10**7))
def test_a_round_number_is_true_or_refused(qualifier: Qualifier, value: int) -> None:
    try:
        stated = round_for(qualifier, value)
    except RefusedError:
        assert qualifier in (Qualifier.OVER, Qualifier.ABOUT)
        assert value < 20
        return
    assert holds(qualifier, stated, value)


def test_over_is_never_equal() -> None:
    assert not holds(Qualifier.OVER, 26000, 26000)
    assert round_for(Qualifier.OVER, 26000) == 25000
    assert round_for(Qualifier.OVER, 26431) == 26000
    assert bounds("over", 26000) == (26001, None)


@pytest.mark.parametrize(
    ("qualifier", "stated", "expected"),
    [
        ("exact", 346, (346, 346)),
        ("about", 1100, (1045, 1155)),
        ("at_least", 5, (5, None)),
        ("several_hundreds", None, (200, 999)),
        ("unpublished", None, (0, None)),
        ("derived_sum", 30000, (0, None)),
    ],
)
def test_what_a_published_number_says(
    qualifier: str, stated: int | None, expected: tuple[int, int | None]
) -> None:
    assert bounds(qualifier, stated) == expected


def test_an_unknown_qualifier_is_refused() -> None:
    with pytest.raises(UsageError):
        bounds("roughly", 5)


def test_the_removal_rate_with_its_band() -> None:
    shown = removal(items=815, gone=688, inconclusive=30, restricted=4, already_gone=3)
    assert shown.rate is not None
    assert (shown.rate.low, shown.rate.high) == pytest.approx((0.8442, 0.8810), abs=5e-5)
    assert shown.wilson is not None
    assert shown.wilson[0] < 0.8442 < shown.wilson[1]
    assert shown.note == ""


def test_no_items_is_no_rate_and_few_items_are_suppressed() -> None:
    none = removal(items=0, gone=0, inconclusive=0, restricted=0, already_gone=2)
    assert (none.rate, none.wilson, none.note) == (None, None, "no items")
    few = removal(items=9, gone=9, inconclusive=0, restricted=0, already_gone=0, fewest=FEWEST)
    assert (few.rate, few.suppressed, few.note) == (None, True, "n = 9: too few for a rate")
    assert removal_figure(few, AS_OF) is None


@pytest.mark.parametrize("counts", [(5, 6, 0, 0), (5, 3, 2, 1), (5, -1, 0, 0)])
def test_a_rate_of_contradicting_counts_is_an_error(counts: tuple[int, int, int, int]) -> None:
    items, gone, inconclusive, restricted = counts
    with pytest.raises(ValueError, match="of 5"):
        removal(items=items, gone=gone, inconclusive=inconclusive, restricted=restricted, already_gone=0)


def test_every_indicator_says_what_it_counts() -> None:
    assert len(BY_ID) == len(ALL)
    assert all(each.unit and each.definition.endswith(".") for each in ALL)
    assert all(each.within in BY_ID for each in ALL if each.within)
    assert {*FUNNEL, *STAGES} <= BY_ID.keys()
    verbs = [BY_ID[name].verb for name in FUNNEL]
    assert verbs == sorted(verbs)


def test_contradicting_figures_are_not_shown() -> None:
    assert contradictions({"referred": 5, "decided": 5}) == []
    for counts in (
        {"referred": 6, "decided": 5},
        {"gone": -1},
        {"nonsense": 1},
        {"contributed": 5, "distinct": 3, "duplicates_prevented": 1},
        {"assessed": 5, "decided": 4, "not_referred": 2},
    ):
        assert contradictions(counts)
        with pytest.raises(IntegrityError):
            figures(counts, AS_OF)


def test_a_report_answers_for_its_figures() -> None:
    report = Report(
        title="t",
        operations=("o",),
        environment=Environment.LIVE,
        as_of=AS_OF,
        figures=figures({"gone": 3}, AS_OF),
    )
    assert report.figure("gone").verb is Verb.GONE
    assert (report.count("gone"), report.count("held")) == (3, 0)
    with pytest.raises(NotFoundError):
        report.figure("held")


def test_rows_come_largest_first_then_by_name() -> None:
    rows = [Row("b", {"distinct": 1}), Row("a", {"distinct": 1}), Row("c", {"distinct": 2})]
    assert [row.name for row in sorted_rows(rows)] == ["c", "a", "b"]
