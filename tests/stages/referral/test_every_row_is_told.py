"""A whole day of referrals, with everything that can go wrong in it, and every row of it stands in the log."""

from __future__ import annotations

import pytest
from tests.people import World
from tests.stages.intake.helpers import hold
from tests.stages.referral.helpers import Post, decided, delivered, far, later, let_go, post, ready_day

from openiru.core.referral.answer_files import AnswerRow
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.ports.channel import Receipt
from openiru.stages.intake.holds import place_holds
from openiru.stages.referral.commands import answer, bounce, correct, prepare, settle, unprepare, withdraw
from openiru.stages.referral.preparing import Batch

S = DeliveryState


def one_of_each_fate(world: World, way: Post) -> list[Batch]:
    """Nine batches: sent, doubtful twice, deferred, bounced, sent, kept back by a hold, given back, for another provider."""
    deputy = world.by("AG/deputy")
    items = decided(world, [post(number) for number in range(1, 9)] + [far(1)])
    batches = [prepare(by=deputy, items=[item]).batches[0] for item in items]
    said = (S.SENT, S.UNKNOWN, S.UNKNOWN, S.DEFERRED, S.BOUNCED, S.SENT)
    way.says = [Receipt(state, "as it was told to say") for state in said]
    for one in batches[:6]:
        let_go(world, one.id)
        delivered(world, one.id)
    place_holds(by=world.by("MK/duma"), holds=[hold(post(7))])
    let_go(world, batches[6].id)
    assert delivered(world, batches[6].id).state is S.PREPARED
    unprepare(by=deputy, referrals=[batches[7].id, batches[4].id], why="not now")
    (disk,) = prepare(by=deputy, items=[items[7]], channel="transcript").batches
    for last in (disk, batches[8]):
        let_go(world, last.id)
        delivered(world, last.id)
    return batches


@pytest.mark.usefixtures("database")
def test_no_referral_row_is_changed_without_a_leaf(way: Post) -> None:
    world = ready_day()
    officer, batches = world.by("AG/officer"), one_of_each_fate(world, way)
    settle(by=officer, referral=batches[1].id, was_sent=True, why="they have it")
    settle(by=officer, referral=batches[2].id, was_sent=False, why="they have not")
    bounce(by=officer, mails=[([way.letters[5].message_id], "550 later")])
    later(1)
    delivered(world, batches[3].id)
    letters = [
        correct(by=officer, referral=batches[0].id, texts={1: "other words"}, why=""),
        withdraw(by=officer, referral=batches[8].id, why="it was art"),
    ]
    for letter in letters:
        let_go(world, letter)
        delivered(world, letter)
    cells = {"line": "1", "decision": "removed"}
    rows = [AnswerRow(at, {**cells, "reference": one.reference}) for at, one in enumerate(batches, 2)]
    assert answer(by=officer, rows=rows, source="sha256:x").counts["taken"] == 4
    again = [AnswerRow(2, {**cells, "reference": batches[0].reference, "decision": "reinstated"})]
    answer(by=officer, rows=again, source="sha256:y")
    sequence()
    found = verify()
    assert found.problems == []
    assert found.holds
