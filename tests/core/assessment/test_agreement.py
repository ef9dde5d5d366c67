from __future__ import annotations

import pytest

from openiru.core.assessment.agreement import krippendorff

# Krippendorff 2011, four observers, twelve units; a dot is a missing value.
TABLE = {
    "A": "1 2 3 3 2 1 4 1 2 . . .",
    "B": "1 2 3 3 2 2 4 1 2 5 . 3",
    "C": ". 3 3 3 2 3 4 2 2 5 1 .",
    "D": "1 2 3 3 2 4 4 1 2 5 1 .",
}


def test_the_published_example() -> None:
    rows = [row.split() for row in TABLE.values()]
    units = [[value for value in column if value != "."] for column in zip(*rows, strict=True)]
    agreement = krippendorff(units)
    assert agreement.alpha == pytest.approx(0.7434, abs=5e-5)
    assert agreement.items == 11


def test_one_category_is_no_variation_not_perfect_agreement() -> None:
    agreement = krippendorff([["refer", "refer"]] * 5)
    assert agreement.alpha is None
    assert agreement.raw == 1.0
    assert agreement.marginals == (("refer", 10),)


def test_nothing_to_compare() -> None:
    assert krippendorff([["refer"], []]).alpha is None
    assert krippendorff([]).items == 0
