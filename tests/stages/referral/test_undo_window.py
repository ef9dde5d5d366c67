"""What a person let go at the desk can be taken back for a while: no machine sends it before, and after that it is too late."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connections
from tests.stages.referral.helpers import Post, delivered, later, let_go, prepared, ready_day, rows, sent

from openiru.core.errors import ConflictError, PermissionDeniedError
from openiru.foundation.database.acting import SERVICE, acting
from openiru.stages.referral import queries
from openiru.stages.referral.commands import enqueue_due, recall, send

pytestmark = pytest.mark.usefixtures("database")
LONG = 600


def window_is_over(world: Any) -> None:
    with acting(world.by("AG/officer")) as now:
        now.cursor.execute("UPDATE referral_referral SET undo_until = undo_until - interval '1 hour'")


def test_nothing_leaves_while_it_can_be_taken_back_however_urgent(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    send(by=world.by("AG/officer"), referrals=[batch.id], urgent=True, undo_s=LONG)
    assert enqueue_due(by=SERVICE.within(world.operation)) == 0
    tried = delivered(world, batch.id)
    assert (tried.state, tried.detail) == (None, "whoever let it go can still take it back")
    assert way.letters == []
    with acting(world.by("AG/officer")):
        assert LONG - 60 < queries.by_reference(batch.reference)["undo_left"] <= LONG


def test_what_was_taken_back_stays_here_until_it_is_let_go_again(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    send(by=world.by("AG/officer"), referrals=[batch.id], undo_s=LONG)
    assert recall(by=world.by("AG/deputy"), referrals=[batch.id]) == 1
    assert delivered(world, batch.id).state is None
    assert way.letters == []
    with acting(world.by("AG/officer")):
        found = queries.by_reference(batch.reference)
    assert (found["state"], found["released_at"], found["undo_left"]) == ("prepared", None, 0)
    let_go(world, batch.id)
    assert delivered(world, batch.id).state == "sent"
    assert len(way.letters) == 1


def test_after_the_window_the_tick_sends_it(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    send(by=world.by("AG/officer"), referrals=[batch.id], undo_s=LONG)
    window_is_over(world)
    assert enqueue_due(by=SERVICE.within(world.operation)) == 1
    assert delivered(world, batch.id).state == "sent"
    assert len(way.letters) == 1


@pytest.mark.usefixtures("way")
def test_what_has_left_cannot_be_taken_back_and_all_stay_as_they_are() -> None:
    world = ready_day()
    gone = sent(world)
    with pytest.raises(ConflictError, match="is sent: it is too late"):
        recall(by=world.by("AG/officer"), referrals=[gone.id])


@pytest.mark.usefixtures("way")
def test_what_was_never_let_go_and_who_may_not_send_are_refused() -> None:
    world = ready_day()
    batch = prepared(world)
    with pytest.raises(ConflictError, match="too late"):
        recall(by=world.by("AG/officer"), referrals=[batch.id])
    let_go(world, batch.id)
    with pytest.raises(PermissionDeniedError):
        recall(by=world.by("RS/ana"), referrals=[batch.id])


@pytest.mark.usefixtures("way")
def test_what_waits_for_the_hours_of_the_provider_can_be_taken_back_as_well() -> None:
    world = ready_day()
    later(20)
    batch = prepared(world)
    send(by=world.by("AG/officer"), referrals=[batch.id])
    assert recall(by=world.by("AG/officer"), referrals=[batch.id]) == 1
    assert rows(world, "SELECT released_by FROM referral_referral") == [{"released_by": None}]


def test_taken_back_and_sent_at_once_is_one_or_the_other(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    send(by=world.by("AG/officer"), referrals=[batch.id], undo_s=LONG)
    window_is_over(world)
    start, told = threading.Barrier(2), []

    def take() -> None:
        start.wait()
        try:
            recall(by=world.by("AG/officer"), referrals=[batch.id])
            told.append("back")
        except ConflictError:
            told.append("late")
        finally:
            connections.close_all()

    thread = threading.Thread(target=take)
    thread.start()
    start.wait()
    tried = delivered(world, batch.id)
    thread.join()
    assert told in (["back"], ["late"])
    assert (tried.state == "sent") is (told == ["late"])
    assert len(way.letters) == (1 if told == ["late"] else 0)
