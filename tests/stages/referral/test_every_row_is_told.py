"""A whole day of referrals, with everything that can go wrong in it, and every row of it stands in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.people import START
from tests.stages.referral.helpers import Post, decided, delivered, far, later, let_go, post, ready_day

from openiru.core.referral.answer_files import AnswerRow
from openiru.core.vocabulary import DeliveryState, HoldKind, HoldScope
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import verify
from openiru.ports.channel import Receipt
from openiru.stages.intake.holds import NewHold, place_holds
from openiru.stages.referral.commands import answer, bounce, correct, prepare, settle, unprepare, withdraw

S = DeliveryState


@pytest.mark.usefixtures("database")
def test_no_referral_row_is_changed_without_a_leaf(way: Post) -> None:
    world = ready_day()
    officer, deputy = world.by("AG/officer"), world.by("AG/deputy")
    items = decided(world, [post(number) for number in range(1, 9)] + [far(1)])
    batches = [prepare(by=deputy, items=[item]).batches[0] for item in items]
    way.says = [
        Receipt(S.SENT, "250"),
        Receipt(S.UNKNOWN, "cut"),
        Receipt(S.UNKNOWN, "cut"),
        Receipt(S.DEFERRED, "451"),
        Receipt(S.BOUNCED, "550"),
        Receipt(S.SENT, "250"),
    ]
    hold = NewHold(
        kind=HoldKind.UNIT,
        scope=HoldScope.KEY,
        subject=post(7),
        reason="r",
        expires_at=START + timedelta(days=1),
    )
    for one in batches[:6]:
        let_go(world, one.id)
        delivered(world, one.id)
    place_holds(by=world.by("MK/duma"), holds=[hold])
    let_go(world, batches[6].id)
    assert delivered(world, batches[6].id).state is S.PREPARED
    unprepare(by=deputy, referrals=[batches[7].id, batches[4].id], why="not now")
    (disk,) = prepare(by=deputy, items=[items[7]], channel="transcript").batches
    for last in (disk, batches[8]):
        let_go(world, last.id)
        delivered(world, last.id)
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
