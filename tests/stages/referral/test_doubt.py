"""Put off, in doubt, or come back: what is sent again goes by a person, and always under the same Message-ID."""

from __future__ import annotations

import pytest
from django.db import connections
from tests.people import START
from tests.stages.referral.helpers import Post, delivered, later, let_go, prepared, ready_day, sent, states

from openiru.core.errors import ConflictError, PermissionDeniedError
from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.registry.queries import page
from openiru.ports.channel import Receipt
from openiru.stages.referral import jobs, queries
from openiru.stages.referral.commands import bounce, send, settle, unprepare

pytestmark = pytest.mark.usefixtures("database")
S = DeliveryState


def test_a_deferred_letter_goes_again_later_under_the_same_message_id(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    way.says = [Receipt(S.DEFERRED, "451 greylisted"), Receipt(S.DEFERRED, "451 again")]
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is S.DEFERRED
    assert delivered(world, batch.id).detail == "its time has not come"
    later(0.3)
    assert delivered(world, batch.id).state is S.DEFERRED
    later(0.5)
    with connections["worker"].cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # the job of the release is done
    assert jobs.tick(by=SERVICE.within(world.operation)) == 0
    later(0.9)
    assert jobs.tick(by=SERVICE.within(world.operation)) == 1
    assert delivered(world, batch.id).state is S.SENT
    assert len({letter.message_id for letter in way.letters}) == 1
    assert len(way.letters) == 3


@pytest.mark.parametrize("fault", [Receipt(S.UNKNOWN, "the wire was cut"), RuntimeError("boom")])
def test_doubt_waits_for_a_person(way: Post, fault: Receipt | BaseException) -> None:
    world = ready_day()
    batch = prepared(world)
    way.says = [fault]
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is S.UNKNOWN
    for _ in range(3):
        assert delivered(world, batch.id).state is None
        assert jobs.tick(by=SERVICE.within(world.operation)) == 0
    with pytest.raises(ConflictError):
        send(by=world.by("AG/officer"), referrals=[batch.id])
    with pytest.raises(ConflictError):
        unprepare(by=world.by("AG/deputy"), referrals=[batch.id], why="let us see")
    with acting(world.by("AG/deputy")):
        assert [row["reference"] for row in queries.unknown()] == [batch.reference]
    assert set(states(world).values()) == {"prepared"}
    assert len(way.letters) == 1


def test_a_person_settles_that_it_was_sent_and_it_counts_since_the_try(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    way.says = [Receipt(S.UNKNOWN, "the wire was cut")]
    let_go(world, batch.id)
    delivered(world, batch.id)
    later(5)
    with pytest.raises(PermissionDeniedError):
        settle(
            by=SERVICE.within(world.operation), referral=batch.id, was_sent=True, why="a machine thinks so"
        )
    settle(
        by=world.by("AG/officer"), referral=batch.id, was_sent=True, why="the provider has it, by telephone"
    )
    assert set(states(world).values()) == {"referred"}
    with acting(world.by("AG/deputy")):
        assert [row["referred_at"] for row in page()] == [START]
    with pytest.raises(ConflictError):
        settle(by=world.by("AG/officer"), referral=batch.id, was_sent=False, why="no")


def test_a_person_settles_that_it_was_not_sent_and_lets_it_go_once_more(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    way.says = [Receipt(S.UNKNOWN, "the wire was cut")]
    let_go(world, batch.id)
    delivered(world, batch.id)
    settle(by=world.by("AG/officer"), referral=batch.id, was_sent=False, why="their log has nothing")
    assert delivered(world, batch.id).state is None
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is S.SENT
    assert [letter.message_id for letter in way.letters] == [way.letters[0].message_id] * 2


def test_a_bounce_takes_back_what_counted_and_a_person_may_let_it_go_again(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 2)
    matches = ["<else@where.example>", way.letters[0].message_id]
    mails = [(matches, "550 5.1.1 no such user")]
    assert bounce(by=world.by("AG/officer"), mails=mails) == [batch.reference]
    assert bounce(by=world.by("AG/officer"), mails=[*mails, (["<x@y.example>"], "550")]) == [
        batch.reference,
        "",
    ]
    with acting(world.by("AG/deputy")):
        for row in page():
            assert not Milestone(row["milestones"]) & Milestone.REFERRED
            assert row["referred_at"] is None
        assert [row["state"] for row in queries.outbox()] == ["bounced"]
        assert queries.silent() == []
    assert delivered(world, batch.id).state is None
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is S.SENT
    with acting(world.by("AG/deputy")):
        assert all(Milestone(row["milestones"]) & Milestone.REFERRED for row in page())


def test_a_batch_that_bounced_at_once_can_be_given_back(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    way.says = [Receipt(S.BOUNCED, "550 no such user")]
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is S.BOUNCED
    assert unprepare(by=world.by("AG/deputy"), referrals=[batch.id], why="another address") == 1
    assert set(states(world).values()) == {"decided"}
