"""An import is one transaction: every row is taken or refused with its number, and the same file adds nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
from tests.people import START, action_day

from openiru.core.errors import ConflictError
from openiru.foundation.database.acting import acting
from openiru.foundation.registry.queries import by_key, page
from openiru.ports.formats import Note, Refused, Row
from openiru.stages.intake.commands import Source, import_rows, undo_import

pytestmark = pytest.mark.usefixtures("database")


def source(rows: Iterable[Row | Refused | Note]) -> Source:
    return Source(rows=list(rows), file_name="rows.csv", file_digest="sha256:00", format="csv")


ROWS: list[Row | Refused | Note] = [
    Row(2, "https://t.me/openiru_demo_a/1", reason="invented", language="srpski"),
    Row(3, "http://telegram.me/s/openiru_demo_a/1", reason="another spelling"),
    Row(4, "https://t.me/openiru_demo_a/2"),
    Row(5, "not an address"),
    Row(6, "https://pages.example/a", seen_at=START + timedelta(days=2)),
    Row(7, "https://pages.example/b", tlp="purple"),
    Note("a title line was skipped", 1),
]


def test_every_row_is_taken_or_refused_with_its_number() -> None:
    world = action_day()
    done = import_rows(by=world.by("RS/ana"), source=source(ROWS))
    assert done.counts == {"rows": 6, "taken": 3, "new": 2, "known": 1, "held": 0, "refused": 3}
    assert [number for number, _ in done.refused] == [5, 6, 7]
    assert done.notes == ("row 1: a title line was skipped",)
    with acting(world.by("RS/ana")):
        assert [item["key"] for item in page()] == [
            "telegram:post:openiru_demo_a/1",
            "telegram:post:openiru_demo_a/2",
        ]
        assert by_key("telegram:post:openiru_demo_a/1")["language"] == "sr"


def test_the_same_file_twice_adds_nothing() -> None:
    world = action_day()
    import_rows(by=world.by("RS/ana"), source=source(ROWS))
    again = import_rows(by=world.by("RS/ana"), source=source(ROWS))
    assert again.counts == {"rows": 6, "taken": 0, "new": 0, "known": 3, "held": 0, "refused": 3}


def test_two_units_that_bring_one_item_are_both_credited() -> None:
    world = action_day()
    import_rows(by=world.by("RS/ana"), source=source(ROWS[:1]))
    second = import_rows(by=world.by("HR/hana"), source=source(ROWS[1:2]))
    assert second.counts["new"] == 0
    assert second.counts["taken"] == second.counts["known"] == 1
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute(
            "SELECT item_id, units FROM iru.markings(ARRAY(SELECT item_id FROM registry_operationitem))"
        )
        assert [units for _, units in now.cursor.fetchall()] == [["HR", "RS"]]


def test_an_import_is_undone_by_compensation_and_can_be_done_again() -> None:
    world = action_day()
    first = import_rows(by=world.by("RS/ana"), source=source(ROWS))
    import_rows(by=world.by("HR/hana"), source=source(ROWS[:1]))
    assert first.import_id is not None
    undone = undo_import(by=world.by("RS/ana"), import_id=first.import_id)
    assert undone == {"contributions": 3, "items_undone": 1, "items_stay": 1}
    with pytest.raises(ConflictError):
        undo_import(by=world.by("RS/ana"), import_id=first.import_id)
    again = import_rows(by=world.by("RS/ana"), source=source(ROWS))
    assert again.counts["taken"] == 3
    assert again.counts["new"] == 0
