"""Rows that say the same are one; the first row of a file that names a place is the one that stands for it."""

from __future__ import annotations

from datetime import UTC, datetime

from openiru.ports.formats import Row
from openiru.stages.intake.drafts import ready
from openiru.stages.intake.rows import Defaults, chunks

NOW = datetime(2020, 10, 6, 9, tzinfo=UTC)
PLACE = "https://pages.test/place"


def test_a_row_said_again_later_does_not_take_the_place_of_the_first() -> None:
    rows = [
        Row(2, PLACE, reason="first"),
        Row(3, PLACE, reason="second"),
        Row(4, "https://pages.test/noise"),
        Row(5, PLACE, reason="first"),
    ]
    (chunk,) = chunks(rows, now=NOW, defaults=Defaults())
    made = ready(chunk)
    assert [row.row.number for row in made.rows] == [2, 3, 4]
    assert {row.row.number for row in made.firsts.values()} == {2, 4}
