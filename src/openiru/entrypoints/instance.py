"""Opening the house: server, roles, tables, the instance itself. Safe to repeat."""

from __future__ import annotations

from collections.abc import Callable

from django.core.management import call_command
from django.db import connections

from openiru.core.errors import ConflictError
from openiru.core.events import EventType
from openiru.foundation.database import server
from openiru.foundation.database.acting import SERVICE, SERVICE_UNIT, acting
from openiru.foundation.database.ids import new_id
from openiru.foundation.database.prepare import prepare
from openiru.foundation.database.sql import fill
from openiru.foundation.ledger.record import Entry, record
from openiru.settings import CONFIG

Say = Callable[[str], None]

#: What the queue's own tables need; they hold batch ids, never personal data.
QUEUE_GRANTS = """
GRANT SELECT ON django_migrations TO {{web}}, {{worker}};
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
  procrastinate_workers TO {{web}}, {{worker}};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {{web}}, {{worker}};
"""


def _silent(_: str) -> None:
    """Say nothing."""


def install(say: Say = _silent) -> None:
    """Start the server if it is ours, make roles, migrate, and make the instance of this environment."""
    if not CONFIG.database_url:
        started = server.start(CONFIG)
        say("private PostgreSQL server " + ("started" if started else "is running"))
    made = prepare(CONFIG)
    say("database and roles " + ("made" if made else "are there"))
    migrate()
    say("tables, roles and policies are migrated")
    _make_instance()


def migrate() -> None:
    """Bring the tables up to date as the owner, who alone may."""
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    with connections["owner"].cursor() as cursor:
        cursor.execute(fill(QUEUE_GRANTS))
    connections["owner"].close()


def _make_instance() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT environment FROM database_instance")
        row = cursor.fetchone()
        if row is not None:
            if row[0] != CONFIG.environment.value:
                raise ConflictError(
                    f"this database holds a {row[0]} instance, the setting says {CONFIG.environment.value}",
                    where="OPENIRU_ENVIRONMENT",
                    hint="An instance keeps its environment for life: use another database or data directory.",
                )
            return
        instance = new_id()
        cursor.execute(
            "INSERT INTO database_instance (id, sole, environment, created_at)"
            " VALUES (%s, true, %s, clock_timestamp())",
            [instance, CONFIG.environment.value],
        )
        cursor.execute(
            "INSERT INTO people_unit (id, code, name, country, legal_profile, legal_ground, zone, contact, added_at)"
            " VALUES (%s, 'SERVICE', 'The instance itself', '', 'agency', '', 'UTC', '', clock_timestamp())",
            [SERVICE_UNIT],
        )
    with acting(SERVICE) as now:
        rows = (("database_instance", instance), ("people_unit", SERVICE_UNIT))
        record(
            now,
            [Entry(EventType.INSTANCE_CREATED, instance, {"environment": CONFIG.environment.value}, rows)],
        )
