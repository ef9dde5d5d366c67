"""What was sent is corrected or withdrawn in the same thread, and whole accounts go by a route of their own."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from tests.people import START, World
from tests.stages.assessment.helpers import drafts, facts
from tests.stages.referral.helpers import (
    Post,
    bring,
    delivered,
    let_go,
    prepared,
    ready_day,
    rows,
    sent,
    states,
)

from openiru.core.assessment.wide import Brand
from openiru.core.errors import ConflictError, PermissionDeniedError, UsageError
from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import DeliveryState, Verdict
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.operations.clock import set_clock
from openiru.foundation.registry.queries import page
from openiru.stages.assessment.commands import assess
from openiru.stages.assessment.commands_wide import NewWide, propose_wide
from openiru.stages.referral import queries
from openiru.stages.referral.commands import correct, prepare, withdraw

pytestmark = pytest.mark.usefixtures("database")
ACCOUNT = "https://t.me/openiru_demo_a"


def test_a_withdrawal_ends_its_lines_and_is_written_in_the_thread(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 3)
    letter = withdraw(
        by=world.by("AG/officer"),
        referral=batch.id,
        lines=[2],
        why="it was a report of https://news.example/x",
    )
    assert sorted(states(world).values()) == ["referred", "referred", "withdrawn"]
    assert len(way.letters) == 1
    let_go(world, letter)
    assert delivered(world, letter).state is DeliveryState.SENT
    first, second = way.letters
    assert second.in_reply_to == first.message_id
    assert second.references == (first.message_id,)
    assert second.message_id != first.message_id
    assert second.subject == f"INVENTED DATA Withdrawal of referral {batch.reference}"
    assert "Line 2" in second.text
    assert "hxxps://news[.]example/x" in second.text
    assert "https://" not in second.text
    with acting(world.by("AG/overseer")):
        found = {row["reference"]: row for row in queries.batches()}
        withdrawn = [Milestone(row["milestones"]) for row in page() if row["state"] == "withdrawn"]
    assert found[f"{batch.reference}-W1"]["state"] == "sent"
    assert found[batch.reference]["withdrawn"] == 1
    assert (found[batch.reference]["lines"], found[f"{batch.reference}-W1"]["lines"]) == (3, 1)
    assert withdrawn[0] & Milestone.WITHDRAWN
    assert withdrawn[0] & Milestone.REFERRED
    rest = withdraw(by=world.by("AG/officer"), referral=batch.id, why="all of it")
    assert set(states(world).values()) == {"withdrawn"}
    with pytest.raises(UsageError):
        withdraw(by=world.by("AG/officer"), referral=batch.id, why="none is left")
    with pytest.raises(UsageError):
        withdraw(by=world.by("AG/officer"), referral=rest, why="of a withdrawal")
    assert prepare(by=world.by("AG/deputy"), again_reason="again").batches == ()


def test_a_letter_about_a_referral_is_listed_with_the_lines_that_it_concerns(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 3)
    correct(by=world.by("AG/officer"), referral=batch.id, texts={1: "00:12, not 00:21", 3: "\u4e2d"}, why="")
    withdraw(by=world.by("AG/officer"), referral=batch.id, why="all of it")
    with acting(world.by("AG/overseer")):
        found = {row["reference"].removeprefix(batch.reference): row["lines"] for row in queries.batches()}
    assert found == {"": 3, "-C1": 2, "-W1": 3}


def test_a_correction_says_what_was_wrong_and_moves_nothing(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 2)
    letter = correct(
        by=world.by("AG/officer"), referral=batch.id, texts={1: "the place is 00:12, not 00:21"}, why=""
    )
    let_go(world, letter)
    assert delivered(world, letter).state is DeliveryState.SENT
    assert "Line 1: the place is 00:12, not 00:21" in way.letters[1].text
    assert set(states(world).values()) == {"referred"}
    for texts, why in (({9: "x"}, "y"), ({1: " "}, " ")):
        with pytest.raises(UsageError):
            correct(by=world.by("AG/officer"), referral=batch.id, texts=texts, why=why)
    with pytest.raises(PermissionDeniedError):
        correct(by=world.by("HR/hana"), referral=batch.id, texts={1: "x"}, why="y")


def test_what_never_left_is_given_back_and_not_withdrawn() -> None:
    world = ready_day()
    batch = prepared(world)
    with pytest.raises(ConflictError):
        withdraw(by=world.by("AG/officer"), referral=batch.id, why="too early")


def say_refer(world: World, name: str, item: UUID) -> None:
    (said,) = assess(by=world.by(name), drafts=drafts(world.by(name), [item], facts(Verdict.REFER)))
    assert said.refused is None


def test_a_whole_account_goes_only_with_a_proposal_a_second_unit_and_an_overseer_who_knows(way: Post) -> None:
    world = ready_day()
    (item,) = bring(world.by("HR/hana"), [ACCOUNT])
    proposal = NewWide(
        item=item,
        proof=Brand(outlet="Invented outlet", source="invented list, 2020"),
        why_not_items="every post is of one kind",
    )
    (proposed,) = propose_wide(by=world.by("HR/hana"), proposals=[proposal])
    assert proposed.refused is None
    say_refer(world, "HR/hana", item)
    say_refer(world, "RS/ana", item)
    made = prepare(by=world.by("AG/deputy"))
    assert made.refused == ()
    (batch,) = made.batches
    assert batch.deciding_unit == "AG"
    (line,) = rows(world, "SELECT * FROM referral_line")
    assert (line["extent"], line["wide_id"]) == ("channel", proposed.proposal)
    let_go(world, batch.id)
    # The clock stands: the overseer was told in this very moment, not before.
    tried = delivered(world, batch.id)
    assert tried.state is DeliveryState.PREPARED
    assert "overseer" in tried.detail.lower()
    assert way.letters == []
    set_clock(by=SERVICE, business=START.replace(hour=9), rate=Decimal(0))
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is DeliveryState.SENT
