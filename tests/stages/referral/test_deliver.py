"""At most once by machine: nothing leaves that nobody let go, what changed is held back, and doubt waits for a person."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from tests.egress.mail_servers import Inbox, Peer, honest, scripted
from tests.people import START
from tests.stages.intake.helpers import hold
from tests.stages.referral.helpers import (
    PROVIDERS,
    Post,
    decided,
    delivered,
    far,
    later,
    let_go,
    mail_to,
    post,
    prepared,
    ready_day,
    rows,
    sent,
    standing,
    states,
)

from openiru.core.errors import ConflictError, PermissionDeniedError, SettingError
from openiru.core.lifecycle import Milestone
from openiru.core.vocabulary import DeliveryState
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.directory.commands import load_directory
from openiru.foundation.registry.queries import page
from openiru.ports.channel import Receipt
from openiru.stages.intake.holds import place_holds
from openiru.stages.referral import delivering, jobs, queries
from openiru.stages.referral.commands import deliver, prepare, send, unprepare

pytestmark = pytest.mark.usefixtures("database")
S = DeliveryState


def jobs_waiting() -> int:
    with connections["worker"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'referral.deliver' AND status = 'todo'"
        )
        return int(cursor.fetchone()[0])


def test_nothing_is_sent_that_no_person_let_go(way: Post) -> None:
    world = ready_day()
    batch = prepared(world)
    assert delivered(world, batch.id).state is None
    assert jobs.tick(by=SERVICE.within(world.operation)) == 0
    with pytest.raises(PermissionDeniedError):
        send(by=SERVICE.within(world.operation), referrals=[batch.id])
    assert way.letters == []


def test_what_is_sent_becomes_referred_with_its_leaves(way: Post) -> None:
    world = ready_day()
    batch = sent(world, 2)
    (letter,) = way.letters
    assert letter.message_id == f"<{batch.reference}@unit.invalid>"
    assert set(states(world).values()) == {"referred"}
    with acting(world.by("AG/coordinator")):
        assert {row["referred_at"] for row in page()} == {START}
        assert queries.by_reference(batch.reference)["state"] == "sent"
        assert [(row["state"], row["fence"]) for row in queries.deliveries([batch.id])] == [
            ("sending", 1),
            ("sent", 1),
        ]
    with acting(SERVICE) as now:
        now.cursor.execute(
            "SELECT type, count(*) FROM ledger_leaf WHERE type LIKE 'referral.%%' GROUP BY type ORDER BY type"
        )
        assert dict(now.cursor.fetchall()) == {
            "referral.line_prepared": 2,
            "referral.line_referred": 2,
            "referral.prepared": 1,
            "referral.released": 1,
            "referral.sending": 1,
            "referral.sent": 1,
        }
    assert delivered(world, batch.id).state is None
    assert len(way.letters) == 1


def test_a_batch_waits_for_the_providers_hours_unless_it_is_urgent(way: Post) -> None:
    world = ready_day()
    hours = [{**PROVIDERS[0], "zone": "Europe/Zagreb", "hours": "Mo-Fr 10:00-16:00"}]
    load_directory(by=world.by("AG/coordinator"), providers=hours)
    batch = prepared(world)
    (released,) = send(by=world.by("AG/officer"), referrals=[batch.id])
    assert released.not_before == START + timedelta(hours=1)
    assert jobs_waiting() == 0
    assert delivered(world, batch.id).detail == "its time has not come"
    later(1.5)
    assert jobs.tick(by=SERVICE.within(world.operation)) == 1
    assert jobs.tick(by=SERVICE.within(world.operation)) == 0
    assert jobs_waiting() == 1
    assert delivered(world, batch.id).state is S.SENT
    assert len(way.letters) == 1


def test_urgent_enqueues_at_once_and_a_release_that_fails_leaves_no_job(way: Post) -> None:
    world = ready_day()
    load_directory(by=world.by("AG/coordinator"), providers=[{**PROVIDERS[0], "hours": "Mo-Fr 22:00-23:00"}])
    gone, stays = prepared(world), decided(world, [post(8)])
    assert unprepare(by=world.by("AG/deputy"), referrals=[gone.id], why="not this one") == 1
    (batch,) = prepare(by=world.by("AG/deputy"), items=stays).batches
    with pytest.raises(ConflictError):
        send(by=world.by("AG/officer"), referrals=[batch.id, gone.id], urgent=True)
    assert jobs_waiting() == 0
    send(by=world.by("AG/officer"), referrals=[batch.id], urgent=True)
    assert jobs_waiting() == 1


def test_a_transcript_never_makes_an_item_referred() -> None:
    world = ready_day()
    batch = prepared(world, 2, channel="transcript")
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is S.TRANSCRIBED
    assert set(states(world).values()) == {"prepared"}
    with acting(world.by("AG/coordinator")):
        for row in page():
            assert Milestone(row["milestones"]) & Milestone.TRANSCRIBED
            assert not Milestone(row["milestones"]) & Milestone.REFERRED
            assert row["referred_at"] is None
        assert queries.transfers() == []
    assert unprepare(by=world.by("AG/deputy"), referrals=[batch.id], why="now by mail") == 2


def test_a_hold_that_comes_between_preparing_and_sending_holds_the_batch_back(way: Post) -> None:
    world = ready_day()
    batch = prepared(world, 2)
    let_go(world, batch.id)
    place_holds(by=world.by("MK/duma"), holds=[hold(post(2), expires_at=START + timedelta(days=1))])
    tried = delivered(world, batch.id)
    assert tried.state is S.PREPARED
    assert "line 2: a hold stands" in tried.detail
    assert way.letters == []
    with acting(world.by("AG/deputy")):
        (waiting,) = queries.outbox()
        assert waiting["released_at"] is None
        assert "a hold stands" in waiting["detail"]
    assert jobs.tick(by=SERVICE.within(world.operation)) == 0
    later(25)
    let_go(world, batch.id)
    assert delivered(world, batch.id).state is S.SENT


CHANGES = {
    "UPDATE registry_operationitem SET basis_digest = 'sha256:other' WHERE item_id = %(item)s": "two refer verdicts",
    "UPDATE assessment_assessment SET voided_at = assessed_at WHERE slot = 'A' AND item_id = %(item)s": "two refer verdicts",
    "UPDATE registry_operationitem SET state = 'seen' WHERE item_id = %(item)s": "the item is seen",
    "UPDATE intake_contribution SET tlp = 'red' WHERE item_id = %(item)s": "TLP:RED",
    "UPDATE referral_referral SET letter = jsonb_set(letter, '{text}', '\"other\"') WHERE id = %(batch)s": "is not the one",
}


def test_what_changed_behind_a_batch_keeps_it_from_leaving(way: Post) -> None:
    world = ready_day()
    for (change, why), item in zip(
        CHANGES.items(), decided(world, [post(n) for n in range(1, 6)]), strict=True
    ):
        (batch,) = prepare(by=world.by("AG/deputy"), items=[item]).batches
        let_go(world, batch.id)
        with connections["owner"].cursor() as cursor:
            cursor.execute(change, {"item": item, "batch": batch.id})
        tried = delivered(world, batch.id)
        assert tried.state is S.PREPARED
        assert why in tried.detail or "what was shown" in tried.detail
    assert way.letters == []


def test_a_channel_that_is_not_set_up_is_said_before_anything_is_let_go() -> None:
    world = ready_day()
    batch = prepared(world)
    with pytest.raises(SettingError, match="smtp_host"):
        send(by=world.by("AG/officer"), referrals=[batch.id])
    with acting(world.by("AG/deputy")):
        assert queries.by_reference(batch.reference)["released_at"] is None


def test_disclosures_to_third_countries_are_recorded_when_they_happen(way: Post) -> None:
    world = ready_day()
    decided(world, [post(1)], first="RS/ana", second="RS/boro")
    decided(world, [far(1)])
    for one in prepare(by=world.by("AG/deputy")).batches:
        let_go(world, one.id)
        assert rows(world, "SELECT * FROM referral_transfer WHERE lines > 9") == []
        delivered(world, one.id)
    with acting(world.by("AG/overseer")):
        found = {(row["recipient"], row["country"]): row["ground"] for row in queries.transfers()}
    assert set(found) == {("far", "US"), ("RS", "RS")}
    assert all("Art. 1 of the invented act" in ground for ground in found.values())


def test_a_real_mail_has_the_letter_and_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox()
    with honest(inbox) as port:
        mail_to(monkeypatch, port)
        world = ready_day()
        batch = sent(world, 2)
    ((_, recipients, content),) = inbox.mails
    assert recipients == ["desk@host.example"]
    assert f"<{batch.reference}@".encode() in content
    assert f"{batch.reference}.json".encode() in content


def test_eight_workers_race_and_the_server_gets_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox()
    with honest(inbox) as port:
        mail_to(monkeypatch, port)
        world = ready_day()
        batch = prepared(world)
        let_go(world, batch.id)
        found: list[DeliveryState | None] = []
        gate = threading.Barrier(8)

        def work() -> None:
            gate.wait()
            try:
                found.append(deliver(by=SERVICE.within(world.operation), referral=batch.id).state)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(map(str, found)) == ["None"] * 7 + ["sent"]
    assert len(inbox.mails) == 1


def test_a_wire_that_is_cut_after_the_last_dot_is_doubt_and_never_a_second_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cut(peer: Peer) -> None:
        peer.serve(until=b".")

    with scripted(cut) as (port, peers):
        mail_to(monkeypatch, port)
        world = ready_day()
        batch = prepared(world)
        let_go(world, batch.id)
        assert delivered(world, batch.id).state is S.UNKNOWN
        assert delivered(world, batch.id).state is None
        assert len(peers) == 1


def test_a_worker_that_slept_with_an_old_fence_sends_nothing(
    way: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = ready_day()
    batch = prepared(world)
    let_go(world, batch.id)
    real = delivering._send

    def sleepy(*given: object) -> Receipt:
        """Between commit and first byte the worker slept; meanwhile a person settled the doubt and somebody else sent."""
        with connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE referral_referral SET fence = fence + 2")
        return real(*given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(delivering, "_send", sleepy)
    assert delivered(world, batch.id).state is None
    assert way.letters == []
    assert (
        standing(world, rows(world, "SELECT item_id FROM referral_line")[0]["item_id"])["state"] == "prepared"
    )


def test_a_result_that_comes_too_late_is_kept_and_changes_nothing(
    way: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = ready_day()
    batch = prepared(world)
    let_go(world, batch.id)
    real = delivering._send

    def slow(*given: object) -> Receipt:
        receipt = real(*given)  # type: ignore[arg-type]  # handed on as it came
        with ThreadPoolExecutor(1) as other:
            found.extend(other.submit(look).result())
        return receipt

    def look() -> list[int]:
        try:
            with acting(SERVICE.within(world.operation)) as now:
                alive = delivering.find_dead_tries(now)  # the session's lock says that somebody lives
                return [alive, delivering.find_dead_tries(now, lease=timedelta(0))]  # and yet: for too long
        finally:
            connections.close_all()

    found: list[int] = []

    monkeypatch.setattr(delivering, "_send", slow)
    assert delivered(world, batch.id).detail == "the try was no longer ours"
    assert found == [0, 1]
    with acting(world.by("AG/deputy")):
        assert queries.by_reference(batch.reference)["state"] == "unknown"
        assert any("came too late" in row["detail"] for row in queries.deliveries([batch.id]))
    assert len(way.letters) == 1
