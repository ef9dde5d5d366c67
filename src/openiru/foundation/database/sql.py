"""SQL that migrations run: role names filled in, and the fence that every table gets.

Three kinds of table (docs/decisions/0003, house rules): *unit* (``unit_id`` in every key), *shared* (who may read follows
from the operation), *directory* (everybody who acts may read). All have row-level security, ENABLE and FORCE, from the first migration.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from django.db import migrations
from psycopg import sql as pgsql

from openiru.dsn import role_names
from openiru.settings import CONFIG


def quoted_roles() -> dict[str, str]:
    """owner, web, worker, stats -> quoted names for use in SQL text."""
    return {role: pgsql.Identifier(name).as_string(None) for role, name in role_names(CONFIG).items()}


def fill(text: str) -> str:
    """Replace ``{{web}}`` and the like by the roles of this instance."""
    for role, name in quoted_roles().items():
        text = text.replace("{{" + role + "}}", name)
    return text.replace("{{worker_name}}", pgsql.Literal(role_names(CONFIG)["worker"]).as_string(None))


def run(text: str) -> migrations.RunSQL:
    """A migration step of plain SQL. There is no way back: a migration that was wrong is followed by another."""
    return migrations.RunSQL(fill(text), migrations.RunSQL.noop)


def run_file(migration: str, name: str) -> migrations.RunSQL:
    """A migration step out of a ``.sql`` file beside the migration."""
    return run((Path(migration).parent / name).read_text(encoding="utf-8"))


class Fence(StrEnum):
    """Which rule decides who sees a row."""

    UNIT = "unit"  # unit_id = the acting unit
    OPERATION = "operation"  # operation_id = the acting operation
    ITEM = "item"  # the item takes part in the acting operation
    DIRECTORY = "directory"  # anybody who acts
    LEDGER = "ledger"  # written by anybody who acts, read by worker and owner
    PROJECTION = "projection"  # written by the worker, read by stats
    DOOR = "door"  # what signing in needs before anybody acts: the web server's alone
    SHUT = "shut"  # of a library, and used by nobody


UNIT_TEST = "unit_id = (SELECT iru.unit())"
OPERATION_TEST = "operation_id = (SELECT iru.operation())"
# OFFSET 0: asked once a row, by key. Else the planner may read the whole operation into a table first, for a page of fifty rows.
ITEM_TEST = (
    "EXISTS (SELECT 1 FROM registry_operationitem oi WHERE oi.item_id = {column}"
    " AND oi.operation_id = (SELECT iru.operation()) OFFSET 0)"
)
ACTING_TEST = "(SELECT iru.acting())"


def _tests(kind: Fence, column: str) -> tuple[str, str]:
    """(USING, WITH CHECK) for web and worker."""
    if kind is Fence.UNIT:
        return UNIT_TEST, UNIT_TEST
    if kind is Fence.OPERATION:
        return OPERATION_TEST, OPERATION_TEST
    if kind is Fence.ITEM:
        return ITEM_TEST.format(column=column), ACTING_TEST
    return ACTING_TEST, ACTING_TEST


def fence(
    table: str, kind: Fence, *, verbs: str = "SELECT, INSERT", column: str = "id", stats: bool = False
) -> migrations.RunSQL:
    """Row-level security for one table, and the grants that go with it.

    ``verbs`` are what web and worker may do; nobody but the owner deletes. The owner is under FORCE like everybody and
    gets in by a policy of its own, which a catalogue test can see.
    """
    using, check = _tests(kind, f"{table}.{column}")
    lines = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table} FROM PUBLIC",
        f"CREATE POLICY keeper ON {table} TO {{{{owner}}}} USING (true) WITH CHECK (true)",
    ]
    if kind is Fence.PROJECTION:
        lines += [
            f"CREATE POLICY projector ON {table} TO {{{{worker}}}} USING (true) WITH CHECK (true)",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {{{{worker}}}}",
        ]
    elif kind is Fence.DOOR:
        lines += [
            f"CREATE POLICY door ON {table} TO {{{{web}}}} USING (true) WITH CHECK (true)",
            f"GRANT {verbs} ON {table} TO {{{{web}}}}",
        ]
    elif kind is Fence.LEDGER:
        lines += [
            f"CREATE POLICY writer ON {table} FOR INSERT TO {{{{web}}}} WITH CHECK ({ACTING_TEST})",
            f"CREATE POLICY sequencer ON {table} TO {{{{worker}}}} USING (true) WITH CHECK (true)",
            f"GRANT INSERT ON {table} TO {{{{web}}}}",
            f"GRANT {verbs} ON {table} TO {{{{worker}}}}",
        ]
    elif kind is not Fence.SHUT:
        lines += [
            f"CREATE POLICY members ON {table} TO {{{{web}}}}, {{{{worker}}}} USING ({using}) WITH CHECK ({check})",
            f"GRANT {verbs} ON {table} TO {{{{web}}}}, {{{{worker}}}}",
        ]
    if stats or kind is Fence.PROJECTION:
        lines += [
            f"CREATE POLICY figures ON {table} FOR SELECT TO {{{{stats}}}} USING (true)",
            f"GRANT SELECT ON {table} TO {{{{stats}}}}",
        ]
    return run(";\n".join(lines) + ";")
