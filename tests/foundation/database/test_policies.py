"""Every table under its policies, every role before every table, and the traps of row-level security."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.apps import apps
from django.db import connections, transaction
from tests.foundation.database.fences import DEFINERS, FIGURES, NARROWER, TABLES
from tests.foundation.evidence import Writers, a_full_day, a_row
from tests.foundation.things import take
from tests.people import World, action_day, another_operation

from openiru.dsn import role_names
from openiru.foundation.database.acting import SERVICE, By, acting
from openiru.foundation.database.bulk import insert
from openiru.foundation.ledger.sequencer import sequence
from openiru.settings import CONFIG

pytestmark = pytest.mark.usefixtures("database")


def ask(alias: str, text: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connections[alias].cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def test_every_table_is_known_and_fenced_by_the_policies_of_its_kind() -> None:
    models = {
        m._meta.db_table
        for m in apps.get_models(include_auto_created=True)
        if m._meta.app_label != "procrastinate"
    }
    assert models == set(TABLES)
    roles = {name: role for role, name in role_names(CONFIG).items()}
    fenced = ask(
        "owner",
        "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
        " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        " AND relname !~ '^procrastinate_' AND relname <> 'django_migrations'",
    )
    assert {name for name, *_ in fenced} == set(TABLES)
    assert [name for name, enabled, forced in fenced if not (enabled and forced)] == []
    found: dict[str, dict[str, tuple[str, set[str], str, str]]] = {}
    for table, name, command, names, using, check in ask(
        "owner", "SELECT tablename, policyname, cmd, roles::text[], qual, with_check FROM pg_policies"
    ):
        found.setdefault(table, {})[name] = (command, {roles[r] for r in names}, using or "", check or "")
    for table, kind in TABLES.items():
        _held_to_its_kind(table, kind, found[table])


def _held_to_its_kind(table: str, kind: str, policies: dict[str, tuple[str, set[str], str, str]]) -> None:
    assert policies.pop("keeper") == ("ALL", {"owner"}, "true", "true"), table
    if table in FIGURES or kind == "projection":
        assert policies.pop("figures") == ("SELECT", {"stats"}, "true", ""), table
    if kind == "projection":
        assert policies.pop("projector") == ("ALL", {"worker"}, "true", "true"), table
    elif kind == "ledger":
        assert policies.pop("sequencer") == ("ALL", {"worker"}, "true", "true"), table
        command, roles, using, check = policies.pop("writer")
        assert (command, roles, using) == ("INSERT", {"web"}, ""), table
        assert "iru.acting()" in check, table
    elif kind == "door":
        assert policies.pop("door") == ("ALL", {"web"}, "true", "true"), table
    elif kind != "shut":
        command, roles, using, check = policies.pop("members")
        assert (command, roles) == ("ALL", {"web", "worker"}), table
        test = {
            "unit": "unit_id = ( SELECT iru.unit()",
            "operation": "operation_id = ( SELECT iru.operation()",
        }
        assert test.get(kind, "iru.operation()" if kind == "item" else "iru.acting()") in using, table
        assert test.get(kind, "iru.acting()") in check, table
    assert set(policies) == NARROWER.get(table, set()), table


def test_what_narrows_a_policy_is_restrictive() -> None:
    rows = ask("owner", "SELECT tablename, policyname FROM pg_policies WHERE permissive = 'RESTRICTIVE'")
    assert {(table, name) for table, name in rows} == {
        (t, name) for t, names in NARROWER.items() for name in names
    }


def test_no_view_no_copy_of_rows_and_no_function_gets_round_the_policies() -> None:
    views = ask(
        "owner",
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace",
    )
    assert views == []
    functions = ask(
        "owner",
        "SELECT p.proname, p.proconfig, p.prosecdef FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname IN ('public', 'iru') AND p.prosecdef",
    )
    assert {name for name, *_ in functions} == DEFINERS
    paths = {name: config for name, config, _ in functions}
    found = {n: [one for one in c or () if one.startswith("search_path=")] for n, c in paths.items()}
    safe = (["search_path=pg_catalog"], ["search_path=pg_catalog, public"])
    assert [n for n, path in found.items() if path not in safe] == []
    assert ask("owner", "SELECT has_schema_privilege('public', 'iru', 'USAGE')") == [(False,)]


def test_no_role_stands_above_the_policies() -> None:
    names = role_names(CONFIG)
    rows = ask(
        "owner",
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolcanlogin FROM pg_roles"
        " WHERE rolname = ANY(%s)",
        [list(names.values())],
    )
    assert len(rows) == 4
    assert all(row[1:6] == (False, False, False, False, False) for row in rows)
    assert {row[0] for row in rows if not row[6]} == {names["owner"]}
    borrowed = (
        "SELECT m.member::regrole::text, m.roleid::regrole::text FROM pg_auth_members m JOIN pg_roles r"
    )
    assert (
        ask("owner", f"{borrowed} ON r.oid = m.member WHERE r.rolname = ANY(%s)", [list(names.values())])
        == []
    )


def two_operations() -> tuple[World, UUID]:
    """Rows in every table by RS in the day, and by HR in another operation; the other's items are its own and one shared."""
    world = action_day()
    other = another_operation(world, "HR")
    a_full_day(world)
    there = [world.outside(name).within(other) for name in ("HR/hana", "HR/ivo", "AG/coordinator")]
    a_full_day(world, Writers(*there), keys=("one", "three"))
    for by in (world.by("RS/ana"), there[0]):
        with acting(by) as now:
            insert(now.cursor, "ledger_request", [a_row("ledger_request", now)])
    sequence()
    return world, other


