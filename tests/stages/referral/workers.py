"""Real processes that deliver, on the database of the test, to a mail server of the test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

ROOT = Path(__file__).resolve().parents[3]
CODE = """
import sys, uuid, django
django.setup()
from openiru.foundation.database.acting import SERVICE
from openiru.stages.referral.commands import deliver
done = deliver(by=SERVICE.within(uuid.UUID(sys.argv[1])), referral=uuid.UUID(sys.argv[2]))
sys.stdout.write(f"{done.state} {done.detail}")
"""


def environment(database: str, port: int) -> dict[str, str]:
    """The settings of a program of ours on this database, with mail to this port."""
    from openiru.settings import CONFIG

    made = os.environ | {
        "DJANGO_SETTINGS_MODULE": "openiru.settings",
        "OPENIRU_DATABASE_NAME": database,
        "OPENIRU_SMTP_HOST": "127.0.0.1",
        "OPENIRU_SMTP_PORT": str(port),
        "OPENIRU_SMTP_TLS": "none",
        "OPENIRU_WORKERS": "2",
    }
    if CONFIG.database_url:
        made["OPENIRU_DATABASE_URL"] = urlsplit(CONFIG.database_url)._replace(path=f"/{database}").geturl()
    return made


def start(database: str, port: int, operation: UUID, referral: UUID) -> subprocess.Popen[str]:
    """One worker that tries to send one referral."""
    return subprocess.Popen(  # noqa: S603 - our own interpreter, our own text
        [sys.executable, "-c", CODE, str(operation), str(referral)],
        cwd=ROOT,
        env=environment(database, port),
        stdout=subprocess.PIPE,
        text=True,
    )


def until(what: Callable[[], object], seconds: float) -> None:
    """Wait until something is so."""
    began = time.monotonic()
    while not what():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
