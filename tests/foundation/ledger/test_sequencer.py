"""The sequencer gives committed leaves dense indexes, once, and signs what it has done."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from tests.foundation.things import bring
from tests.people import START, action_day

from openiru.core.errors import IntegrityError
from openiru.core.evidence.checkpoint import parse_checkpoint, parse_note, verified_text
from openiru.core.evidence.tree import root_of
from openiru.foundation.database.acting import SERVICE, acting
from openiru.foundation.ledger import queries, sequencer
from openiru.foundation.ledger.keys import signing_key, verify
from openiru.foundation.operations.clock import set_clock

pytestmark = pytest.mark.usefixtures("database")


def rows(text: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def test_indexes_are_dense_and_checkpoints_reproduce_and_verify() -> None:
    world = action_day()
    first = sequencer.sequence(limit=7)
    bring(world.by("RS/ana"), ["a", "b", "c"])
    second = sequencer.sequence()
    assert first > 7
    assert second == 3
    assert sequencer.sequence() == 0
    positions = rows(
        "SELECT p.index, l.hash FROM ledger_position p JOIN ledger_leaf l USING (seq) ORDER BY p.index"
    )
    assert [index for index, _ in positions] == list(range(first + second))
    assert rows("SELECT count(*) FROM ledger_pending") == [(0,)]
    ((instance,),) = rows("SELECT id FROM database_instance")
    key = signing_key(UUID(str(instance)))
    notes = rows("SELECT size, root, note, at FROM ledger_checkpoint ORDER BY size")
    assert [size for size, *_ in notes][-2:] == [first, first + second]
    for size, root, note, at in notes:
        said = parse_checkpoint(verified_text(parse_note(note.encode()), [key.public], verify))
        assert (said.size, said.root, said.origin, said.time) == (size, bytes(root), key.origin, at)
        assert said.root == root_of(bytes(leaf) for _, leaf in positions[:size])


def test_of_several_processes_only_one_sequences() -> None:
    world = action_day()
    sequencer.sequence()
    bring(world.by("RS/ana"), [f"k{n}" for n in range(60)])
    done: list[int] = []

    def one() -> None:
        done.append(sequencer.sequence(limit=9))
        connections["worker"].close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ((count, highest, leaves),) = rows(
        "SELECT count(*), max(index), (SELECT count(*) FROM ledger_leaf) FROM ledger_position"
    )
    assert sum(done) == 60
    assert (count, highest) == (leaves, leaves - 1)


def test_a_leaf_that_is_committed_later_gets_a_later_index_although_its_number_is_lower() -> None:
    world = action_day()
    sequencer.sequence()
    slow = connections.create_connection("default")
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            by = world.by("RS/ana")
            cursor.execute(
                "SELECT at FROM iru.begin(%s, %s, %s, %s)", [by.person, by.unit, by.operation, b""]
            )
            cursor.execute(
                "INSERT INTO ledger_leaf (id, type, body, hash)"
                " VALUES (gen_random_uuid(), 'x.y', 'late', sha256('late'))"
            )
            cursor.execute("INSERT INTO ledger_pending VALUES (currval('ledger_leaf_seq_seq'))")
            bring(world.by("HR/hana"), ["quick"])
            assert sequencer.sequence() == 1
        slow.commit()
    finally:
        slow.close()
    assert sequencer.sequence() == 1
    late, quick = rows("SELECT l.body FROM ledger_position p JOIN ledger_leaf l USING (seq) ORDER BY index")[
        -1:
    ] + rows("SELECT seq FROM ledger_position ORDER BY index DESC LIMIT 1")
    assert late == ("late",)
    ((highest,),) = rows("SELECT max(seq) FROM ledger_position")
    assert quick[0] < highest


def test_a_log_whose_last_checkpoint_we_did_not_sign_is_not_continued() -> None:
    world = action_day()
    sequencer.sequence()
    bring(world.by("RS/ana"), ["a"])
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_checkpoint SET note = replace(note, 'time 2020', 'time 2019')"
            " WHERE size = (SELECT max(size) FROM ledger_checkpoint)"
        )
    with pytest.raises(IntegrityError, match="signature"):
        sequencer.sequence()
    assert rows("SELECT count(*) FROM ledger_pending") == [(1,)]


def test_a_time_means_the_last_checkpoint_at_or_before_it() -> None:
    world = action_day()
    coordinator = world.by("AG/coordinator")
    early = sequencer.sequence()
    set_clock(by=coordinator, business=START + timedelta(hours=5), rate=Decimal(0))
    bring(world.by("RS/ana"), ["a"])
    late = early + sequencer.sequence()
    with acting(coordinator):
        assert queries.size() == late
        assert queries.size_at(START - timedelta(seconds=1)) == 0
        assert queries.size_at(START) == early
        assert queries.size_at(START + timedelta(hours=4)) == early
        assert queries.size_at(START + timedelta(hours=5)) == late
    with connections["stats"].cursor() as cursor:
        assert queries.size_at(START, cursor) == early


def test_the_running_sequencer_signs_within_a_second_and_stops_when_told() -> None:
    world = action_day()
    stop = threading.Event()
    thread = threading.Thread(target=sequencer.run_sequencer, args=(stop,))
    thread.start()
    try:
        bring(world.by("RS/ana"), ["a", "b"])
        for _ in range(100):
            if rows("SELECT count(*) FROM ledger_pending") == [(0,)]:
                break
            stop.wait(0.05)
        assert rows("SELECT count(*) FROM ledger_pending") == [(0,)]
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_what_is_sequenced_twice_is_sequenced_once_when_the_first_try_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = action_day()
    sequencer.sequence()
    bring(world.by("RS/ana"), ["a"])

    def breaks(_cursor: object, _first: int, _last: int) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(sequencer, "projectors", lambda: (breaks,))
        with pytest.raises(ZeroDivisionError):
            sequencer.sequence()
    with acting(SERVICE) as now:
        now.cursor.execute("SELECT count(*) FROM ledger_pending")
        assert now.cursor.fetchone() == (1,)
    assert sequencer.sequence() == 1
