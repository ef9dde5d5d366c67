"""A worker is killed or put to sleep while a letter is on its way: it is never sent a second time by machine."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from tests.egress.mail_servers import Inbox, Peer, honest, scripted
from tests.stages.referral.helpers import delivered, let_go, mail_to, prepared, ready_day, states
from tests.stages.referral.workers import start, until

from openiru.foundation.database.acting import SERVICE, acting
from openiru.stages.referral import jobs, queries
from openiru.stages.referral.commands import settle


@pytest.mark.parametrize("moment", [b"MAIL", b"."])
def test_a_worker_killed_on_the_way_leaves_doubt_and_one_connection(
    database: str, monkeypatch: pytest.MonkeyPatch, moment: bytes
) -> None:
    reached, over = threading.Event(), threading.Event()

    def stall(peer: Peer) -> None:
        peer.serve(until=moment)
        reached.set()
        over.wait(60)

    with scripted(stall) as (port, peers):
        mail_to(monkeypatch, port)
        world = ready_day()
        batch = prepared(world)
        let_go(world, batch.id)
        worker = start(database, port, world.operation, batch.id)
        try:
            assert reached.wait(60)
            assert jobs.tick(by=SERVICE.within(world.operation)) == 0
            assert delivered(world, batch.id).detail == "another worker is at it"
        finally:
            worker.kill()
            worker.communicate()
        until(lambda: jobs.tick(by=SERVICE.within(world.operation)), 30)
        for _ in range(3):
            assert delivered(world, batch.id).state is None
        over.set()
        assert len(peers) == 1
    with acting(world.by("AG/deputy")):
        assert [row["reference"] for row in queries.unknown()] == [batch.reference]
    assert set(states(world).values()) == {"prepared"}
    inbox = Inbox()
    with honest(inbox) as port:
        mail_to(monkeypatch, port)
        settle(
            by=world.by("AG/officer"), referral=batch.id, was_sent=False, why="their log has no trace of it"
        )
        let_go(world, batch.id)
        assert delivered(world, batch.id).state == "sent"
    assert len(inbox.mails) == 1


def test_a_sleeping_worker_is_not_overtaken_and_finishes_what_it_began(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    mails: list[bytes] = []

    def patient(peer: Peer) -> None:
        peer.serve(until=b"MAIL")
        reached.set()
        go_on.wait(60)
        peer.say("250 ok")
        while (line := peer.hear()) and line.upper() != b"QUIT":
            if line.upper() == b"DATA":
                peer.say("354 go on")
                peer.until_dot()
                mails.append(line)
            peer.say("250 2.0.0 ok")
        peer.say("221 bye")

    with scripted(patient) as (port, peers):
        mail_to(monkeypatch, port)
        world = ready_day()
        batch = prepared(world)
        let_go(world, batch.id)
        worker = start(database, port, world.operation, batch.id)
        try:
            assert reached.wait(60)
            os.kill(worker.pid, signal.SIGSTOP)
            for _ in range(3):
                assert jobs.tick(by=SERVICE.within(world.operation)) == 0
                assert delivered(world, batch.id).state is None
            os.kill(worker.pid, signal.SIGCONT)
            go_on.set()
            said, _ = worker.communicate(timeout=60)
        finally:
            worker.kill()
            worker.communicate()
        assert len(peers) == 1
    assert said.startswith("sent")
    assert len(mails) == 1
    assert set(states(world).values()) == {"referred"}
