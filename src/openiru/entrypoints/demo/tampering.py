"""Somebody with the database's own password changes a row behind everybody's back; the ledger names it."""

from __future__ import annotations

from psycopg import sql

from openiru.entrypoints.demo.days import Day
from openiru.foundation.database.prepare import admin_connection
from openiru.foundation.ledger.verify import verify
from openiru.settings import CONFIG


def tamper(day: Day) -> None:
    """Change one row as the database's superuser, verify, put it back, verify again."""
    what = day.scenario.data["mischief"]["tampers"]
    table, column = sql.Identifier(what["table"]), sql.Identifier(what["column"])
    change = sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(table, column)
    with admin_connection(CONFIG, CONFIG.database_name) as admin:
        admin.execute(
            "SET session_replication_role = replica"
        )  # triggers and keys look away: nobody is asked
        row = admin.execute(
            sql.SQL("SELECT id, {} FROM {} ORDER BY id LIMIT 1").format(column, table)
        ).fetchone()
        if row is None:
            return
        key, was = row
        admin.execute(change, [what["to"], key])
        try:
            found = verify()
        finally:
            admin.execute(change, [was, key])
    named = next((one for one in found.problems if one.row == str(key)), None)
    if named is not None:
        day.catch(f"the row {named.table}:{named.row} changed behind the ledger's back", named.what)
    day.figures["tampering"] = {"problems": len(found.problems), "named": named is not None}
