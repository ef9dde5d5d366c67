"""The queue: Procrastinate in the same database, so that a job is there exactly when the change that caused it is.

*Deferring* goes through the connection on which somebody acts: rolled back with the command, committed with it. *Working* goes through a
connection of the worker's own. Jobs run at least once: a worker that dies stops sending its heartbeat, and its jobs are given to another
after :data:`STALLED_S`; a command called by a job is therefore idempotent (foundation/ledger/requests.py helps).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from asgiref.sync import async_to_sync
from django.db import connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job, Status

from openiru.core.errors import PermissionDeniedError
from openiru.egress.children import OwnProgram, start_module
from openiru.foundation.database.acting import current

HEARTBEAT_S: Final = 2.0
#: A worker that was not heard of for so long is taken for dead. Five heartbeats: a busy machine is not a dead one.
STALLED_S: Final = 10.0
POLLING_S: Final = 1.0
#: A job that killed so many workers is not given to a further one.
MAX_ATTEMPTS: Final = 5

_logger = logging.getLogger(__name__)

__all__ = ["OwnProgram", "lengths", "on_app_ready", "retry_stalled", "start_own_program", "work"]


class ActingConnector(DjangoConnector):
    """Django's connection of whoever acts just now, whichever alias that is; outside any act the default one."""

    @property
    def connection(self) -> Any:
        """The connection that jobs are deferred on."""
        try:
            return connections[current().by.using]
        except PermissionDeniedError:
            return connections[self.alias]


def on_app_ready(ready: App) -> None:
    """Called once by Procrastinate's Django app (setting PROCRASTINATE_ON_APP_READY)."""
    ready.connector = ActingConnector()
    ready.job_manager.connector = ready.connector


def work() -> None:
    """Do jobs until SIGTERM or SIGINT; a job that runs then is finished first."""
    place = connections["worker"].settings_dict
    connector = PsycopgConnector(
        min_size=1,
        max_size=4,
        kwargs={
            "host": place["HOST"],
            "port": place["PORT"],
            "user": place["USER"],
            "password": place["PASSWORD"],
            "dbname": place["NAME"],
            "application_name": "openiru-queue",
        },
    )
    # An app of its own for the worker's side; tasks keep deferring through the app they were registered with.
    app.with_connector(connector).run_worker(
        concurrency=1,
        delete_jobs="successful",
        fetch_job_polling_interval=POLLING_S,
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=STALLED_S,
    )


def retry_stalled(seconds: float = STALLED_S) -> int:
    """Give the jobs of workers that have died to others; how many. Jobs that killed too many are marked failed."""
    stalled: list[Job] = list(
        async_to_sync(app.job_manager.get_stalled_jobs)(seconds_since_heartbeat=seconds)
    )
    for job in stalled:
        if job.attempts + 1 >= MAX_ATTEMPTS:
            _logger.error(
                "job %s (%s) has ended %s workers and is given up", job.id, job.task_name, MAX_ATTEMPTS
            )
            async_to_sync(app.job_manager.finish_job)(job=job, status=Status.FAILED, delete_job=False)
        else:
            _logger.warning("job %s (%s) lost its worker and is done again", job.id, job.task_name)
            async_to_sync(app.job_manager.retry_job)(job=job)
    async_to_sync(app.job_manager.prune_stalled_workers)(seconds_since_heartbeat=seconds)
    return len(stalled)


def lengths(alias: str = "worker") -> dict[str, int]:
    """Jobs by state (todo, doing, failed), and the workers that are registered."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE status = 'todo'), count(*) FILTER (WHERE status = 'doing'),"
            " count(*) FILTER (WHERE status = 'failed'), (SELECT count(*) FROM procrastinate_workers)"
            " FROM procrastinate_jobs"
        )
        todo, doing, failed, workers = cursor.fetchone()
    return {"todo": todo, "doing": doing, "failed": failed, "workers": workers}


def start_own_program(
    module: str, *arguments: str, settings: Mapping[str, str], log: Path | None = None, detached: bool = False
) -> OwnProgram:
    """Start a module of ours as a program; here because entrypoints reach no egress themselves."""
    return start_module(module, *arguments, settings=settings, log=log, detached=detached)
