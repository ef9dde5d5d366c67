"""A letter that a marking kept back goes once the contributor consents; from then on the item cannot be hidden any more."""

from __future__ import annotations

from typing import Any

import pytest
from tests.stages.referral.helpers import (
    bring,
    decided,
    far,
    let_go,
    post,
    prepared,
    ready_day,
    rows,
    standing,
)

from openiru.core.errors import ConflictError
from openiru.core.vocabulary import Pap, Tlp
from openiru.foundation.database.acting import SERVICE
from openiru.stages.intake.markings import Marking, change_marking
from openiru.stages.referral.commands import deliver, prepare

pytestmark = pytest.mark.usefixtures("database")

CASES: list[tuple[dict[str, str], str, Marking]] = [
    ({"tlp": "red"}, post(1), Marking(tlp=Tlp.GREEN)),
    ({"tlp": "amber"}, post(2), Marking(tlp=Tlp.CLEAR)),
    ({"pap": "amber"}, post(3), Marking(pap=Pap.GREEN)),
    ({"restriction": "no_provider"}, post(4), Marking(restriction="")),
    ({"restriction": "ask me before you do anything"}, post(5), Marking(restriction="no_public")),
    ({"restriction": "no_third_country"}, far(1), Marking(restriction="")),
]


def test_each_marking_that_keeps_a_letter_back_is_lifted_by_its_contributor_item_by_item() -> None:
    world = ready_day()
    items = decided(world, [url for _, url, _ in CASES])
    for marking, url, _ in CASES:
        bring(world.by("MK/mila"), [url], **marking)
    assert prepare(by=world.by("AG/deputy")).batches == ()
    for item, (_, _, consent) in zip(items, CASES, strict=True):
        change_marking(by=world.by("MK/mila"), items=[item], marking=consent, reason="consent, by telephone")
    made = prepare(by=world.by("AG/deputy"))
    assert made.refused == ()
    assert sum(one.lines for one in made.batches) == len(items)


def test_one_item_is_let_go_and_the_others_stay_back() -> None:
    world = ready_day()
    first, second = decided(world, [post(1), post(2)])
    bring(world.by("MK/mila"), [post(1), post(2)], restriction="no_provider")
    change_marking(by=world.by("MK/mila"), items=[first], marking=Marking(restriction=""), reason="this one")
    made = prepare(by=world.by("AG/deputy"))
    assert [one.lines for one in made.batches] == [1]
    assert [one.item for one in made.refused] == [second]


def test_an_item_in_a_letter_is_not_hidden_any_more_but_a_tighter_marking_still_stops_the_letter(
    way: Any,
) -> None:
    world = ready_day()
    batch = prepared(world)
    (line,) = rows(world, "SELECT item_id FROM referral_line")
    item = line["item_id"]
    with pytest.raises(ConflictError, match="stands in a letter"):
        change_marking(by=world.by("HR/hana"), items=[item], marking=Marking(tlp=Tlp.RED), reason="too late")
    change_marking(by=world.by("HR/hana"), items=[item], marking=Marking(tlp=Tlp.AMBER), reason="not yet")
    let_go(world, batch.id)
    deliver(by=SERVICE.within(world.operation), referral=batch.id)
    assert way.letters == []
    assert standing(world, item)["state"] != "referred"
