"""ledger verify finds every row that was changed behind the ledger's back, and names it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from tests.foundation.evidence import a_full_day
from tests.foundation.things import bring
from tests.people import World, action_day

from openiru.foundation.database.prepare import admin_connection
from openiru.foundation.ledger.rows import watched
from openiru.foundation.ledger.sequencer import sequence
from openiru.foundation.ledger.verify import Problem, verify
from openiru.settings import CONFIG


@contextmanager
def behind(database: str) -> Iterator[psycopg.Connection[Any]]:
    """The superuser, whom no policy, trigger or foreign key stops."""
    with admin_connection(CONFIG, database) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def tables(problems: list[Problem]) -> set[str]:
    return {problem.table for problem in problems}


def test_a_day_that_nobody_touched_holds(owned: str) -> None:
    world = action_day()
    a_full_day(world)
    sequenced = sequence()
    bring(world.by("RS/ana"), ["waits"])
    told: list[tuple[str, int, int]] = []
    found = verify(lambda what, done, of: told.append((what, done, of)))
    assert found.problems == []
    assert found.holds
    assert (found.leaves, found.waiting) == (sequenced, 1)
    assert found.checkpoints == 1
    assert found.rows > 30
    assert told[0] == ("leaves", sequenced, sequenced)
    assert owned


def test_every_watched_table_is_held_to_the_log(owned: str) -> None:
    """A changed row, in each table that the day wrote to: each is named, and nothing else is."""
    a_full_day(action_day())
    sequence()
    changed: dict[str, str] = {}
    with behind(owned) as database:
        for table, columns in watched().items():
            if table == "database_clock":
                continue
            row = database.execute(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 1").fetchone()
            if row is None:
                continue
            changed[table] = str(row[0])
            _change_one(database, table, columns, row[0])
    assert len(changed) >= 15
    found = verify()
    named = {(p.table, p.row) for p in found.problems}
    assert named >= set(changed.items())
    assert tables(found.problems) == set(changed)
    assert all(p.index is not None for p in found.problems if (p.table, p.row) in set(changed.items()))


def _change_one(database: psycopg.Connection[Any], table: str, columns: tuple[str, ...], row: object) -> None:
    """Change the first column that lets itself be changed."""
    for column in columns:
        if column in {"id", "unit_id", "environment", "sole"}:
            continue
        kind = database.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [table, column],
        ).fetchone()
        value = {
            "text": f"'x' || {column}",
            "integer": f"{column} + 1",
            "bigint": f"coalesce({column}, 0) + 1",
            "timestamp with time zone": f"coalesce({column}, '2020-01-01Z') + interval '1 microsecond'",
            "boolean": f"NOT {column}",
        }.get(str(kind[0]) if kind else "")
        if value is None:
            continue
        try:
            database.execute(f"UPDATE {table} SET {column} = {value} WHERE id = %s", [row])
        except psycopg.errors.CheckViolation:
            continue
        return
    raise AssertionError(f"nothing of {table} can be changed")


def test_a_row_that_is_taken_away_is_missed_in_every_table(owned: str) -> None:
    a_full_day(action_day())
    sequence()
    gone: set[tuple[str, str]] = set()
    with behind(owned) as database:
        for table in watched():
            if table in {"database_clock", "database_instance"}:
                continue
            row = database.execute(
                f"DELETE FROM {table} WHERE id = (SELECT max(id::text)::uuid FROM {table}) RETURNING id"
            ).fetchone()
            if row is not None:
                gone.add((table, str(row[0])))
    assert len(gone) >= 15
    found = verify()
    assert {(p.table, p.row) for p in found.problems} == gone
    assert {p.what for p in found.problems} == {"the row is gone"}


def test_a_row_that_is_put_in_is_told_in_every_table(owned: str) -> None:
    a_full_day(action_day())
    sequence()
    added: set[tuple[str, str]] = set()
    with behind(owned) as database:
        for table in watched():
            if table in {"database_clock", "database_instance"}:
                continue
            database.execute(f"CREATE TEMP TABLE one AS SELECT * FROM {table} LIMIT 1")
            database.execute("UPDATE one SET id = gen_random_uuid()")
            for (index,) in database.execute(
                "SELECT indexname FROM pg_indexes WHERE tablename = %s AND indexdef LIKE 'CREATE UNIQUE%%'"
                " AND indexname !~ '_pkey$'",
                [table],
            ).fetchall():
                database.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{index}" CASCADE')
                database.execute(f'DROP INDEX IF EXISTS "{index}"')
            row = database.execute(f"INSERT INTO {table} SELECT * FROM one RETURNING id").fetchone()
            database.execute("DROP TABLE one")
            if row is not None:
                added.add((table, str(row[0])))
    assert len(added) >= 15
    found = verify()
    assert {(p.table, p.row) for p in found.problems} == added


LOG = {
    "a body": ("UPDATE ledger_leaf SET body = replace(body, 'demo', 'live') WHERE seq = 5", {"ledger_leaf"}),
    "a body that is no leaf": ("UPDATE ledger_leaf SET body = 'nothing' WHERE seq = 5", {"ledger_leaf"}),
    "a hash": ("UPDATE ledger_leaf SET hash = sha256('x') WHERE seq = 5", {"ledger_leaf"}),
    "a type": ("UPDATE ledger_leaf SET type = 'x.y' WHERE seq = 5", {"ledger_leaf"}),
    "body and hash together": (
        (
            "UPDATE ledger_leaf SET body = replace(body, '2020-10-06', '2020-10-07'),"
            " hash = sha256('\\x00'::bytea || convert_to(replace(body, '2020-10-06', '2020-10-07'), 'UTF8')) WHERE seq = 5"
        ),
        {"ledger_checkpoint"},
    ),
    "a leaf is gone": ("DELETE FROM ledger_leaf WHERE seq = 5", {"ledger_leaf", "ledger_opening"}),
    "a leaf is added": (
        (
            "INSERT INTO ledger_leaf (id, type, body, hash) SELECT gen_random_uuid(), type, body, hash FROM ledger_leaf"
            " WHERE seq = 5"
        ),
        {"ledger_leaf", "ledger_opening"},
    ),
    "two leaves are exchanged": (
        (
            "UPDATE ledger_position SET seq = CASE seq WHEN 5 THEN -6 ELSE -5 END WHERE seq IN (5, 6);"
            "UPDATE ledger_position SET seq = -seq WHERE seq < 0"
        ),
        {"ledger_checkpoint"},
    ),
    "an index is gone": (
        "DELETE FROM ledger_position WHERE index = 4",
        {"ledger_position", "ledger_leaf", "ledger_checkpoint"},
    ),
    "a payload": (
        "UPDATE ledger_opening o SET payload = '{\"a\": 1}' FROM ledger_leaf l WHERE l.id = o.id AND seq = 5",
        {"ledger_opening"},
    ),
    "a salt": (
        "UPDATE ledger_opening o SET salt = sha256('x') FROM ledger_leaf l WHERE l.id = o.id AND seq = 5",
        {"ledger_opening"},
    ),
    "an opening is gone": (
        "DELETE FROM ledger_opening o USING ledger_leaf l WHERE l.id = o.id AND seq = 5",
        {"ledger_opening"},
    ),
    "a subject": (
        "UPDATE ledger_opening o SET subject_id = gen_random_uuid() FROM ledger_leaf l WHERE l.id = o.id AND seq = 5",
        {"ledger_opening"},
    ),
    "a checkpoint's root": (
        "UPDATE ledger_checkpoint SET root = sha256('x') WHERE size = 10",
        {"ledger_checkpoint"},
    ),
    "a checkpoint's time": (
        "UPDATE ledger_checkpoint SET at = at - interval '1 hour' WHERE size = 10",
        {"ledger_checkpoint"},
    ),
    "a checkpoint's note": (
        "UPDATE ledger_checkpoint SET note = replace(note, 'T07', 'T08') WHERE size = 10",
        {"ledger_checkpoint"},
    ),
    "the last checkpoint is gone": (
        "DELETE FROM ledger_checkpoint WHERE size = (SELECT max(size) FROM ledger_checkpoint)",
        {"ledger_position"},
    ),
    "the last leaves are gone": (
        (
            "DELETE FROM ledger_opening o USING ledger_leaf l JOIN ledger_position p USING (seq) WHERE l.id = o.id AND index > 12;"
            "DELETE FROM ledger_leaf l USING ledger_position p WHERE p.seq = l.seq AND index > 12;"
            "DELETE FROM ledger_position WHERE index > 12"
        ),
        {"ledger_checkpoint"},
    ),
    "the clock": ("UPDATE database_clock SET rate = 7", {"database_clock"}),
}


KEPT = (
    "ledger_leaf",
    "ledger_opening",
    "ledger_pending",
    "ledger_position",
    "ledger_checkpoint",
    "database_clock",
)


def test_the_log_itself_is_held_to_its_checkpoints(owned: str) -> None:
    """Every attack on one log, which is put back as it was in between."""
    action_day()
    sequence(limit=10)
    told: dict[str, list[Problem]] = {}
    with behind(owned) as database:
        for table in KEPT:
            database.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
        for what, (attack, _) in LOG.items():
            database.execute(attack)
            told[what] = verify().problems
            database.execute(f"TRUNCATE {', '.join(KEPT)}")
            for table in KEPT:
                database.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        assert verify().problems == []
    missed = {what: told[what] for what, (_, named) in LOG.items() if not named <= tables(told[what])}
    assert missed == {}
    many = {what for what, problems in told.items() if len(problems) > 3}
    assert many <= {"an index is gone", "the last leaves are gone"}


def test_a_fault_early_in_the_log_is_told_for_its_stretch_only(owned: str) -> None:
    world: World = action_day()
    sequence(limit=5)
    bring(world.by("RS/ana"), ["a", "b"])
    sequence()
    with behind(owned) as database:
        database.execute(LOG["body and hash together"][0].replace("seq = 5", "seq = 4"))
    (problem,) = [p for p in verify().problems if p.table == "ledger_checkpoint"]
    assert problem.row == "5"
    assert "leaves 0 to 4" in problem.what