def visible(by: By) -> dict[str, set[str]]:
    """What somebody who acts sees of each table, as ids, or who owns the rows."""
    column = {"unit": "unit_id", "operation": "operation_id", "item": "%s", "directory": "%s"}
    seen: dict[str, set[str]] = {}
    with acting(by) as now:
        for table, kind in TABLES.items():
            if kind in column:
                key = _key(table) if kind in {"item", "directory"} else column[kind]
                now.cursor.execute(f"SELECT DISTINCT {key}::text FROM {table}")
                seen[table] = {row[0] for row in now.cursor.fetchall()}
    return seen


def _key(table: str) -> str:
    return {"registry_alias": "item_id", "registry_work": "item_id", "database_clock": "sole"}.get(
        table, "id"
    )


def test_somebody_who_acts_sees_the_own_unit_the_own_operation_and_the_directory() -> None:
    world, other = two_operations()
    ana, hana = visible(world.by("RS/ana")), visible(world.outside("HR/hana").within(other))
    for table, kind in TABLES.items():
        if kind == "unit":
            assert (ana[table], hana[table]) == ({str(world.units["RS"])}, {str(world.units["HR"])}), table
        elif kind == "operation":
            assert (ana[table], hana[table]) == ({str(world.operation)}, {str(other)}), table
        elif kind == "item":
            assert ana[table], table
            assert hana[table], table
            assert ana[table] != hana[table], table
            assert len(ana[table] & hana[table]) == (table == "registry_item"), table
        elif kind == "directory":
            assert ana[table] == hana[table] != set(), table


def test_in_no_operation_nothing_of_an_operation_is_seen() -> None:
    world, _ = two_operations()
    for by in (world.outside("RS/ana"), replace(SERVICE, unit=world.units["RS"])):
        seen = visible(by)
        assert {t for t, k in TABLES.items() if k in {"operation", "item"} and seen[t]} == set()
    assert visible(SERVICE.within(world.operation))["intake_hold"] == set()


def test_without_acting_web_and_worker_see_nothing_but_what_the_sequencer_needs() -> None:
    two_operations()
    log = {table for table, kind in TABLES.items() if kind in {"ledger", "projection"}}
    assert {table for table, kind in TABLES.items() if kind != "door" and _count("default", table)} == set()
    assert {table for table in TABLES if _count("worker", table)} == log - {"ledger_pending"}


def test_web_cannot_read_the_log_and_stats_read_figures_only() -> None:
    two_operations()
    assert {t for t in TABLES if _count("default", t) is None} == {
        table for table, kind in TABLES.items() if kind in {"ledger", "projection", "shut"}
    }
    assert {
        t for t, kind in TABLES.items() if kind in {"door", "shut"} and _count("worker", t) is not None
    } == set()
    readable = {table for table in TABLES if _count("stats", table) is not None}
    assert readable == FIGURES | {table for table, kind in TABLES.items() if kind == "projection"}
    assert all(_count("stats", table) for table in readable)


def test_the_owner_sees_every_row_because_a_policy_says_so() -> None:
    two_operations()
    empty = {"ledger_pending", *(table for table, kind in TABLES.items() if kind in {"door", "shut"})}
    assert [table for table in TABLES if not _count("owner", table) and table not in empty] == []


def _count(alias: str, table: str) -> int | None:
    """Rows that a login sees without acting; None when it may not even ask."""
    try:
        with transaction.atomic(using=alias):
            return int(ask(alias, f"SELECT count(*) FROM {table}")[0][0])
    except Exception as error:
        if isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            return None
        raise


def refused(by: By, text: str, values: Sequence[Any] = ()) -> type[BaseException] | None:
    """The database's own error when somebody tries something."""
    try:
        with acting(by) as now:
            now.cursor.execute(text, values)
    except Exception as error:  # noqa: BLE001 - whatever it is, its cause is what is asked for
        return type(error.__cause__ or error)
    return None


def test_a_setting_left_empty_by_an_earlier_transaction_is_no_error() -> None:
    world = action_day()
    with acting(world.by("RS/ana")):
        pass
    assert ask("default", "SELECT current_setting('iru.unit', true)") == [("",)]
    assert ask("default", "SELECT count(*) FROM people_person") == [(0,)]


def test_a_seal_is_worth_nothing_in_another_transaction() -> None:
    world = action_day()
    names = ("person", "unit", "operation", "seal")
    with acting(world.by("RS/ana")) as now:
        now.cursor.execute("SELECT " + ", ".join(f"current_setting('iru.{name}')" for name in names))
        sealed = now.cursor.fetchone()
        now.cursor.execute("SELECT count(*) FROM people_person")
        assert now.cursor.fetchone()[0] > 0
    with transaction.atomic():
        for name, value in zip(names, sealed, strict=True):
            ask("default", "SELECT set_config(%s, %s, true)", [f"iru.{name}", value])
        assert ask("default", "SELECT count(*) FROM people_person") == [(0,)]


