"""What a marking keeps inside a unit is not seen by the rest of the operation, and is one item all the same."""

from __future__ import annotations

from typing import Any

import pytest
from tests.people import World, action_day

from openiru.foundation.database.acting import acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.foundation.registry.queries import page
from openiru.ports.formats import Row
from openiru.stages.intake.commands import Source, import_rows, undo_import

pytestmark = pytest.mark.usefixtures("database")
A, B, C = (f"https://t.me/openiru_demo_closed/{n}" for n in (1, 2, 3))


def bring(world: World, who: str, address: str, **marking: Any) -> dict[str, int]:
    rows = [Row(2, address, reason=f"brought by {who}", **marking)]
    done = import_rows(
        by=world.by(who), source=Source(rows=rows, file_name="x", file_digest="sha256:00", format="csv")
    )
    return done.counts


def seen(world: World, who: str) -> list[str]:
    with acting(world.by(who)):
        return [row["canonical"] for row in page()]


def test_a_closed_row_is_seen_by_its_unit_alone() -> None:
    world = action_day()
    bring(world, "RS/ana", A, tlp="red")
    bring(world, "RS/ana", B, restriction="own_unit_only")
    bring(world, "RS/ana", C, tlp="amber+strict")
    assert seen(world, "RS/boro") == [A, B, C]
    assert seen(world, "HR/hana") == []
    assert seen(world, "AG/coordinator") == []


def test_another_unit_with_an_open_row_opens_it_and_both_are_credited() -> None:
    world = action_day()
    bring(world, "RS/ana", A, tlp="red")
    counts = bring(world, "HR/hana", A)
    assert (counts["taken"], counts["new"], counts["known"]) == (1, 0, 1)
    assert seen(world, "MK/mila") == [A]
    with acting(world.by("MK/mila")) as now:
        now.cursor.execute(
            "SELECT units FROM iru.markings(ARRAY(SELECT item_id FROM registry_operationitem))"
        )
        assert now.cursor.fetchall() == [(["HR", "RS"],)]


def test_another_unit_with_a_closed_row_joins_those_who_see_it() -> None:
    world = action_day()
    bring(world, "RS/ana", A, tlp="red")
    assert bring(world, "HR/hana", A, tlp="red")["known"] == 1
    assert seen(world, "RS/ana") == seen(world, "HR/hana") == [A]
    assert seen(world, "MK/mila") == []


def test_an_open_row_stays_open_and_the_log_knows_every_version() -> None:
    world = action_day()
    bring(world, "RS/ana", A)
    bring(world, "HR/hana", A, tlp="red")
    bring(world, "RS/ana", B, tlp="red")
    bring(world, "HR/hana", B)
    assert seen(world, "MK/mila") == [A, B]
    sequence()
    assert verify(lambda *_: None).holds


def test_a_closed_item_that_another_opened_closes_again_when_the_open_row_is_taken_back() -> None:
    world = action_day()
    bring(world, "RS/ana", A, tlp="red")
    rows = [Row(2, A, reason="brought openly")]
    opened = import_rows(
        by=world.by("HR/hana"), source=Source(rows=rows, file_name="x", file_digest="sha256:01", format="csv")
    )
    assert seen(world, "MK/mila") == [A]
    assert opened.import_id is not None
    undo_import(by=world.by("HR/hana"), import_id=opened.import_id)
    assert seen(world, "MK/mila") == []
    assert seen(world, "RS/ana") == seen(world, "HR/hana") == [A]  # HR has had it
    sequence()
    assert verify(lambda *_: None).holds


def test_an_item_that_everybody_took_back_begins_anew_behind_a_closed_row() -> None:
    world = action_day()
    rows = [Row(2, A, reason="brought openly")]
    opened = import_rows(
        by=world.by("HR/hana"), source=Source(rows=rows, file_name="x", file_digest="sha256:01", format="csv")
    )
    assert opened.import_id is not None
    undo_import(by=world.by("HR/hana"), import_id=opened.import_id)
    bring(world, "RS/ana", A, tlp="red")
    assert seen(world, "RS/ana") == [A]
    assert seen(world, "MK/mila") == seen(world, "HR/hana") == []
    sequence()
    assert verify(lambda *_: None).holds
