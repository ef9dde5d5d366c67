"""A standing bears the content that the leaves up to there tied to its item, whenever it is projected."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from tests.foundation.registry.test_projector import content, figures
from tests.people import World, action_day, another_operation
from tests.stages.intake.helpers import ident

from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.registry import projector
from openiru.foundation.registry.projector import rebuild
from openiru.ports.formats import Row
from openiru.stages.intake.commands import Source, import_rows

pytestmark = pytest.mark.usefixtures("database")
KEY, OTHER = "telegram:post:openiru_demo_a/1", "telegram:post:openiru_demo_b/2"
A, B = "https://t.me/openiru_demo_a/1", "https://t.me/openiru_demo_b/2"
D1, D2, D3 = (f"sha256:{n:064x}" for n in (1, 2, 3))


def bring(world: World, who: str, *rows: tuple[str, str], number: int = 2) -> None:
    brought = [
        Row(at, address, reason=f"{who} {number}", digest=digest)
        for at, (address, digest) in enumerate(rows, number)
    ]
    source = Source(rows=brought, file_name="a.csv", file_digest="sha256:00", format="csv")
    done = import_rows(by=world.by(who), source=source)
    assert done.counts["refused"] == 0


def works(world: World, key: str = KEY) -> list[str]:
    """The work of each version of an item's standing."""
    told = figures(
        "SELECT work FROM registry_standing WHERE item_id = %s AND operation_id = %s ORDER BY from_index",
        ident(world.by("HR/hana"), key),
        world.operation,
    )
    return [row[0] for row in told]


def same_again() -> bool:
    before = content()
    rebuild()
    return content() == before


def test_a_content_that_is_told_later_makes_a_version_of_its_own() -> None:
    world = action_day()
    bring(world, "RS/ana", (A, ""))
    sequence()
    bring(world, "HR/hana", (A, D2))
    sequence()
    bring(world, "RS/ana", (A, D1), number=9)
    sequence()
    assert works(world) == ["", D2, D1]
    assert same_again()


def test_a_content_that_waits_for_its_index_is_not_known_before() -> None:
    world = action_day()
    bring(world, "RS/ana", (A, ""))
    bring(world, "HR/hana", (A, D2))
    sequence()
    assert works(world) == ["", D2]
    assert same_again()


def test_two_items_of_one_content_are_one_work() -> None:
    world = action_day()
    bring(world, "RS/ana", (A, D1), (B, D1))
    sequence()
    assert works(world) == works(world, OTHER) == [D1]
    assert figures("SELECT count(DISTINCT work) FROM registry_standing WHERE work <> ''") == [(1,)]


def test_another_operation_knows_what_was_told_before_its_event_and_not_what_came_after() -> None:
    world = action_day()
    other = replace(world, operation=another_operation(world, "HR"))
    bring(world, "RS/ana", (A, ""), (B, D3))
    bring(other, "HR/hana", (A, ""), (B, ""))
    bring(world, "RS/ana", (A, D2), number=9)
    sequence()
    assert works(world) == ["", D2]
    assert works(other) == [""]
    assert works(other, OTHER) == [D3]
    bring(other, "HR/hana", (A, ""), number=9)
    sequence()
    assert works(other) == ["", D2]
    assert same_again()


@pytest.mark.parametrize("seed", range(4))
def test_the_log_gives_the_same_works_in_slices_of_any_size(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(seed)  # noqa: S311 - a script that can be played again
    world = action_day()
    other = replace(world, operation=another_operation(world, "HR"))
    for number in range(10, 130, 10):
        rows = [(chance.choice((A, B)), chance.choice(("", D1, D2, D3))) for _ in range(chance.randint(1, 3))]
        where, who = chance.choice(((world, "RS/ana"), (world, "HR/hana"), (other, "HR/hana")))
        bring(where, who, *rows, number=number)
        if chance.random() < 0.3:
            sequence()
    sequence()
    assert figures("SELECT count(*) > 1 FROM registry_standing WHERE work <> ''") == [(True,)]
    for size in (1, 2, 7, 50_000):
        monkeypatch.setattr(projector, "SLICE", size)
        assert same_again()
