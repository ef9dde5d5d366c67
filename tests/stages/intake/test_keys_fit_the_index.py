"""An address whose key no index could hold is refused as a row: it does not end the import of the others."""

from __future__ import annotations

import random

import pytest
from tests.people import START, action_day
from tests.stages.intake.hardships import keys, log_holds, source
from tests.stages.intake.helpers import ADDRESS, KEY

from openiru.ports.formats import Refused, Row
from openiru.stages.intake.commands import import_rows
from openiru.stages.intake.rows import LONGEST_KEY, Defaults, Prepared, prepare

HEX = random.Random(7).randbytes(4_096).hex()  # noqa: S311 - noise that cannot be packed, no secret
PLACE = "https://pages.test/"


def address(size: int) -> str:
    """An address whose key has so many bytes."""
    return PLACE + HEX[: size - len("web:pages.test/")]


@pytest.mark.parametrize(("size", "taken"), [(LONGEST_KEY, True), (LONGEST_KEY + 1, False), (8_000, False)])
def test_the_longest_key_is_taken_and_no_longer_one(size: int, *, taken: bool) -> None:
    found = prepare(Row(2, address(size)), now=START, defaults=Defaults())
    assert isinstance(found, Prepared if taken else Refused)
    assert isinstance(found, Refused) or len(found.address.key) == size


@pytest.mark.usefixtures("database")
def test_a_key_too_long_for_the_index_stops_no_other_row() -> None:
    world = action_day()
    rows = [Row(2, address(LONGEST_KEY)), Row(3, address(LONGEST_KEY + 1)), Row(4, ADDRESS)]
    done = import_rows(by=world.by("RS/ana"), source=source(rows))
    assert [number for number, _ in done.refused] == [3]
    assert KEY in keys()
    assert len(keys()) == 2
    assert log_holds()
