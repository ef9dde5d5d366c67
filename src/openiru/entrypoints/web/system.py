"""Health of the ledger and of the machine, for administrators and overseers.

What takes more rights than the web server has, ``openiru status`` says on the machine.
"""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any, Final

import django
from django.http import HttpResponse

from openiru.core.errors import OpenIruError
from openiru.entrypoints import checks
from openiru.foundation.database.acting import acting
from openiru.foundation.database.bulk import dicts
from openiru.foundation.database.queue import lengths
from openiru.foundation.operations.desk import Desk, page, show
from openiru.foundation.people.permissions import require

#: Checks that the web server can do as itself.
OWN: Final = frozenset({"OIRU-C01", "OIRU-C02", "OIRU-C05", "OIRU-C09", "OIRU-C10", "OIRU-C13", "OIRU-C15"})
_PARTS: Final = ("openiru", "django", "psycopg", "procrastinate", "granian")


@page("system.read")
def system(desk: Desk) -> HttpResponse:
    """Size of the log, queue, checks, versions."""
    with acting(desk.by) as now:
        require(now, "system.read")
        now.cursor.execute("SELECT size, at, waits FROM iru.log_health()")
        (log,) = dicts(now.cursor)
        now.cursor.execute("SHOW server_version")
        (server,) = now.cursor.fetchone()
        failed = _failed(now.cursor)
    return show(
        desk,
        "desk/system.html",
        log=log,
        late=log["waits"] is not None and log["waits"].total_seconds() > 60,  # noqa: PLR2004 - as the frame says
        queue=lengths("default"),
        failed=failed,
        checks=[_checked(*one) for one in checks.CHECKS if one[0] in OWN],
        versions=[
            ("Python", platform.python_version()),
            ("Django", django.get_version()),
            ("PostgreSQL", server),
        ]
        + [(name, version(name)) for name in _PARTS if name != "django"],
    )


def _failed(cursor: Any) -> list[dict[str, Any]]:
    cursor.execute(
        "SELECT task_name, count(*) AS jobs, max(attempts) AS attempts FROM procrastinate_jobs WHERE status = 'failed'"
        " GROUP BY task_name ORDER BY task_name"
    )
    return dicts(cursor)


def _checked(check: str, what: str, _needs: bool, look: Any) -> checks.Check:  # noqa: FBT001 - a row of the table of checks
    try:
        return checks.Check(check, what, *look())
    except (OpenIruError, OSError) as error:
        return checks.Check(check, what, checks.State.FAIL, str(error), getattr(error, "hint", ""))