def test_the_secret_of_the_seal_cannot_be_read_or_used() -> None:
    ana = action_day().by("RS/ana")
    assert refused(ana, "SELECT * FROM iru.secret") is psycopg.errors.InsufficientPrivilege
    assert refused(ana, "SELECT iru.seal('a', 'b', 'c')") is psycopg.errors.InsufficientPrivilege


def test_uniqueness_does_not_tell_of_other_units() -> None:
    """Every unique index of a unit's table has the unit in it; otherwise "duplicate key" would say what others have."""
    rows = ask(
        "owner",
        "SELECT c.relname, i.indexrelid::regclass::text, array(SELECT attname::text FROM pg_attribute a"
        " WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int[]))"
        " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE i.indisunique",
    )
    ours = [(table, index, columns) for table, index, columns in rows if TABLES.get(table) == "unit"]
    assert len(ours) >= 11
    # The digest of a token is unique in the world by its making: 256 random bits.
    assert [index for _, index, columns in ours if "unit_id" not in columns and columns != ["digest"]] == []


def test_references_between_units_tables_carry_the_unit() -> None:
    rows = ask(
        "owner",
        "SELECT conrelid::regclass::text, confrelid::regclass::text, conname,"
        " array(SELECT attname::text FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))"
        " FROM pg_constraint WHERE contype = 'f'",
    )
    pairs = [row for row in rows if TABLES.get(row[0]) == TABLES.get(row[1]) == "unit"]
    assert len(pairs) >= 6
    assert [row for row in pairs if "unit_id" not in row[3]] == []


def test_a_child_cannot_point_at_another_units_row_and_no_row_is_written_for_another_unit() -> None:
    world, other = two_operations()
    ana, hana = world.by("RS/ana"), world.outside("HR/hana").within(other)
    with acting(hana) as now:
        now.cursor.execute("SELECT id FROM intake_import")
        theirs = now.cursor.fetchone()[0]
    text = "INSERT INTO intake_refusedrow VALUES (%s, gen_random_uuid(), %s, 1, '', '', '')"
    columns = "INSERT INTO intake_refusedrow (unit_id, id, import_id, number, code, reason, excerpt)"
    text = text.replace("INSERT INTO intake_refusedrow", columns)
    assert refused(ana, text, [ana.unit, theirs]) is psycopg.errors.ForeignKeyViolation
    assert refused(ana, text, [hana.unit, theirs]) is psycopg.errors.InsufficientPrivilege
    assert (
        refused(ana, "UPDATE intake_hold SET unit_id = %s", [hana.unit])
        is psycopg.errors.InsufficientPrivilege
    )


def test_nobody_deletes_and_nobody_rewrites_the_log() -> None:
    world, _ = two_operations()
    ana, service = world.by("RS/ana"), SERVICE.within(world.operation)
    # A plan; and what belongs to a browser or a device, which its person may throw away.
    allowed = {"verification_due", "django_session", "mfa_authenticator"}
    for table, kind in TABLES.items():
        error = refused(ana, f"DELETE FROM {table}")
        assert (error is psycopg.errors.InsufficientPrivilege) == (table not in allowed), table
        if kind != "projection" and table not in {"verification_due", "ledger_pending"}:
            assert refused(service, f"DELETE FROM {table}") is psycopg.errors.InsufficientPrivilege, table
    for by in (ana, service):
        for table in ("ledger_leaf", "ledger_opening"):
            assert refused(by, f"UPDATE {table} SET id = id") is psycopg.errors.InsufficientPrivilege
        assert refused(by, "TRUNCATE ledger_leaf") is psycopg.errors.InsufficientPrivilege


def test_items_taken_from_two_sides_in_opposite_order_neither_deadlock_nor_get_lost() -> None:
    world = action_day()
    keys = [f"k{number:03}" for number in range(400)]
    taken: dict[str, dict[str, tuple[UUID, bool]]] = {}
    begin = threading.Barrier(2)

    def one(name: str, wanted: list[str]) -> None:
        with acting(world.by(name)) as now:
            begin.wait()
            first = take(now, wanted[:200])
            taken[name] = first | take(now, wanted[200:])
        connections["default"].close()

    threads = [
        threading.Thread(target=one, args=("RS/ana", keys[:200] + keys[100:300])),
        threading.Thread(target=one, args=("HR/hana", list(reversed(keys[:200])) + keys[100:300])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert set(taken) == {"RS/ana", "HR/hana"}
    assert [set(found) for found in taken.values()] == [set(keys[:300])] * 2
    ids = [{key: item for key, (item, _) in found.items()} for found in taken.values()]
    assert ids[0] == ids[1]
    news = [sum(is_new for _, is_new in found.values()) for found in taken.values()]
    assert ask("owner", "SELECT count(*) FROM registry_item") == [(300,)]
    assert sum(news) <= 300
