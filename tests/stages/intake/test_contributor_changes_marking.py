"""The contributor alone lifts, relaxes or tightens the marking of what it contributed, and who sees the item follows at once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connections
from tests.people import World, action_day
from tests.stages.intake.helpers import bring, leaves
from tests.stages.intake.test_closed_rows import A, B, seen

from openiru.core.errors import NotFoundError, PermissionDeniedError, UsageError
from openiru.core.intake.marking import Restriction, Use, decide
from openiru.core.vocabulary import Pap, Tlp
from openiru.foundation.database.acting import acting
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.foundation.registry.queries import page
from openiru.stages.intake.markings import Marking, Remarked, change_marking, own_markings

pytestmark = pytest.mark.usefixtures("database")


def ids(world: World, who: str) -> list[Any]:
    with acting(world.by(who)):
        return [row["id"] for row in page()]


def mark(
    world: World, who: str, items: Sequence[Any], reason: str = "agreed", **marking: Any
) -> list[Remarked]:
    return change_marking(by=world.by(who), items=items, marking=Marking(**marking), reason=reason)


def markings(world: World, who: str, items: Sequence[Any]) -> list[tuple[str, str, str]]:
    with acting(world.by(who)):
        return [(row["tlp"], row["pap"], row["restriction"]) for row in own_markings(items)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"tlp": "red"}, {"tlp": Tlp.GREEN}),
        ({"tlp": "amber+strict"}, {"tlp": Tlp.AMBER, "pap": Pap.AMBER}),
        ({"restriction": "own_unit_only"}, {"restriction": ""}),
        ({"tlp": "red", "restriction": "own_unit_only"}, {"tlp": Tlp.CLEAR, "restriction": "no_public"}),
    ],
)
def test_a_unit_that_relaxes_its_marking_lets_the_operation_see_the_item(
    before: dict[str, str], after: dict[str, Any]
) -> None:
    world = action_day()
    bring(world.by("RS/ana"), A, B, **before)
    assert seen(world, "HR/hana") == []
    (item, _) = ids(world, "RS/boro")
    assert mark(world, "RS/boro", [item], **after) == [Remarked(item, 1, open=True)]
    assert seen(world, "HR/hana") == [A]
    assert seen(world, "RS/ana") == [A, B]
    sequence()
    assert verify().problems == []


def test_a_unit_that_tightens_its_marking_keeps_the_item_to_itself_again() -> None:
    world = action_day()
    bring(world.by("RS/ana"), A)
    (item,) = ids(world, "RS/ana")
    assert mark(world, "RS/ana", [item], tlp=Tlp.RED) == [Remarked(item, 1, open=False)]
    assert (seen(world, "HR/hana"), seen(world, "RS/ana")) == ([], [A])
    assert mark(world, "RS/ana", [item], tlp=Tlp.RED) == [Remarked(item, 0, open=None)]
    assert leaves(world.by("RS/ana"), "intake.marking_changed") == 1
    sequence()
    assert verify().problems == []


def test_what_another_unit_said_stands_whatever_one_unit_changes() -> None:
    world = action_day()
    bring(world.by("RS/ana"), A, tlp="red")
    bring(world.by("HR/hana"), A, tlp="red")
    (item,) = ids(world, "RS/ana")
    mark(world, "RS/ana", [item], pap=Pap.RED)
    assert seen(world, "MK/mila") == []
    assert mark(world, "RS/ana", [item], tlp=Tlp.GREEN)[0].open is True
    assert seen(world, "MK/mila") == [A]
    assert markings(world, "HR/hana", [item]) == [("red", "green", "")]
    assert mark(world, "HR/hana", [item], restriction="own_unit_only")[0].open is None
    assert mark(world, "RS/ana", [item], tlp=Tlp.AMBER_STRICT)[0].open is False
    assert [seen(world, who) for who in ("RS/ana", "HR/hana", "MK/mila")] == [[A], [A], []]


def test_another_unit_cannot_change_it_neither_by_command_nor_behind_it() -> None:
    world = action_day()
    bring(world.by("RS/ana"), A, tlp="red")
    bring(world.by("RS/ana"), B)
    closed, opened = ids(world, "RS/ana")
    for who, item in (("HR/hana", closed), ("HR/hana", opened), ("AG/coordinator", opened)):
        with pytest.raises(NotFoundError, match="contributed nothing"):
            mark(world, who, [item], tlp=Tlp.CLEAR)
    with acting(world.by("HR/hana")) as now:
        now.cursor.execute("UPDATE intake_contribution SET tlp = 'clear'")
        assert now.cursor.rowcount == 0
        now.cursor.execute("SELECT * FROM iru.reclose(%s)", [[closed, opened]])
        assert now.cursor.fetchall() == []
    assert markings(world, "RS/ana", [closed, opened]) == [("red", "green", ""), ("green", "green", "")]
    assert seen(world, "HR/hana") == [B]


def test_a_change_needs_a_reason_a_change_and_a_role() -> None:
    world = action_day()
    bring(world.by("RS/ana"), A)
    items = ids(world, "RS/ana")
    with pytest.raises(UsageError, match="reason"):
        mark(world, "RS/ana", items, reason=" ", tlp=Tlp.RED)
    with pytest.raises(UsageError, match="nothing is to change"):
        mark(world, "RS/ana", items)
    with pytest.raises(PermissionDeniedError):
        mark(world, "RS/deda", items, tlp=Tlp.RED)
    with pytest.raises(NotFoundError):
        mark(world, "RS/ana", [*items, world.operation], tlp=Tlp.RED)
    assert seen(world, "HR/hana") == [A]


def test_the_ledger_says_what_it_was_what_it_is_and_why() -> None:
    world = action_day()
    bring(world.by("RS/ana"), A, tlp="red", restriction="no_public")
    items = ids(world, "RS/ana")
    mark(world, "RS/ana", items, reason="the source agreed by telephone", tlp=Tlp.GREEN)
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT o.payload->'before'->>'tlp', o.payload->'after'->>'tlp', o.payload->'after'->>'restriction',"
            " o.payload->>'reason' FROM ledger_opening o JOIN ledger_leaf l ON l.id = o.id"
            " WHERE l.type = 'intake.marking_changed'"
        )
        assert cursor.fetchall() == [("red", "green", "no_public", "the source agreed by telephone")]


def test_the_database_and_the_program_agree_which_marking_goes_into_an_operation() -> None:
    words = [*(one.value for one in Restriction), " Own_Unit_Only\t", "ask us first", "OWN_UNIT_ONLY"]
    with acting(action_day().by("RS/ana")) as now:
        for tlp, pap, words_ in itertools.product(Tlp, Pap, words):
            now.cursor.execute("SELECT iru.goes_in(%s, %s)", [tlp.value, words_])
            allowed = decide(Use.OPERATION, tlp=tlp, pap=pap, restriction=words_).allowed
            assert now.cursor.fetchone() == (allowed,), (tlp, pap, words_)
